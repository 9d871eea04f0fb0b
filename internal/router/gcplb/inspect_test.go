package gcplb_test

import (
	"errors"
	"strings"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// edited is a world whose URL map was edited by somebody.
func edited(edit func(w *world, body object)) func(t *testing.T) *world {
	return func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t, lab.Options{}, lab.ScenarioOptions{})
		if err := w.Lab.Edit(w.URLMap, func(body object) { edit(w, body) }); err != nil {
			t.Fatal(err)
		}
		return w
	}
}

func same(t *testing.T) *world {
	t.Helper()
	return newWorld(t, lab.Options{}, lab.ScenarioOptions{})
}

// TestWhatAPlanRefuses sees that each is an error on its attribute, with a
// cure, and that nothing was written.
func TestWhatAPlanRefuses(t *testing.T) {
	t.Parallel()
	name := func(s string) *string { return &s }
	number := func(n int64) *int64 { return &n }
	for what, test := range map[string]struct {
		world func(t *testing.T) *world
		ask   func(w *world, a *ask)
		in    router.Place
		path  string
		cure  string
		is    error
	}{
		"URL map that does not exist": {
			same, func(w *world, a *ask) { a.maps = []string{w.URLMap + "-gone"} }, router.InRouter, "url_maps[0]", "create it", traffic.ErrNotFound,
		},
		"path matcher that does not exist": {
			same, func(_ *world, a *ask) { a.matcher = name("nope") }, router.InRouter, "path_matcher", "correct path_matcher", nil,
		},
		"route rule that does not exist": {
			onRouteRule, func(_ *world, a *ask) { a.route = number(99) }, router.InRouter, "route_rule", "correct route_rule", nil,
		},
		"path rule that does not exist": {
			onPathRule, func(_ *world, a *ask) { a.path = name("/nope") }, router.InRouter, "path_rule", "correct path_rule", nil,
		},
		"redirect": {
			edited(func(_ *world, body object) {
				delete(body, "defaultService")
				body["defaultUrlRedirect"] = object{"httpsRedirect": true}
			}), nil, router.InRouter, "url_maps[0]", "redirect", nil,
		},
		"bucket": {
			func(t *testing.T) *world {
				t.Helper()
				w := same(t)
				bucket := strings.Replace(w.Blue.Service, "backendServices", "backendBuckets", 1)
				if err := w.Lab.Insert(bucket, object{"bucketName": "static"}); err != nil {
					t.Fatal(err)
				}
				if err := w.Lab.Edit(w.URLMap, func(body object) { body["defaultService"] = bucket }); err != nil {
					t.Fatal(err)
				}
				return w
			}, nil, router.InRouter, "url_maps[0]", "backend service", nil,
		},
		"third service": {
			same, func(w *world, _ *ask) {
				third := strings.TrimPrefix(other(w.Scenario), "https://www.googleapis.com/compute/v1/")
				if err := w.Lab.Edit(w.URLMap, func(body object) { body["defaultService"] = third }); err != nil {
					panic(err)
				}
			}, router.InRouter, "url_maps[0]", "backend_services", traffic.ErrNoWeight,
		},
		"backend service without backends": {
			func(t *testing.T) *world {
				t.Helper()
				w := same(t)
				if err := w.Lab.Edit(w.Green.Service, func(body object) { delete(body, "backends") }); err != nil {
					t.Fatal(err)
				}
				return w
			}, nil, router.InGreen, "backend_services[0]", "add an instance group", nil,
		},
		"backend service that does not exist": {
			same, func(w *world, a *ask) { a.green = []string{w.Green.Service + "-gone"} }, router.InGreen, "backend_services[0]", "create it", traffic.ErrNotFound,
		},
		"different schemes": {
			func(t *testing.T) *world {
				t.Helper()
				w := same(t)
				if err := w.Lab.Edit(w.Green.Service, func(body object) { body["loadBalancingScheme"] = "EXTERNAL" }); err != nil {
					t.Fatal(err)
				}
				return w
			}, nil, router.InRouter, "url_maps[0]", "give both the same", nil,
		},
		"test that expects blue": {
			edited(func(w *world, body object) {
				body["tests"] = []any{object{"host": "shop.example.com", "path": "/", "service": w.Link(w.Blue)}}
			}), nil, router.InRouter, "url_maps[0]", "tests", nil,
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := test.world(t)
			a := w.asked()
			if test.ask != nil {
				test.ask(w, &a)
			}
			w.Lab.ForgetJournal()
			m := w.one(t, a)
			_, err := m.Router.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
			wantAttribute(t, err, test.in, test.path, test.cure)
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%v is not %v", err, test.is)
			}
			if got := w.Lab.Journal(); len(got) != 0 {
				t.Errorf("written: %v", got)
			}
		})
	}
}

