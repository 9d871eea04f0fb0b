package gcplb

import "testing"

func TestParseLink(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"projects/p/global/urlMaps/n":                                             "projects/p/global/urlMaps/n",
		"projects/p/regions/r1/urlMaps/n":                                         "projects/p/regions/r1/urlMaps/n",
		"https://www.googleapis.com/compute/v1/projects/p/global/urlMaps/n":       "projects/p/global/urlMaps/n",
		"https://www.googleapis.com/compute/beta/projects/p/regions/r1/urlMaps/n": "projects/p/regions/r1/urlMaps/n",
		"https://compute.googleapis.com/compute/v1/projects/p/global/urlMaps/n":   "projects/p/global/urlMaps/n",
		"//compute.googleapis.com/projects/example.com:p-1/global/urlMaps/n":      "projects/example.com:p-1/global/urlMaps/n",
		"global/urlMaps/n":     "projects/own/global/urlMaps/n",
		"regions/r1/urlMaps/n": "projects/own/regions/r1/urlMaps/n",
		"n":                    "projects/own/global/urlMaps/n",
	} {
		l, err := parseLink(text, urlMaps, "own")
		if err != nil || l.String() != want {
			t.Errorf("%s: %s, %v", text, l, err)
		}
	}
	for _, text := range []string{
		"", "N", "projects/p", "projects/p/urlMaps/n", "projects/p/zones/z/urlMaps/n", "projects/p/global/backendServices/n",
		"projects/p/global/urlMaps/n/validate", "projects/p/global/urlMaps/", "projects/../global/urlMaps/n", "projects/p?x/global/urlMaps/n",
		"projects/p/regions/R/urlMaps/n", "projects/p/global/urlMaps/n?x=1",
	} {
		if l, err := parseLink(text, urlMaps, "own"); err == nil {
			t.Errorf("%q is taken for %s", text, l)
		}
	}
	if _, err := parseLink("n", urlMaps, ""); err == nil {
		t.Error("a short name without a project is taken")
	}
}

func TestLike(t *testing.T) {
	t.Parallel()
	l := link{project: "p", collection: backendServices, name: "green"}
	for text, want := range map[string]string{
		"https://www.googleapis.com/compute/v1/projects/p/global/backendServices/blue": "https://www.googleapis.com/compute/v1/projects/p/global/backendServices/green",
		"projects/p/global/backendServices/blue":                                       "projects/p/global/backendServices/green",
		"global/backendServices/blue":                                                  "projects/p/global/backendServices/green",
	} {
		if got := l.like(text); got != want {
			t.Errorf("like %s: %s", text, got)
		}
	}
}
