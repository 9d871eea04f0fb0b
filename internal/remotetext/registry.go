package remotetext

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// What is kept at most: bytes of one secret, bytes of all spellings of tokens
// (some thousands of them), and how many places of one gram are known.
const (
	longestSecret = 16 << 10
	mostTokens    = 8 << 20
	mostPlaces    = 8
)

// registry has the spellings of all secrets, found by what they begin with.
type registry struct {
	mu      sync.RWMutex
	clock   atomic.Int64
	secrets map[string]*entry
	tokens  int                // bytes of the spellings of those that may be forgotten
	grams   map[uint64][]place // of spellings of at least a gram: every gram-th byte
	short   map[byte][]spelling
}

// entry is one secret that is known.
type entry struct {
	token bool         // may be forgotten
	used  atomic.Int64 // when it was last told, by the registry's clock
}

// place is where in a spelling a gram stands.
type place struct {
	of spelling
	at int
}

var known = newRegistry()

func newRegistry() *registry {
	return &registry{secrets: map[string]*entry{}, grams: map[uint64][]place{}, short: map[byte][]spelling{}}
}

// Hide has secrets taken out of every text from now on. It is safe for
// concurrent use, and cheap for a secret that is known already. Of one with
// several lines, such as a private key, each long line is a secret too.
//
// A secret of fewer than 8 bytes is hidden where it is a word of its own, and
// one of fewer than 6 only where a password stands: password "a" shall not
// take each a out of each message. In base64 and in hex they are hidden from 4
// bytes on, and HideLogin hides each that follows its user.
func Hide(secrets ...string) { hide(false, secrets) }

// HideToken is Hide for what is given for a while and renewed, such as an access
// token. It is called whenever a token is used: when there are very many, those
// that were not used for longest are forgotten.
func HideToken(tokens ...string) { hide(true, tokens) }

func hide(token bool, secrets []string) {
	for _, secret := range secrets {
		secret = strings.TrimSpace(secret)
		known.add(secret, token)
		if strings.ContainsAny(secret, "\r\n") {
			for line := range strings.FieldsFuncSeq(secret, func(r rune) bool { return r == '\r' || r == '\n' }) {
				if len(line) >= partLength && !strings.HasPrefix(line, "-----") {
					known.add(line, token)
				}
			}
		}
	}
}

func (r *registry) add(text string, token bool) {
	text = text[:min(len(text), longestSecret)]
	if text == "" || len(text) > 1 && strings.Trim(text, text[:1]) == "" {
		return // "0000" protects nothing, and is in many numbers
	}
	now := r.clock.Add(1)
	r.mu.RLock()
	held, has := r.secrets[text]
	if has {
		held.used.Store(now)
	}
	has = has && (token || !held.token)
	r.mu.RUnlock()
	if has {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.insert(text, token, now)
	if r.tokens > mostTokens {
		r.forget()
	}
}

// insert adds a secret. One that was a token and is none stays as none.
func (r *registry) insert(text string, token bool, now int64) {
	all := spellings(text)
	if held, has := r.secrets[text]; has {
		if held.token && !token {
			held.token = false
			r.tokens -= sizeOf(all)
		}
		return
	}
	held := &entry{token: token}
	held.used.Store(now)
	r.secrets[text] = held
	if token {
		r.tokens += sizeOf(all)
	}
	for _, s := range all {
		if len(s.text) < gram {
			r.short[s.text[0]] = append(r.short[s.text[0]], s)
			continue
		}
		for at := 0; at+gram <= len(s.text); at += gram {
			key := binary.LittleEndian.Uint64([]byte(s.text[at:]))
			if places := r.grams[key]; len(places) < mostPlaces || at == 0 {
				r.grams[key] = append(places, place{s, at})
			}
		}
	}
}

func sizeOf(all []spelling) int {
	size := 0
	for _, s := range all {
		size += len(s.text)
	}
	return size
}

// forget drops the half of the tokens that were not used for longest.
func (r *registry) forget() {
	var tokens []string
	for text, held := range r.secrets {
		if held.token {
			tokens = append(tokens, text)
		}
	}
	slices.SortFunc(tokens, func(a, b string) int { return cmp.Compare(r.secrets[a].used.Load(), r.secrets[b].used.Load()) })
	for _, text := range tokens[:len(tokens)/2] {
		delete(r.secrets, text)
	}
	fresh := newRegistry()
	for text, held := range r.secrets {
		fresh.insert(text, held.token, held.used.Load())
	}
	r.secrets, r.tokens, r.grams, r.short = fresh.secrets, fresh.tokens, fresh.grams, fresh.short
}
