package remotetext

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// layer is a text with the escapes of one encoder undone. Its byte i stands
// for the bytes from[i] to to[i] of the text that was given.
type layer struct {
	text     []byte
	from, to []int
}

func outermost(text string) layer {
	l := layer{[]byte(text), make([]int, len(text)), make([]int, len(text))}
	for i := range l.text {
		l.from[i], l.to[i] = i, i+1
	}
	return l
}

// unescaped undoes what JSON, URLs, HTML and the quoting of programming
// languages do to a text, and tells whether there was anything to undo.
func (l layer) unescaped() (layer, bool) {
	inner, changed := layer{}, false
	for i := 0; i < len(l.text); {
		plain, length := unescape(l.text[i:min(len(l.text), i+longestEscape)])
		if length == 0 {
			plain, length = string(l.text[i:i+1]), 1
		} else {
			changed = true
		}
		for k := range len(plain) {
			inner.text = append(inner.text, plain[k])
			inner.from, inner.to = append(inner.from, l.from[i]), append(inner.to, l.to[i+length-1])
		}
		i += length
	}
	return inner, changed
}

// unescapedText is unescaped for a text alone.
func unescapedText(text string) string {
	inner, _ := outermost(text).unescaped()
	return string(inner.text)
}

// longestEscape is that of the longest escape, in bytes: a surrogate pair.
const longestEscape = 12

// unescape returns what the escape at the start of a text stands for, and how
// long it is; length 0 when there is none.
func unescape(text []byte) (plain string, length int) {
	switch text[0] {
	case '%':
		return number(text, 1, 2, 16)
	case '\\':
		return backslash(text)
	case '&':
		return entity(string(text))
	}
	return "", 0
}

func entity(text string) (string, int) {
	end := strings.IndexFunc(text[1:], func(r rune) bool {
		return r != '#' && (r > 'z' || !unicode.IsLetter(r)) && !unicode.IsDigit(r)
	}) + 1
	if end == 0 || text[end] != ';' {
		return "", 0
	}
	plain := html.UnescapeString(text[:end+1])
	if plain == text[:end+1] {
		return "", 0
	}
	return plain, end + 1
}

func backslash(text []byte) (string, int) {
	if len(text) < 2 {
		return "", 0
	}
	switch c := text[1]; c {
	case '\\', '\'', '"', '`', '/':
		return string(c), 2
	case 'u':
		return utf16Escape(text)
	case 'U':
		return number(text, 2, 8, 16)
	case 'x':
		return number(text, 2, 2, 16)
	default:
		if i := strings.IndexByte("abfnrtv", c); i >= 0 {
			return "\a\b\f\n\r\t\v"[i : i+1], 2
		}
		return number(text, 1, 3, 8)
	}
}

// utf16Escape is \uXXXX, or two that are one rune.
func utf16Escape(text []byte) (string, int) {
	unit := func(at int) rune {
		if len(text) < at+6 || text[at] != '\\' || text[at+1] != 'u' {
			return -1
		}
		n, err := strconv.ParseUint(string(text[at+2:at+6]), 16, 16)
		if err != nil {
			return -1
		}
		return rune(n)
	}
	first := unit(0)
	if first < 0 {
		return "", 0
	}
	if pair := utf16.DecodeRune(first, unit(6)); pair != utf8.RuneError {
		return string(pair), 12
	}
	return string(first), 6
}

// number is an escape of so many digits after a prefix: of one byte, or with
// eight digits of a rune.
func number(text []byte, prefix, digits, base int) (string, int) {
	end := prefix + digits
	if len(text) < end {
		return "", 0
	}
	n, err := strconv.ParseUint(string(text[prefix:end]), base, 32)
	switch {
	case err != nil:
		return "", 0
	case digits == 8:
		return string(rune(min(n, utf8.MaxRune))), end
	case n > 0xff:
		return "", 0
	default:
		return string([]byte{byte(n)}), end
	}
}