// TestOutgoingServiceMayBeEmpty lets people leave a service that has lost all
// that was behind it.
func TestOutgoingServiceMayBeEmpty(t *testing.T) {
	t.Parallel()
	w := same(t)
	if err := w.Lab.Edit(w.Blue.Service, func(body object) { body["backends"] = []any{} }); err != nil {
		t.Fatal(err)
	}
	if _, err := w.one(t, w.asked()).Router.(traffic.Inspector).Inspect(t.Context(), traffic.Green); err != nil {
		t.Error(err)
	}
}

func wantAttribute(t *testing.T, err error, in router.Place, path, cure string) {
	t.Helper()
	var at *router.AttributeError
	if !errors.As(err, &at) {
		t.Fatalf("%v is no AttributeError", err)
	}
	if at.In != in || at.Path.String() != path || at.Summary == "" || !strings.Contains(err.Error(), cure) {
		t.Errorf("in %s at %s: %v; want %s at %s with %q", at.In, at.Path, err, in, path, cure)
	}
}

func TestWhatOpenRefuses(t *testing.T) {
	t.Parallel()
	w := same(t)
	name := func(s string) *string { return &s }
	number := int64(10)
	region := "projects/lab/regions/europe-west1/backendServices/shop-green"
	for what, test := range map[string]struct {
		ask        func(a *ask)
		in         router.Place
		path, cure string
	}{
		"another kind of resource": {func(a *ask) { a.maps = []string{w.Blue.Service} }, router.InRouter, "url_maps[0]", "urlMaps"},
		"no name at all":           {func(a *ask) { a.maps = []string{"a/b"} }, router.InRouter, "url_maps[0]", "write its id"},
		"named twice": {
			func(a *ask) { a.maps = append(a.maps, "https://compute.googleapis.com/compute/beta/"+w.URLMap) },
			router.InRouter, "url_maps[1]", "take it out",
		},
		"same service in both":     {func(a *ask) { a.green = a.blue }, router.InGreen, "backend_services[0]", "its own"},
		"service in another scope": {func(a *ask) { a.green = []string{region} }, router.InGreen, "backend_services", "add one"},
		"two services in one scope": {
			func(a *ask) { a.green = append(a.green, w.Green.Service+"-2") }, router.InGreen, "backend_services[1]", "in the same order",
		},
		"rule without a matcher": {func(a *ask) { a.route = &number }, router.InRouter, "path_matcher", "set path_matcher"},
		"two rules": {
			func(a *ask) { a.matcher, a.route, a.path = name("api"), &number, name("/x") }, router.InRouter, "path_rule", "keep one",
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			a := w.asked()
			test.ask(&a)
			_, err := w.open(t, a)
			wantAttribute(t, err, test.in, test.path, test.cure)
		})
	}
}

// TestForeignWeightsThatArePercentOfNothing cannot be divided exactly, and are
// whole only.
func TestForeignWeightsThatArePercentOfNothing(t *testing.T) {
	t.Parallel()
	w := onForeign(t)
	err := w.Lab.Edit(w.URLMap, func(body object) {
		body["defaultRouteAction"].(object)["weightedBackendServices"].([]any)[0].(object)["weight"] = 3
	})
	if err != nil {
		t.Fatal(err)
	}
	m := w.one(t, w.asked())
	facts, err := m.Router.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
	if err != nil || !facts.AllOrNothing {
		t.Fatalf("%+v, %v", facts, err)
	}
	err = m.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.Split(traffic.Green, 10))
	wantAttribute(t, err, router.InRouter, "url_maps[0]", "100 together")
	if err := m.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.All(traffic.Green)); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, s := range w.Lab.Weights(w.URLMap, "") {
		got[s.Service] = s.Weight
	}
	if got[w.Blue.Service] != 0 || got[w.Green.Service] != 3 || len(got) != 3 {
		t.Errorf("weights %v", got)
	}
}

