package remotetext

import (
	"encoding/binary"
	"strings"
	"sync"
)

// What is kept at most: bytes of one secret, bytes of all spellings (some ten
// thousand secrets; the oldest are forgotten first), and how many places of
// one gram are known.
const (
	longestSecret = 16 << 10
	mostKept      = 8 << 20
	mostPlaces    = 8
)

// registry has the spellings of all secrets, found by what they begin with.
type registry struct {
	mu      sync.RWMutex
	secrets map[string]int // to their age
	order   []string       // by age, the oldest first
	size    int
	grams   map[uint64][]place // of spellings of at least a gram: every gram-th byte
	short   map[byte][]spelling
}

// place is where in a spelling a gram stands.
type place struct {
	of spelling
	at int
}

var known = newRegistry()

func newRegistry() *registry {
	return &registry{secrets: map[string]int{}, grams: map[uint64][]place{}, short: map[byte][]spelling{}}
}

// Hide has secrets taken out of every text from now on. It is safe for
// concurrent use, and cheap for a secret that is known already. Of one with
// several lines, such as a private key, each long line is a secret too.
//
// A secret of fewer than 8 bytes is hidden where it is a word of its own, and
// one of fewer than 6 only where a password stands: password "a" shall not
// take each a out of each message. In base64 and in hex they are hidden from 4
// bytes on, and HideLogin hides each that follows its user.
func Hide(secrets ...string) {
	for _, secret := range secrets {
		secret = strings.TrimSpace(secret)
		known.add(secret)
		if strings.ContainsAny(secret, "\r\n") {
			for line := range strings.FieldsFuncSeq(secret, func(r rune) bool { return r == '\r' || r == '\n' }) {
				if len(line) >= partLength && !strings.HasPrefix(line, "-----") {
					known.add(line)
				}
			}
		}
	}
}

func (r *registry) add(secret string) {
	secret = secret[:min(len(secret), longestSecret)]
	if secret == "" || len(secret) > 1 && strings.Trim(secret, secret[:1]) == "" {
		return // "0000" protects nothing, and is in many numbers
	}
	r.mu.RLock()
	_, has := r.secrets[secret]
	r.mu.RUnlock()
	if has {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.insert(secret)
	if r.size > mostKept {
		r.forget()
	}
}

func (r *registry) insert(secret string) {
	if _, has := r.secrets[secret]; has {
		return
	}
	r.secrets[secret] = len(r.order)
	r.order = append(r.order, secret)
	for _, s := range spellings(secret) {
		r.size += len(s.text)
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

// forget drops the older half.
func (r *registry) forget() {
	kept := r.order[len(r.order)/2:]
	fresh := newRegistry()
	for _, secret := range kept {
		fresh.insert(secret)
	}
	r.secrets, r.order, r.size, r.grams, r.short = fresh.secrets, fresh.order, fresh.size, fresh.grams, fresh.short
}
