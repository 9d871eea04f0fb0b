package httpclient

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// mostWords is how much of a service's own words an error has, in characters.
const mostWords = 200

// Words are what a service says of a request that it refused, clean and short;
// empty when it says nothing that is meant for people. They are looked for where
// services have them: as plain text, or in JSON as message, error, errors,
// title and detail.
func Words(header http.Header, body []byte) string {
	var said any
	if json.Unmarshal(body, &said) == nil {
		return remotetext.CleanTo(wordsOf(said, 0), mostWords)
	}
	kind, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	if code := strings.TrimSpace(string(body)); kind == "text/html" && codeWord.MatchString(code) {
		return remotetext.CleanTo(code, mostWords) // Slack's invalid_token
	}
	if kind != "text/plain" || strings.Contains(string(body[:min(len(body), 512)]), "<") {
		return "" // a page
	}
	return remotetext.CleanTo(strings.TrimSpace(string(body)), mostWords)
}

// codeWord matches the name of an error, as against a page.
var codeWord = regexp.MustCompile(`^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$`)

// places are the names under which words are, the best first.
var places = []string{"message", "error", "errors", "detail", "title", "description", "error_description"}

// deepest is how far down words are looked for.
const deepest = 4

func wordsOf(said any, depth int) string {
	switch v := said.(type) {
	case string:
		return v
	case []any:
		var all []string
		for _, one := range v[:min(len(v), deepest)] {
			if text := wordsOf(one, depth+1); text != "" {
				all = append(all, text)
			}
		}
		return strings.Join(all, "; ")
	case map[string]any:
		if depth > deepest {
			return ""
		}
		var all []string
		for _, place := range places {
			if text := wordsOf(v[place], depth+1); text != "" && len(all) < 2 {
				all = append(all, text)
			}
		}
		return strings.Join(all, ": ")
	default:
		return ""
	}
}
