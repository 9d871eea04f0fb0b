package remotetext

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// form is how a spelling is recognized.
type form int

const (
	anywhere   form = iota // wherever it stands
	word                   // short: not within a longer word
	credential             // very short: only where a password stands
	token                  // within a run of base64 or hex, all of which goes
)

// From how many bytes on a secret is looked for in codes, is a word, may be
// found anywhere; and from how many on a part of a spelling gives a secret
// away.
const (
	codedLength = 4
	wordLength  = 6
	gram        = 8
	partLength  = 16
)

type spelling struct {
	text string
	form form
}

// canonical has what is spelled in two ways in one: hex digits, names of
// headers, and the two alphabets of base64.
func canonical(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z':
		return c + 'a' - 'A'
	case c == '-':
		return '+'
	case c == '_':
		return '/'
	default:
		return c
	}
}

func canonicalText(text string) string {
	out := []byte(text)
	for i, c := range out {
		out[i] = canonical(c)
	}
	return string(out)
}

// spellings are the ways in which a secret may come back, in canonical form.
// Those that only escape some of its characters are undone in the text instead
// (see layer): every encoder escapes others.
func spellings(secret string) []spelling {
	var all []spelling
	seen := map[string]bool{}
	add := func(text string, f form) {
		if text = canonicalText(text); text != "" && !seen[text] {
			seen[text] = true
			all = append(all, spelling{text, f})
		}
	}
	for plain, n := secret, 0; n < layers; n++ {
		f := formOf(secret)
		if len(plain) < codedLength {
			f = formOf(plain) // "&&" of "&amp;&amp;" is in many texts
		}
		for _, quoted := range []string{plain, strings.ReplaceAll(plain, "'", "''")} { // of SQL
			add(quoted, f)
			add(strings.ReplaceAll(quoted, " ", "+"), f) // of a query
		}
		plain = unescapedText(plain)
	}
	if len(secret) >= codedLength {
		add(hex.EncodeToString([]byte(secret)), token)
		for shift := range 3 {
			if encoded := base64At(secret, shift); len(encoded) > 4 {
				add(encoded, token)
			}
		}
	}
	return all
}

func formOf(plain string) form {
	switch {
	case len(plain) >= gram:
		return anywhere
	case len(plain) >= wordLength:
		return word
	default:
		return credential
	}
}

// base64At is what a secret always looks like in base64 when shift bytes, plus
// any multiple of three, stand before it.
func base64At(secret string, shift int) string {
	encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + secret))
	if (shift+len(secret))%3 != 0 {
		encoded = encoded[:len(encoded)-1] // has bits of what follows
	}
	return encoded[[]int{0, 2, 3}[shift]:]
}
