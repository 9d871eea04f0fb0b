package haproxyapi

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	// clipLimit is how many bytes of one text of HAProxy's a message shows.
	clipLimit = 300
	// listLimit is how many names of a list it shows.
	listLimit = 20
)

// Clip is the beginning of a text that came from outside, quoted, without
// control characters and short enough for a message.
func Clip(s string) string {
	if len(s) > clipLimit {
		return strconv.Quote(s[:clipLimit]) + "…"
	}
	return strconv.Quote(s)
}

// Excerpt is the end of such a text: where a reply was cut off.
func Excerpt(s string) string {
	const most = 80
	if len(s) > most {
		s = "…" + s[len(s)-most:]
	}
	return strconv.Quote(s)
}

// List is a list of names that came from outside, short enough for a message.
func List(names []string) string {
	shown := make([]string, 0, listLimit+1)
	for _, name := range names[:min(len(names), listLimit)] {
		shown = append(shown, Clip(name))
	}
	if more := len(names) - listLimit; more > 0 {
		shown = append(shown, fmt.Sprintf("and %d more", more))
	}
	return "[" + strings.Join(shown, " ") + "]"
}
