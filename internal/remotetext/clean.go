package remotetext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// Limit is how many characters Clean leaves of a text.
	Limit = 400
	// pageLimit is how many characters Page leaves of a text.
	pageLimit = 16 << 10
	// bound is how much of a text is looked at, in bytes, and edge is what is
	// dropped at the end of a text that is longer: a secret that is cut there
	// cannot be recognized.
	bound, edge = 64 << 10, 256
)

// mark stands where a secret was.
const mark = "(secret)"

// Clean returns a text from outside as one line of at most Limit characters
// that can be shown: without our secrets, with what does not print escaped,
// and with line breaks as spaces. It says how much it left out. Text that is
// clean stays as it is.
func Clean(text string) string { return CleanTo(text, Limit) }

// CleanTo is Clean with another limit, in characters; at least 40 are left.
func CleanTo(text string, limit int) string {
	space := true // what was shown last: spaces that follow add nothing
	one := clip(text, max(limit, 40), func(r rune) string {
		was := space
		space = unicode.IsSpace(r)
		switch {
		case space && was:
			return ""
		case space:
			return " "
		default:
			return escaped(r)
		}
	})
	return strings.TrimRight(one, " ")
}

// Page is Clean for a text of ours that has texts from outside in it, such as
// a diagnostic: line breaks and tabs stay, and it may be 16384 characters long.
// It is a net below Clean at each way out, and does not replace it.
func Page(text string) string {
	return clip(text, pageLimit, func(r rune) string {
		switch r {
		case '\n', '\t':
			return string(r)
		case '\r':
			return "" // of a line break
		default:
			return escaped(r)
		}
	})
}

// clip writes what may be seen of a text, each rune as show says. A byte that
// is no UTF-8 is shown as the negative of itself.
func clip(text string, limit int, show func(rune) string) string {
	looked, left := text, 0
	if len(text) > bound {
		looked = text[:bound]
		left = utf8.RuneCountInString(text[bound-edge:])
	}
	seen := scrubbed(looked, len(text) > bound)
	var out strings.Builder
	room, kept := limit, 0 // kept: the bytes of out that stay when it is clipped
	for seen != "" {
		r, size := utf8.DecodeRuneInString(seen)
		if r == utf8.RuneError && size == 1 {
			r = -rune(seen[0])
		}
		seen = seen[size:]
		shown := show(r)
		room -= utf8.RuneCountInString(shown)
		if room < 0 {
			left++
			continue
		}
		out.WriteString(shown)
		if room >= len(" … (123456789 characters left out)") {
			kept = out.Len()
		}
	}
	if left == 0 {
		return out.String()
	}
	begin := strings.TrimRight(out.String()[:kept], " ")
	return fmt.Sprintf("%s … (%d characters left out)", begin, left+utf8.RuneCountInString(out.String()[len(begin):]))
}

// escaped is a rune as it may be shown. What does not print, or prints as
// nothing, could hide or turn around what stands beside it.
func escaped(r rune) string {
	switch {
	case unicode.Is(unicode.Zs, r):
		return " "
	case unicode.IsPrint(r) && !unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) && r != '\u2800':
		return string(r)
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, max(r, -r))
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	default:
		return fmt.Sprintf(`\U%08x`, r)
	}
}