// TestFoundWeightsComeBack has weights that are no percent, as somebody set them
// by hand: a rollback brings the same back.
func TestFoundWeightsComeBack(t *testing.T) {
	t.Parallel()
	for name, third := range map[string]any{"alone": 0, "beside another service": 50} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := onForeign(t)
			err := w.Lab.Edit(w.URLMap, func(body object) {
				entries := body["defaultRouteAction"].(object)["weightedBackendServices"].([]any)
				entries[0].(object)["weight"], entries[1].(object)["weight"] = 1, third
				body["defaultRouteAction"].(object)["weightedBackendServices"] = append(entries, object{"backendService": w.Link(w.Green), "weight": 500})
			})
			if err != nil {
				t.Fatal(err)
			}
			before, m := w.Lab.Weights(w.URLMap, ""), w.one(t, w.asked())
			was, err := m.Router.(traffic.Restorer).Found(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			to := traffic.All(traffic.Green)
			if err := m.SetWeights(t.Context(), traffic.Split(traffic.Blue, 1), to); err != nil {
				t.Fatal(err)
			}
			if err := was.Restore(t.Context(), to); err != nil {
				t.Fatal(err)
			}
			if err := was.Restored(t.Context()); err != nil {
				t.Error(err)
			}
			for i, s := range w.Lab.Weights(w.URLMap, "") {
				if s.Weight != before[i].Weight {
					t.Errorf("%s has %d, and had %d", s.Service, s.Weight, before[i].Weight)
				}
			}
		})
	}
}

func TestClassicRefusesSteps(t *testing.T) {
	t.Parallel()
	w := onClassic(t)
	m := w.one(t, w.asked())
	err := m.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.Split(traffic.Green, 10))
	wantAttribute(t, err, router.InRouter, "url_maps[0]", "leave the steps out")
}

// TestValidationThatFails moves nothing, whether Validate or the write says no.
func TestValidationThatFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Weighted: true})
	m := w.one(t, w.asked())
	err := w.Lab.Edit(w.URLMap, func(body object) {
		body["tests"] = []any{object{"host": "shop.example.com", "path": "/", "service": w.Link(w.Blue)}}
	})
	if err != nil {
		t.Fatal(err)
	}
	err = m.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.All(traffic.Green))
	wantAttribute(t, err, router.InRouter, "url_maps[0]", "its test fails")
	if got := w.live(t); got != traffic.All(traffic.Blue) {
		t.Errorf("live %s", got)
	}
	if got := w.Lab.CallCounts()["urlMaps.update"]; got != 0 {
		t.Errorf("%d writes", got)
	}
}

func TestHealthNamesTheReasons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Targets: 2, Weighted: true})
	m := w.one(t, w.asked()).Router.(traffic.HealthReader)
	w.SetHealthy(w.Green, false)
	wantHealth(t, m, 2, "is UNHEALTHY")
	if err := w.Lab.Attach(w.Green.Group); err != nil {
		t.Fatal(err)
	}
	wantHealth(t, m, 1, "is unknown")
}

// TestNoBackendsIsNotHealthy is known, so that a cutover whose incoming service
// loses all of them goes back without looking again.
func TestNoBackendsIsNotHealthy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Weighted: true})
	if err := w.Lab.Edit(w.Green.Service, func(body object) { body["backends"] = []any{} }); err != nil {
		t.Fatal(err)
	}
	h, err := w.one(t, w.asked()).Router.(traffic.HealthReader).Health(t.Context(), traffic.Green)
	if err != nil || h.Healthy != 0 || len(h.Unhealthy) != 1 || !strings.Contains(h.Unhealthy[0], "no backends") {
		t.Errorf("%+v, %v", h, err)
	}
}

