package remotetext

import (
	"encoding/binary"
	"strings"
)

// layers is how many encodings on top of each other are undone.
const layers = 4

// scrubbed is a text without our secrets. Of one that was cut at its end, the
// edge is left out too.
func scrubbed(text string, cut bool) string {
	known.mu.RLock()
	defer known.mu.RUnlock()
	hidden := make([]bool, len(text))
	for l, n, more := outermost(text), 0, true; more && n < layers; n++ {
		scan := scan{layer: l, text: canonicalText(string(l.text)), hidden: hidden}
		scan.all(known)
		scan.signed()
		l, more = l.unescaped()
	}
	end := len(text)
	if cut {
		end -= edge
	}
	var out strings.Builder
	for i := range end {
		switch {
		case !hidden[i]:
			out.WriteByte(text[i])
		case i == 0 || !hidden[i-1]:
			out.WriteString(mark)
		}
	}
	return out.String()
}

// scan looks for secrets in one layer of a text, and marks what it finds as
// hidden in the text that was given.
type scan struct {
	layer  layer
	text   string // of the layer, in canonical form
	hidden []bool
}

func (s scan) all(of *registry) {
	for i := 0; i < len(s.text); i++ {
		for _, short := range of.short[s.text[i]] {
			if strings.HasPrefix(s.text[i:], short.text) {
				s.whole(short, i)
			}
		}
		if i+gram > len(s.text) {
			continue
		}
		skip := i
		for _, place := range of.grams[binary.LittleEndian.Uint64([]byte(s.text[i:i+gram]))] {
			skip = max(skip, s.long(place, i))
		}
		i = skip
	}
}

// whole hides a short spelling at a place, where it counts.
func (s scan) whole(short spelling, from int) {
	to := from + len(short.text)
	if from > 0 && strings.HasPrefix(s.text[from-1:], mark) {
		return // one that was hidden before
	}
	switch short.form {
	case word:
		if !s.begins(from) || s.alnum(to) {
			return
		}
	case credential:
		if s.alnum(to) || !s.credentialAt(from, to) {
			return
		}
	case anywhere, token:
	}
	s.hide(short.form, from, to)
}

// long hides what stands around a place that a long spelling shares with the
// text, when that is enough to give the secret away: what answers may have cut
// it. It returns up to where nothing else needs to be looked for.
func (s scan) long(p place, i int) int {
	from, to := i, i+gram
	for at := p.at; at > 0 && from > 0 && s.text[from-1] == p.of.text[at-1]; at-- {
		from--
	}
	for at := p.at + gram; at < len(p.of.text) && to < len(s.text) && s.text[to] == p.of.text[at]; at++ {
		to++
	}
	shared := to - from
	if shared < partLength && shared*4 < len(p.of.text)*3 {
		return i
	}
	s.hide(p.of.form, from, to)
	return to - partLength - gram // another secret may begin in this one
}

func (s scan) hide(f form, from, to int) {
	if f == token {
		for from > 0 && base64Byte(s.text[from-1]) {
			from--
		}
		for to < len(s.text) && base64Byte(s.text[to]) {
			to++
		}
	}
	for i := from; i < to; i++ {
		for k := s.layer.from[i]; k < s.layer.to[i]; k++ {
			s.hidden[k] = true
		}
	}
}

// credentialAt tells whether what stands at a place is where passwords stand:
// in a URL before the host, or after a word for one.
func (s scan) credentialAt(from, to int) bool {
	before := s.text[:from]
	if strings.HasSuffix(before, ":") && strings.HasPrefix(s.text[to:], "@") {
		return true
	}
	before = strings.TrimRight(before[max(0, from-24):], " :=\"'`([{>")
	for _, name := range []string{"password", "passwd", "pwd", "pass", "secret", "token", "key", "bearer", "basic", "authorization"} {
		if strings.HasSuffix(before, name) {
			return true
		}
	}
	return false
}

func (s scan) alnum(i int) bool {
	return i >= 0 && i < len(s.text) && (s.text[i] >= 0x80 || '0' <= s.text[i] && s.text[i] <= '9' || 'a' <= s.text[i] && s.text[i] <= 'z')
}

func base64Byte(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || c == '+' || c == '/' || c == '='
}
