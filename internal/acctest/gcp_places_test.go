package acctest

import (
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// matcher makes a URL map with a path matcher for all hosts.
func matcher(rules func(s *gcplb.Scenario, m map[string]any)) func(s *gcplb.Scenario) map[string]any {
	return func(s *gcplb.Scenario) map[string]any {
		m := s.Route(true)
		m["name"] = "api"
		rules(s, m)
		body := s.Default()
		body["hostRules"] = []any{map[string]any{"hosts": []any{"*"}, "pathMatcher": "api"}}
		body["pathMatchers"] = []any{m}
		return body
	}
}

// gcpPlace is where in a URL map traffic is divided.
type gcpPlace struct {
	scenario     gcplb.ScenarioOptions
	place, block string
	id           string // what an import's identifier has after the URL map
	whole        bool   // 0 and 100 only
}

var gcpPlaces = map[string]gcpPlace{
	"regional": {scenario: gcplb.ScenarioOptions{Region: "europe-west1"}},
	"path matcher": {
		scenario: gcplb.ScenarioOptions{Map: matcher(func(*gcplb.Scenario, map[string]any) {})},
		place:    "#api", block: `path_matcher = "api"`, id: "#api",
	},
	"route rule": {
		scenario: gcplb.ScenarioOptions{Map: matcher(func(s *gcplb.Scenario, m map[string]any) {
			rule := s.Route(false)
			rule["priority"], rule["matchRules"] = 10, []any{map[string]any{"prefixMatch": "/"}}
			m["routeRules"] = []any{rule}
		})},
		place: "#api#10", block: "path_matcher = \"api\"\n    route_rule   = 10", id: "#api#10",
	},
	"path rule": {
		scenario: gcplb.ScenarioOptions{Map: matcher(func(s *gcplb.Scenario, m map[string]any) {
			rule := s.Route(false)
			rule["paths"] = []any{"/*"}
			m["pathRules"] = []any{rule}
		})},
		place: "#api#/*", block: "path_matcher = \"api\"\n    path_rule    = \"/*\"", id: "#api#/*",
	},
	"classic": {
		scenario: gcplb.ScenarioOptions{Scheme: "EXTERNAL", Map: func(s *gcplb.Scenario) map[string]any {
			body := s.Default() // and a host for each color, so that the health of the idle one is known
			for _, side := range []*gcplb.Side{s.Blue, s.Green} {
				hosts, _ := body["hostRules"].([]any)
				matchers, _ := body["pathMatchers"].([]any)
				body["hostRules"] = append(hosts, map[string]any{"hosts": []any{side.Color + ".example"}, "pathMatcher": side.Color})
				body["pathMatchers"] = append(matchers, map[string]any{"name": side.Color, "defaultService": s.Link(side)})
			}
			return body
		}},
		whole: true,
	},
}

// TestGCPPlaces cuts over, and adopts by import, wherever a URL map divides
// traffic.
func TestGCPPlaces(t *testing.T) {
	t.Parallel()
	for name, p := range gcpPlaces {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openGCP(t, gcplb.Options{}, p.scenario)
			s.place, s.more = p.place, p.block
			e := found(t, cli.Options{}, nil, s)
			want := []int{100}
			if !p.whole {
				e.rewrite(t, func(c *projectConfig) { *c = c.with(threeSteps) })
				want = []int{0, 10, 50, 100}
			}
			e.run(t, "import", "-no-color", "bluegreen_switch.shop", s.URLMap+p.id)
			e.apply(t)
			e.wantUntouched(t)
			e.wantNoChanges(t)
			e.forget()
			e.apply(t, to(traffic.Green)...)
			e.wantSteps(t, traffic.Green, want...)
			e.wantNoChanges(t, to(traffic.Green)...)
		})
	}
}

// TestGCPOutOfNoWeight: all traffic goes to a third backend service, and both
// colors are named beside it at weight 0. Either color leads out.
func TestGCPOutOfNoWeight(t *testing.T) {
	t.Parallel()
	for _, c := range traffic.Colors() {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			s := openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{})
			e := adopted(t, cli.Options{}, nil, s)
			s.edit(t, weighted(entry(s.Blue.Service, 0), entry(s.Green.Service, 0), entry(s.third(t, nil), 100)))
			e.apply(t, to(c)...)
			e.wantWeights(t, traffic.All(c))
			e.wantNoChanges(t, to(c)...)
		})
	}
}

// places is a URL map with three places: its default route, and those of two
// path matchers.
func places(s *gcplb.Scenario) map[string]any {
	body := s.Default()
	var hosts, matchers []any
	for _, name := range []string{"api", "web"} {
		m := s.Route(true)
		m["name"] = name
		matchers = append(matchers, m)
		hosts = append(hosts, map[string]any{"hosts": []any{name + ".example"}, "pathMatcher": name})
	}
	body["hostRules"], body["pathMatchers"] = hosts, matchers
	return body
}