func wantHealth(t *testing.T, m traffic.HealthReader, total int, reason string) {
	t.Helper()
	h, err := m.Health(t.Context(), traffic.Green)
	if err != nil {
		t.Fatal(err)
	}
	if h.Healthy != 0 || h.Total != total || len(h.Unhealthy) != total || !strings.Contains(h.Unhealthy[0], reason) {
		t.Errorf("health %+v, want %d that are not healthy, with %q", h, total, reason)
	}
}

func TestDrainedGroupIsNotHealthy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Weighted: true})
	w.SetHealthy(w.Green, true)
	err := w.Lab.Edit(w.Green.Service, func(body object) { body["backends"].([]any)[0].(object)["capacityScaler"] = 0.0 })
	if err != nil {
		t.Fatal(err)
	}
	wantHealth(t, w.one(t, w.asked()).Router.(traffic.HealthReader), 1, "capacity_scaler")
}

func TestImport(t *testing.T) {
	t.Parallel()
	k := gcplb.New()
	for id, want := range map[string]string{
		"projects/p/global/urlMaps/shop":            `{"default_route":<null>,"path_matcher":<null>,"path_matchers":<null>,"path_rule":<null>,"route_rule":<null>,"url_maps":["projects/p/global/urlMaps/shop"]}`,
		"projects/p/regions/r1/urlMaps/shop#api":    `{"default_route":<null>,"path_matcher":"api","path_matchers":<null>,"path_rule":<null>,"route_rule":<null>,"url_maps":["projects/p/regions/r1/urlMaps/shop"]}`,
		"projects/p/global/urlMaps/shop#api#10":     `{"default_route":<null>,"path_matcher":"api","path_matchers":<null>,"path_rule":<null>,"route_rule":10,"url_maps":["projects/p/global/urlMaps/shop"]}`,
		"projects/p/global/urlMaps/shop#api#/api/*": `{"default_route":<null>,"path_matcher":"api","path_matchers":<null>,"path_rule":"/api/*","route_rule":<null>,"url_maps":["projects/p/global/urlMaps/shop"]}`,
		"projects/p/global/urlMaps/a#x, projects/p/regions/r1/urlMaps/b#x": `{"default_route":<null>,"path_matcher":"x","path_matchers":<null>,"path_rule":<null>,"route_rule":<null>,` +
			`"url_maps":["projects/p/global/urlMaps/a","projects/p/regions/r1/urlMaps/b"]}`,
		"projects/p/global/urlMaps/a#+api+web": `{"default_route":true,"path_matcher":<null>,"path_matchers":["api","web"],"path_rule":<null>,"route_rule":<null>,` +
			`"url_maps":["projects/p/global/urlMaps/a"]}`,
		"projects/p/global/urlMaps/a#+api": `{"default_route":true,"path_matcher":"api","path_matchers":<null>,"path_rule":<null>,"route_rule":<null>,` +
			`"url_maps":["projects/p/global/urlMaps/a"]}`,
		"projects/p/global/urlMaps/a#+api#/x": `{"default_route":true,"path_matcher":"api","path_matchers":<null>,"path_rule":"/x","route_rule":<null>,` +
			`"url_maps":["projects/p/global/urlMaps/a"]}`,
	} {
		block, ok := k.Import(t.Context(), id)
		if !ok || block.String() != want {
			t.Errorf("%s: %t, %s", id, ok, block)
		}
	}
	for _, id := range []string{
		"shop", "arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/a/b/c", "projects/p/global/backendServices/shop",
		"projects/p/global/urlMaps/a#x,projects/p/global/urlMaps/b#y", "projects/p/global/urlMaps/a#x#y", "projects/p/global/urlMaps/a##10", "projects/p/global/urlMaps/a#",
		"projects/p/global/urlMaps/a#api+web#10", "projects/p/global/urlMaps/a#api+",
	} {
		if block, ok := k.Import(t.Context(), id); ok {
			t.Errorf("%s is taken for %s", id, block)
		}
	}
}
