package httpclient

import (
	"errors"
	"strings"
	"testing"
)

// TestPathsAreBounded has answers and paths that would take a machine's memory,
// or its day.
func TestPathsAreBounded(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat("[", n) + "1" + strings.Repeat("]", n) }
	objects := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	many := `{"a":[` + strings.Repeat("1,", 20_000) + "1]}"
	for _, test := range []struct {
		path, document string
		want           error
	}{
		{"$..[0]", nested(101), ErrTooDeep},
		{"$..a", objects, ErrTooDeep},
		{"$.b", `{"a":"` + strings.Repeat("[", 500) + `\"{","b":"1"}`, nil},
		{"$..a", `{"b":` + nested(90) + `,"a":"1"}`, nil},
		{"$..*", many, ErrSeveralValues},
		{"$.a[*]", many, ErrSeveralValues},
		{"$..a..b..c", "{}", ErrJSONPath},
		{"$['..']['....']", `{"..":{"....":"1"}}`, nil},
		{"$..a..b", `{"a":{"b":"1"}}`, nil},
	} {
		p, err := ParseJSONPath(test.path)
		got := ""
		if err == nil {
			got, err = p.Text([]byte(test.document))
		}
		if !errors.Is(err, test.want) || (err == nil && got != "1") {
			t.Errorf("%s of %.40s = %q, %v; want %v", test.path, test.document, got, err, test.want)
		}
	}
}