// TestGCPPlacesTogether moves the default route and two path matchers of a URL
// map in one switch, each step in one write, and back as they were found.
func TestGCPPlacesTogether(t *testing.T) {
	t.Parallel()
	s := openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{Weighted: true, Map: places})
	s.more = "path_matchers = [\"api\", \"web\"]\n    default_route = true"
	e := found(t, cli.Options{}, nil, s)
	e.inSteps(t, threeSteps)
	e.run(t, "import", "-no-color", switchAddress, s.URLMap+"#+api+web")
	e.apply(t)
	e.wantUntouched(t)
	e.wantNoChanges(t)
	for _, color := range []traffic.Color{traffic.Green, traffic.Blue} {
		e.forget()
		e.apply(t, to(color)...)
		for _, place := range []string{"", "#api", "#web"} {
			s.place = place
			e.wantSteps(t, color, 10, 50, 100)
			e.sound(t, "at "+place, color)
		}
		if writes := s.Lab.CallCounts()["urlMaps.update"]; writes != 3 {
			t.Errorf("%d writes for three steps at three places", writes)
		}
		e.wantNoChanges(t, to(color)...)
	}
}

// TestGCPOneRuleOfTwoSwitches has a second switch name the same path rule by
// another of its paths.
func TestGCPOneRuleOfTwoSwitches(t *testing.T) {
	t.Parallel()
	s := openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{Map: matcher(func(s *gcplb.Scenario, m map[string]any) {
		rule := s.Route(false)
		rule["paths"] = []any{"/v1/*", "/v2/*"}
		m["pathRules"] = []any{rule}
	})})
	s.more = "path_matcher = \"api\"\n    path_rule    = \"/v1/*\""
	e := found(t, cli.Options{}, func(c *projectConfig) {
		c.rest = "resource \"bluegreen_switch\" \"other\" {\n  name = \"other\"\n" +
			"  active_color = var.active_color\n  blue = bluegreen_environment.blue\n  green = bluegreen_environment.green\n  gcp_lb = " +
			strings.Replace(s.router(), "/v1/*", "/v2/*", 1) + "\n}"
	}, s)
	_, _, err := e.Plan(t.Context())
	t.Log(failed(t, err, `The switches "other" and "shop" both move`, "Take it out of one of them"))
	e.wantUntouched(t)
}

// TestGCPClassicHasNoSteps is refused at plan.
func TestGCPClassicHasNoSteps(t *testing.T) {
	t.Parallel()
	s := openGCP(t, gcplb.Options{}, gcpPlaces["classic"].scenario)
	e := adopted(t, cli.Options{}, nil, s)
	e.rewrite(t, func(c *projectConfig) { *c = c.with(threeSteps) })
	e.forget()
	_, _, err := e.Plan(t.Context(), to(traffic.Green)...)
	t.Log(failed(t, err, "Router Has No Weights", threeSteps, "A color gets all or nothing from projects/lab/global/urlMaps/shop"))
	e.wantUntouched(t)
}

// TestGCPNames has the router and the backends by what hashicorp/google gives
// for them, and by short names.
func TestGCPNames(t *testing.T) {
	t.Parallel()
	s := openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{})
	e := adopted(t, cli.Options{}, nil, s)
	for name, form := range map[string]func(path string) string{
		"self link": func(path string) string { return "https://www.googleapis.com/compute/v1/" + path },
		"beta":      func(path string) string { return "https://compute.googleapis.com/compute/beta/" + path },
		"short": func(path string) string {
			return map[string]string{s.URLMap: "shop", s.Blue.Service: "shop-blue", s.Green.Service: "shop-green"}[path]
		},
	} {
		e.rewrite(t, func(c *projectConfig) {
			c.blue = gcpBackend(services(form(s.Blue.Service)))
			c.green = gcpBackend(services(form(s.Green.Service)))
			c.router = gcpRouter(urlMaps("", form(s.URLMap)))
		})
		e.forget()
		e.apply(t)
		e.wantUntouched(t)
		e.wantNoChanges(t)
		e.apply(t, to(traffic.Green)...)
		if w := s.weights(); w != traffic.All(traffic.Green) {
			t.Errorf("%s: traffic is %s", name, w)
		}
		e.apply(t)
	}
}

// TestGCPOperationsFail has each write accepted, and its operation fail.
func TestGCPOperationsFail(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]failureMode{
		"accepted and failed in passing": {failure: failedOperation, times: 1, promoted: true, writes: true},
		"accepted and refused":           {failure: refusedOperation, times: 1, writes: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newRepeated(t, openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{})).failWrites(t, name, d)
		})
	}
}

// failWrites has each of the writes of a cutover fail in turn.
func (tr *repeated) failWrites(t *testing.T, name string, d failureMode) {
	t.Helper()
	tr.apply(t, to(traffic.Green)...)
	var count tally
	for i, c := range tr.fixtures[0].calls() {
		if c.writes {
			tr.fail(t, i+1, d, &count)
		}
	}
	report(t, "each of %d writes %s: %d promoted, %d as found", count.points, name, count.promoted, count.asFound)
}
