package acctest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// features are what else can be set in a URL map: the third service is in
// neither environment. Each is a feature of its own.
func features(third string) map[string]func(body, images map[string]any) {
	action := func(images map[string]any) map[string]any {
		rule, _ := images["routeRules"].([]any)[0].(map[string]any)
		a, _ := rule["routeAction"].(map[string]any)
		return a
	}
	return map[string]func(body, images map[string]any){
		"description": func(body, _ map[string]any) { body["description"] = "the shop, <old> & new é" },
		"header action": func(body, _ map[string]any) {
			body["headerAction"] = parsed(`{"requestHeadersToRemove":["x-internal"]}`)
		},
		"error pages": func(body, _ map[string]any) {
			body["defaultCustomErrorResponsePolicy"] = parsed(`{"errorResponseRules":[{"matchResponseCodes":["5xx"],"path":"/sorry.html","overrideResponseCode":200}]}`)
		},
		"redirect of a host": func(body, _ map[string]any) {
			body["hostRules"] = append(body["hostRules"].([]any), parsed(`{"hosts":["old.example"],"pathMatcher":"old"}`))
			body["pathMatchers"] = append(body["pathMatchers"].([]any),
				parsed(`{"name":"old","defaultUrlRedirect":{"hostRedirect":"new.example","httpsRedirect":true,"stripQuery":false}}`))
		},
		"header match": func(_, images map[string]any) {
			images["routeRules"].([]any)[0].(map[string]any)["matchRules"] = []any{
				parsed(`{"prefixMatch":"/cats/","ignoreCase":true,"headerMatches":[{"headerName":"x-cat","presentMatch":true,"invertMatch":false}]}`),
			}
		},
		"rewrite": func(_, images map[string]any) { action(images)["urlRewrite"] = parsed(`{"pathPrefixRewrite":"/"}`) },
		"timeout": func(_, images map[string]any) { action(images)["timeout"] = parsed(`{"seconds":"30","nanos":0}`) },
		"retries": func(_, images map[string]any) {
			action(images)["retryPolicy"] = parsed(`{"numRetries":0,"retryConditions":["5xx"]}`)
		},
		"CORS": func(_, images map[string]any) {
			action(images)["corsPolicy"] = parsed(`{"allowOrigins":["*"],"maxAge":600,"disabled":false}`)
		},
		"mirror": func(_, images map[string]any) {
			action(images)["requestMirrorPolicy"] = map[string]any{"backendService": third}
		},
		"fault injection": func(_, images map[string]any) {
			action(images)["faultInjectionPolicy"] = parsed(`{"abort":{"httpStatus":503,"percentage":0.5}}`)
		},
		"test of the map": func(body, _ map[string]any) {
			body["tests"] = []any{map[string]any{"host": "images.example", "path": "/dogs/", "service": third}}
		},
		"field of tomorrow": func(body, _ map[string]any) {
			body["fieldOfTomorrow"] = parsed(`{"enabled":false,"limit":12345678901234567890,"list":[],"none":null}`)
		},
	}
}

// parsed is a JSON object, its numbers as they are written.
func parsed(text string) map[string]any {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var o map[string]any
	if err := decoder.Decode(&o); err != nil {
		panic(err)
	}
	return o
}

// rich makes a URL map with all features, whose default route is route.
func rich(s *gcplb.Scenario, third string, route map[string]any) (body map[string]any, count int) {
	images := map[string]any{
		"name": "images", "defaultService": third, "routeRules": []any{map[string]any{
			"priority": 1, "routeAction": map[string]any{
				"weightedBackendServices": []any{entry(third, 0), entry(s.Link(s.Blue), 7)}, // not ours to change there
			},
		}},
	}
	body = map[string]any{
		"hostRules":    []any{parsed(`{"hosts":["images.example"],"pathMatcher":"images"}`)},
		"pathMatchers": []any{images},
	}
	all := features(third)
	for _, set := range all {
		set(body, images)
	}
	for field, value := range route {
		body[field] = value
	}
	return body, len(all)
}

// TestGCPOnlyOursChanges has a URL map with everything set: as JSON, it is the
// same afterwards but for our weights.
func TestGCPOnlyOursChanges(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		for name, route := range map[string]func(s *gcplb.Scenario, third string) map[string]any{
			"a single service": func(s *gcplb.Scenario, _ string) map[string]any {
				return map[string]any{"defaultService": s.Link(s.Blue)}
			},
			"weights beside a third service": func(s *gcplb.Scenario, third string) map[string]any {
				body := map[string]any{}
				weighted(entry(s.Link(s.Blue), 200), entry(third, 50), entry(s.Link(s.Green), 0))(body)
				return body
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				onlyOursChanges(t, binary, route)
			})
		}
	})
}

func onlyOursChanges(t *testing.T, binary string, route func(s *gcplb.Scenario, third string) map[string]any) {
	t.Helper()
	s := openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{})
	third := s.third(t, nil)
	body, count := rich(s.Scenario, third, route(s.Scenario, third))
	s.edit(t, func(was map[string]any) {
		delete(was, "defaultService")
		for field, value := range body {
			was[field] = value
		}
	})
	e := adopted(t, cli.Options{Binary: binary}, func(c *projectConfig) { *c = c.with(threeSteps) }, s)
	before := s.withoutOurs(t)
	for _, color := range []traffic.Color{traffic.Green, traffic.Blue} {
		e.apply(t, to(color)...)
		e.wantWeights(t, traffic.All(color))
		if after := s.withoutOurs(t); after != before {
			t.Errorf("it was\n%s\nand is\n%s", before, after)
		}
		e.wantNoChanges(t, to(color)...)
	}
	report(t, "a URL map with %d other features set is the same afterwards, as JSON of %d bytes, but for our weights", count, len(before))
}

// withoutOurs is the URL map as JSON, without the weights of blue and green in
// its default route and without its fingerprint.
func (s *gcpFixture) withoutOurs(t *testing.T) string {
	t.Helper()
	body := s.Lab.Get(s.URLMap)
	delete(body, "fingerprint")
	delete(body, "defaultService")
	action, _ := body["defaultRouteAction"].(map[string]any)
	if action == nil {
		action = map[string]any{}
		body["defaultRouteAction"] = action
	}
	entries, _ := action["weightedBackendServices"].([]any)
	others := []any{}
	for _, one := range entries {
		service, _ := one.(map[string]any)["backendService"].(string)
		if service != s.Link(s.Blue) && service != s.Link(s.Green) {
			others = append(others, one)
		}
	}
	action["weightedBackendServices"] = others
	text, err := json.MarshalIndent(body, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
