package remotetext

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzClean has any text come, with a secret in the middle of it in each
// spelling.
func FuzzClean(f *testing.F) {
	for _, seed := range []struct{ before, secret, after string }{
		{"", "s3cr3t-t0ken", ""},
		{`{"error":"`, `p%40ss\word"'`, `"}`},
		{"%", "41&amp;amp;''x", `\`},
		{"\x1b]0;", "ünï cödé+pass", "\u202e\xff"},
		{strings.Repeat("x", 500), "0123456789abcdef0123", strings.Repeat("\n", 500)},
		{"YWJj", "YWJjYWJjYWJj", "=="},
	} {
		f.Add(seed.before, seed.secret, seed.after)
	}
	f.Fuzz(func(t *testing.T, before, secret, after string) {
		known = newRegistry()
		for _, text := range []string{before + secret + after, before + after} {
			got := Clean(text)
			if utf8.RuneCountInString(got) > Limit || !utf8.ValidString(got) {
				t.Errorf("%q: %q", text, got)
			}
			if i := strings.IndexFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
				t.Errorf("%q: %q does not print at %d", text, got, i)
			}
			if again := Clean(got); again != got {
				t.Errorf("%q, then %q", got, again)
			}
		}
		if len(secret) < gram || len(secret) > 200 || strings.TrimSpace(secret) != secret || !utf8.ValidString(secret) {
			return
		}
		Hide(secret)
		if len(known.secrets) == 0 || strings.Contains(mark, secret) {
			return
		}
		for name, encode := range encoders {
			text := encode(secret)
			if name == "upper" && strings.ToLower(text) != strings.Map(lowerASCII, text) {
				continue // ASCII alone is matched in either case
			}
			if got := scrubbed("<"+text+">", false); strings.Contains(got, text) {
				t.Errorf("%q, %s: %q", secret, name, got)
			}
		}
		if got := scrubbed(before+secret+after, false); strings.Contains(got, secret) && !strings.Contains(mark, secret) {
			t.Errorf("%q: %q", secret, got)
		}
	})
}

func lowerASCII(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}
