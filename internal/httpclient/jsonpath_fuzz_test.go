package httpclient

import (
	"strings"
	"testing"
)

// FuzzJSONPath follows paths through answers: no panic, and no word of the
// answer in an error.
func FuzzJSONPath(f *testing.F) {
	for _, document := range []string{document, "null", "[null]", "\ufeff{}", `{"a":[1,null,{"color":"green","errors":"s3cret-in-answer"}]}`, `[[[]]]`, `{"a":1}{}`} {
		for _, text := range []string{
			"$", "@", "$.a[*]", "$[?(@.color == 'green')].errors", "$..errors", "$.a[?(@.x > $.y)]", "$[-1:0:-1]", "$['a','b']",
			"$[?(@.a =~ /x/)]", "$[?(length(@.a) == 1)]", "$.list[(@.length-1)]",
		} {
			f.Add(text, []byte(document))
		}
	}
	f.Fuzz(func(t *testing.T, text string, answer []byte) {
		p, err := ParseJSONPath(text)
		if err != nil || strings.Contains(text, "s3cret") {
			return
		}
		_, textErr := p.Text(answer)
		_, numberErr := p.Number(answer)
		_, nullErr := p.IsNull(answer)
		_, allErr := p.Texts(answer)
		for _, err := range []error{textErr, numberErr, nullErr, allErr} {
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%s of %q: %v", text, answer, err)
			}
		}
	})
}
