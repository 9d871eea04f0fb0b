package gcplb_test

import (
	"fmt"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

const (
	matcherName = "api"
	priority    = 20
	ruleP       = "/api/*"
)

// places are where a URL map can divide traffic, each in a map that has much else.
var places = map[string]func(t *testing.T) *world{
	"global default route":              onDefault(lab.ScenarioOptions{}),
	"global default route with weights": onDefault(lab.ScenarioOptions{Weighted: true}),
	"regional default route":            onDefault(lab.ScenarioOptions{Region: "europe-west1", Scheme: "INTERNAL_MANAGED"}),
	"path matcher":                      onMatcher,
	"route rule":                        onRouteRule,
	"path rule":                         onPathRule,
	"classic":                           onClassic,
	"beside another service":            onForeign,
}

func TestConformance(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			traffictest.Conformance(t, func(t *testing.T) traffictest.Fixture {
				t.Helper()
				w := place(t)
				return w.fixture(t)
			})
		})
	}
}

func (w *world) fixture(t *testing.T) traffictest.Fixture {
	t.Helper()
	f := traffictest.Fixture{
		Router:       w.one(t, w.asked()).Router,
		Live:         func() traffic.Weights { return w.live(t) },
		Interfere:    func(to traffic.Weights) { w.interfere(t, to) },
		Rest:         func() string { return w.rest(t) },
		Remove:       func() { w.Lab.Delete(w.URLMap) },
		SetHealthy:   func(c traffic.Color, healthy bool) { w.SetHealthy(w.side(c), healthy) },
		Uneven:       func() { w.interfere(t, traffic.Weights{Blue: 999, Green: 1}) },
		Raw:          func() string { return w.raw() },
		Silence:      func() { w.interfere(t, traffic.Weights{}) },
		AllOrNothing: w.classic,
	}
	if w.classic {
		f.Uneven, f.Silence, f.NeverSilent = func() {}, nil, "one of the services has everything"
	}
	return f
}

// raw are the weights of the two colors as Google has them.
func (w *world) raw() string {
	raw := make(map[string]int)
	for _, s := range w.Lab.Weights(w.URLMap, w.place) {
		if s.Weight > 0 {
			raw[s.Service] = s.Weight
		}
	}
	return fmt.Sprint(raw)
}

func onDefault(opts lab.ScenarioOptions) func(t *testing.T) *world {
	return func(t *testing.T) *world {
		t.Helper()
		opts.Map = func(s *lab.Scenario) map[string]any { return rich(s, s.Route(true)) }
		return newWorld(t, lab.Options{}, opts)
	}
}

func onMatcher(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Map: func(s *lab.Scenario) map[string]any {
		body := rich(s, s.Route(true))
		matcher := s.Route(true)
		matcher["name"] = matcherName
		matcher["headerAction"] = object{"requestHeadersToRemove": []any{"x-internal"}}
		body["pathMatchers"] = append(body["pathMatchers"].([]any), matcher)
		return body
	}})
	w.place, w.matcher = "#"+matcherName, matcherName
	return w
}

func onRouteRule(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Map: func(s *lab.Scenario) map[string]any {
		body := rich(s, s.Route(true))
		rule := s.Route(false)
		rule["priority"], rule["matchRules"] = priority, []any{object{"prefixMatch": "/api", "ignoreCase": true}}
		rule["routeAction"] = object{"timeout": object{"seconds": "5"}, "retryPolicy": object{"numRetries": 2}}
		matcher := s.Route(true)
		matcher["name"] = matcherName
		first := s.Route(false)
		first["priority"], first["matchRules"] = 10, []any{object{"fullPathMatch": "/first"}}
		matcher["routeRules"] = []any{first, rule}
		body["pathMatchers"] = append(body["pathMatchers"].([]any), matcher)
		return body
	}})
	w.place, w.matcher, w.route = "#"+matcherName+"#20", matcherName, priority
	return w
}

func onPathRule(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Map: func(s *lab.Scenario) map[string]any {
		body := rich(s, s.Route(true))
		matcher, first, rule := s.Route(true), s.Route(false), s.Route(false)
		first["paths"], rule["paths"] = []any{"/first"}, []any{ruleP, "/v2/*"}
		matcher["name"], matcher["pathRules"] = matcherName, []any{first, rule}
		body["pathMatchers"] = append(body["pathMatchers"].([]any), matcher)
		return body
	}})
	w.place, w.matcher, w.path = "#"+matcherName+"#"+ruleP, matcherName, ruleP
	return w
}

