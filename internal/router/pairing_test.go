package router_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// thing is named "place/owner/name", in whatever case.
type thing string

func (t thing) String() string { return string(t) }
func (t thing) Key() string    { return strings.ToLower(string(t)) }

func parseThing(text string) (thing, error) {
	if strings.Count(text, "/") != 2 {
		return "", fmt.Errorf("%q is no thing", text)
	}
	return thing(text), nil
}

var words = router.Words{Attribute: "things", Noun: "Thing", Place: "Region", Wrong: "Not the Right Thing"}

// pair pairs the router west/me/r with what both environments name.
func pair(blue, green []string) (string, string, error) {
	backends, err := router.ParseBackends(words, parseThing, blue, green)
	if err != nil {
		return "", "", err
	}
	p, err := backends.Pair(router.Search[thing]{
		For: thing("west/me/r"), Where: "west",
		Fits:   func(t thing) bool { return strings.HasPrefix(t.Key(), "west/") },
		Prefer: func(t thing) bool { return strings.Contains(t.Key(), "/me/") },
	})
	return string(p.Of(traffic.Blue).ID), string(p.Of(traffic.Green).ID), err
}

func TestPair(t *testing.T) {
	for name, test := range map[string]struct{ blue, green []string }{
		"one each":        {[]string{"west/me/b"}, []string{"west/me/g"}},
		"by the place":    {[]string{"east/me/b", "west/me/b"}, []string{"west/me/g", "east/me/g"}},
		"the better one":  {[]string{"west/you/b", "west/me/b"}, []string{"west/me/g"}},
		"of other owners": {[]string{"west/me/b"}, []string{"west/me/g", "west/you/g"}},
	} {
		if blue, green, err := pair(test.blue, test.green); blue != "west/me/b" || green != "west/me/g" || err != nil {
			t.Errorf("%s: %s and %s, %v", name, blue, green, err)
		}
	}
}

func TestPairRefuses(t *testing.T) {
	b, g := []string{"west/me/b"}, []string{"west/me/g"}
	at := func(i int) path.Path { return path.Root("things").AtListIndex(i) }
	for name, test := range map[string]struct {
		blue, green []string
		in          router.Place
		at          path.Path
		summary     string
		says        []string
	}{
		"wrong":       {[]string{"x"}, g, router.InBlue, at(0), "Not the Right Thing", []string{`"x" is no thing`}},
		"twice":       {b, []string{"west/me/g", "WEST/me/g"}, router.InGreen, at(1), "Named Twice", []string{"WEST/me/g", "take it out"}},
		"in both":     {b, []string{"West/Me/B"}, router.InGreen, at(0), "Same Thing in Both Environments", []string{"its own"}},
		"none":        {b, []string{"east/me/g"}, router.InGreen, path.Root("things"), "No Thing in the Region", []string{"west/me/r", "add one to things"}},
		"none at all": {nil, g, router.InBlue, path.Root("things"), "No Thing in the Region", []string{"blue environment"}},
		"several": {
			[]string{"west/me/b", "west/me/c"},
			g, router.InBlue, at(1), "Several Things in One Region",
			[]string{"west/me/b and west/me/c", "west/me/r", "keep one"},
		},
	} {
		_, _, err := pair(test.blue, test.green)
		var attribute *router.AttributeError
		if !errors.As(err, &attribute) {
			t.Errorf("%s: error = %v", name, err)
			continue
		}
		if attribute.In != test.in || !attribute.Path.Equal(test.at) || attribute.Summary != test.summary {
			t.Errorf("%s: %s %s: %q", name, attribute.In, attribute.Path, attribute.Summary)
		}
		for _, text := range test.says {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("%s: %q does not say %q", name, err, text)
			}
		}
	}
}

func TestCures(t *testing.T) {
	gone, away := errors.New("gone"), errors.New("away")
	cures := router.Cures{
		{Reason: gone, Summary: "Gone", Text: "create it"},
		{Reason: away, Summary: "Away", Text: "call it back", At: path.Root("place")},
	}
	here := path.Root("things").AtListIndex(1)
	for _, test := range []struct {
		err  error
		at   path.Path
		says string
	}{
		{fmt.Errorf("reading: %w", gone), here, "Gone: reading: gone: create it"},
		{fmt.Errorf("reading: %w", away), path.Root("place"), "Away: reading: away: call it back"},
	} {
		err := cures.Apply(here, test.err)
		var attribute *router.AttributeError
		if !errors.As(err, &attribute) || attribute.In != router.InRouter || !attribute.Path.Equal(test.at) || err.Error() != test.says {
			t.Errorf("%v: %v", test.err, err)
		}
		if again := cures.Apply(path.Empty(), err); again != err { //nolint:errorlint // itself
			t.Errorf("cured twice: %v", again)
		}
	}
	if other := errors.New("other"); cures.Apply(here, other) != other || cures.Apply(here, nil) != nil { //nolint:errorlint // itself
		t.Error("what has no cure was changed")
	}
}
