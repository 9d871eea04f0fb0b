package haproxyapi

import (
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

const (
	// clipLimit is how many characters of one text of HAProxy's a message shows.
	clipLimit = 300
	// listLimit is how many names of a list it shows.
	listLimit = 20
)

// Clip is a text that came from outside, clean, quoted and short enough for a
// message.
func Clip(s string) string { return `"` + remotetext.CleanTo(s, clipLimit) + `"` }

// Excerpt is the end of such a text: where a reply was cut off.
func Excerpt(s string) string {
	const most = 80
	if len(s) > most {
		s = "…" + s[len(s)-most:]
	}
	return Clip(s)
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
