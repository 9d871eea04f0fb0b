package metric

import (
	"errors"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestExpandEncoded puts the subject in where urlencode(…) was around the
// query, once or twice.
func TestExpandEncoded(t *testing.T) {
	s := Subject{Color: traffic.Green, Environment: "shop green", Version: "2.0+1"}
	for query, want := range map[string]string{
		"/q?query=sum%28rate%28%7Bcolor%3D%22%7B%7Bcolor%7D%7D%22%7D%29%29": "/q?query=sum%28rate%28%7Bcolor%3D%22green%22%7D%29%29",
		"/q?query=%7b%7benvironment%7d%7d":                                  "/q?query=shop%20green",
		"/q?query=%257B%257Bversion%257D%257D":                              "/q?query=2.0%252B1",
		"/q?query=%257b%257bversion%257d%257d":                              "/q?query=2.0%252B1",
		"/{{version}}/{{color}}":                                            "/2.0%2B1/green",
	} {
		if got := s.ExpandURL(query); got != want {
			t.Errorf("%s = %s, want %s", query, got, want)
		}
	}
	if got := s.Expand("{{environment}} search=%7B%7Benvironment%7D%7D"); got != "shop green search=shop%20green" {
		t.Error(got)
	}
	if !Names("query=%7B%7Bcolor%7D%7D") {
		t.Error("an encoded color tells none apart")
	}
}

// TestPlaceholdersThatAreNone are refused; Loki's templates pass.
func TestPlaceholdersThatAreNone(t *testing.T) {
	for _, query := range []string{
		`x{color="{{colour}}"}`, "{{ color }}", "{{Color}}", "{{color}", "{{color", "{{ENVIRONMENT}}", "{{other}}", "{{target-group}}",
		"query=%7B%7Bcolour%7D%7D", "a=50%&query=%7B%7Bcolour%7D%7D", "query=%7b%7Bcolour%7D%7D", "query=%257B%257Bcolour%257D%257D",
	} {
		for name, m := range map[string]Metric{
			"query": described{traits: TraitsOf(true, []string{query})}, "samples": described{traits: TraitsOf(true, nil, query)},
		} {
			err := Monitor{Metric: m, Condition: Condition{Max: ptr(1)}}.Validate()
			if !errors.Is(err, ErrPlaceholder) || !errors.Is(err, ErrCondition) || !strings.Contains(err.Error(), "{{color}}, {{environment}} and {{version}}") {
				t.Errorf("%s %s: %v", name, query, err)
			}
		}
	}
	for _, query := range []string{
		"", `x{color="{{color}}",v="{{version}}"}`, `| line_format "{{.status}} {{ .path }}"`, "{{__line__}}", `{{if eq .a "b"}}x{{else}}y{{end}}`,
		`{{ ToUpper .method }}`, "100%", "query=%7B%7Bcolor%7D%7D", `{"a":{"b":{"c":1}}}`, `{{"{{"}}`,
	} {
		if err := (Monitor{Metric: described{traits: TraitsOf(true, []string{query})}, Condition: Condition{Max: ptr(1)}}).Validate(); err != nil {
			t.Errorf("%s: %v", query, err)
		}
	}
}