// onClassic has a host for each color besides, so that the health of the idle one is known.
func onClassic(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Scheme: "EXTERNAL", Map: func(s *lab.Scenario) map[string]any {
		return object{
			"defaultService": s.Link(s.Blue), "description": "classic",
			"hostRules": []any{
				object{"hosts": []any{"blue.example.com"}, "pathMatcher": "blue"},
				object{"hosts": []any{"green.example.com"}, "pathMatcher": "green"},
			},
			"pathMatchers": []any{
				object{"name": "blue", "defaultService": s.Link(s.Blue)}, object{"name": "green", "defaultService": s.Link(s.Green)},
			},
		}
	}})
	w.classic = true
	return w
}

// onForeign has a third service with a weight of its own, and 200 for ours.
func onForeign(t *testing.T) *world {
	t.Helper()
	return newWorld(t, lab.Options{}, lab.ScenarioOptions{Map: func(s *lab.Scenario) map[string]any {
		body := rich(s, s.Route(true))
		delete(body, "defaultService")
		body["defaultRouteAction"] = object{"weightedBackendServices": []any{
			object{"backendService": s.Link(s.Blue), "weight": 200},
			object{"backendService": other(s), "weight": 50, "headerAction": object{"requestHeadersToRemove": []any{"cookie"}}},
		}}
		return body
	}})
}

// other is the self link of a third backend service, which is made when it is not there.
func other(s *lab.Scenario) string {
	path := s.Blue.Service[:len(s.Blue.Service)-len("blue")] + "other"
	if s.Lab.Get(path) == nil {
		scheme, _ := s.Lab.Get(s.Blue.Service)["loadBalancingScheme"].(string)
		if err := s.AddService(path, s.Blue.Group, "", scheme); err != nil {
			panic(err)
		}
	}
	return "https://www.googleapis.com/compute/v1/" + path
}

// rich is a URL map with twelve features besides the route, fields that nobody knows yet among them.
func rich(s *lab.Scenario, route map[string]any) map[string]any {
	third := other(s)
	body := object{
		"description":                      "shop <&> \u00e9",
		"headerAction":                     object{"responseHeadersToAdd": []any{object{"headerName": "x-a", "headerValue": "1 & 2", "replace": false}}},
		"defaultCustomErrorResponsePolicy": object{"errorResponseRules": []any{object{"matchResponseCodes": []any{"5xx"}, "path": "/sorry.html", "overrideResponseCode": 200}}},
		"fieldOfTomorrow":                  object{"enabled": false, "ratio": json10, "none": nil, "list": []any{}},
		"hostRules": []any{
			object{"hosts": []any{"old.example.com"}, "pathMatcher": "redirects", "description": "gone"},
			object{"hosts": []any{"*.img.example.com"}, "pathMatcher": "images"},
		},
		"pathMatchers": []any{
			object{"name": "redirects", "defaultUrlRedirect": object{
				"hostRedirect": "new.example.com", "redirectResponseCode": "MOVED_PERMANENTLY_DEFAULT", "stripQuery": false, "httpsRedirect": true,
			}},
			object{
				"name": "images", "defaultService": third, "fieldOfTheDayAfter": "kept",
				"routeRules": []any{object{
					"priority": 1, "matchRules": []any{object{"prefixMatch": "/cats/", "headerMatches": []any{object{"headerName": "x-cat", "presentMatch": true}}}},
					"routeAction": object{
						"urlRewrite": object{"pathPrefixRewrite": "/"}, "timeout": object{"seconds": "30", "nanos": 0},
						"corsPolicy":              object{"allowOrigins": []any{"*"}, "maxAge": 600, "disabled": false},
						"faultInjectionPolicy":    object{"abort": object{"httpStatus": 503, "percentage": 0.5}},
						"requestMirrorPolicy":     object{"backendService": third},
						"weightedBackendServices": []any{object{"backendService": third, "weight": 0}, object{"backendService": s.Link(s.Blue), "weight": 7}},
					},
				}},
			},
		},
		"tests": []any{object{"host": "a.img.example.com", "path": "/dogs/", "service": third, "description": "dogs"}},
	}
	for key, value := range route {
		body[key] = value
	}
	return body
}

// json10 is a number that a float64 does not hold exactly.
const json10 int64 = 1234567890123456789
