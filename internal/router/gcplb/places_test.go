package gcplb_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestPlacesMoveInOneWrite has the default route and two path matchers in one
// switch.
func TestPlacesMoveInOneWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Weighted: true, Map: func(s *lab.Scenario) map[string]any {
		body, api, web := s.Route(true), s.Route(true), s.Route(true)
		api["name"], web["name"] = "api", "web"
		body["pathMatchers"] = []any{api, web}
		return body
	}})
	a, yes := w.asked(), true
	a.matchers, a.byDefault = []string{"api", "web"}, &yes
	m := w.one(t, a)
	w.Lab.ForgetCalls()
	to := traffic.Split(traffic.Green, 10)
	if err := m.SetWeights(t.Context(), traffic.All(traffic.Blue), to); err != nil {
		t.Fatal(err)
	}
	if err := m.Router.(traffic.Verifier).Verify(t.Context(), to); err != nil {
		t.Error(err)
	}
	for _, place := range []string{"", "#api", "#web"} {
		if got := w.Lab.Weights(w.URLMap, place); got[0].Weight != 90 || got[1].Weight != 10 {
			t.Errorf("%q: %v", place, got)
		}
	}
	if got := w.Lab.CallCounts()["urlMaps.update"]; got != 1 {
		t.Errorf("%d writes", got)
	}
}

// TestHealthThatNobodyKnows is told with the plan.
func TestHealthThatNobodyKnows(t *testing.T) {
	t.Parallel()
	w := same(t)
	if err := w.Lab.Edit(w.Green.Service, func(body object) { delete(body, "healthChecks") }); err != nil {
		t.Fatal(err)
	}
	facts, err := w.one(t, w.asked()).Router.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
	if err != nil || facts.HealthUnknown == "" {
		t.Errorf("%+v, %v", facts, err)
	}
}

// TestOutOfNoWeightBeside leads out where another service has all traffic, and
// says before what that one loses.
func TestOutOfNoWeightBeside(t *testing.T) {
	t.Parallel()
	w := onForeign(t)
	w.interfere(t, traffic.Weights{})
	m := w.one(t, w.asked())
	facts, err := m.Router.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Neither environment has any weight", "shop-other with the weight 50 has all of it", "the weight 100 together"} {
		if !strings.Contains(facts.Warning, want) {
			t.Errorf("the warning is %q, and lacks %q", facts.Warning, want)
		}
	}
	if err := m.SetWeights(t.Context(), traffic.Weights{}, traffic.All(traffic.Green)); err != nil {
		t.Fatal(err)
	}
	if got := w.Lab.Weights(w.URLMap, ""); len(got) != 3 || w.live(t) != traffic.All(traffic.Green) {
		t.Errorf("live %v", got)
	}
}

// TestOutOfNoWeight leads out of a map that serves neither color.
func TestOutOfNoWeight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, lab.Options{}, lab.ScenarioOptions{Weighted: true})
	if err := w.Lab.Edit(w.URLMap, func(body object) { w.set(body, traffic.Weights{}) }); err != nil {
		t.Fatal(err)
	}
	m := w.one(t, w.asked())
	var attribute *router.AttributeError // says that there is no way but to change the configuration
	if _, err := m.Router.(traffic.Refresher).Refresh(t.Context()); !errors.Is(err, traffic.ErrNoWeight) || errors.As(err, &attribute) {
		t.Errorf("Refresh = %v, want ErrNoWeight", err)
	}
	if _, err := m.Router.(traffic.Inspector).Inspect(t.Context(), traffic.Green); err != nil {
		t.Error(err)
	}
	if err := m.SetWeights(t.Context(), traffic.Weights{}, traffic.All(traffic.Green)); err != nil {
		t.Fatal(err)
	}
	if got := w.live(t); got != traffic.All(traffic.Green) {
		t.Errorf("live %s", got)
	}
}

// TestPathsOfOneRuleAreOneClaim names one path rule by two of its paths: two
// switches over it can be told once anybody has read the map, and one over
// another rule beside it is not one of them.
func TestPathsOfOneRuleAreOneClaim(t *testing.T) {
	t.Parallel()
	w := onPathRule(t)
	k, sessions := gcplb.New(), w.sessions(t, "")
	open := func(path string) traffic.Router {
		w.path = path
		members, err := k.Open(context.WithoutCancel(t.Context()), sessions, w.asked().blocks(k))
		if err != nil {
			t.Fatal(err)
		}
		return members[0].Router
	}
	one := open(ruleP)
	if _, err := one.(traffic.Refresher).Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	claims := func(r traffic.Router) []string { return r.(traffic.Claimer).Claims() }
	in := func(all []string) func(string) bool {
		return func(claim string) bool { return slices.Contains(all, claim) }
	}
	first, second, other := claims(one), claims(open("/v2/*")), claims(open("/first"))
	if !slices.ContainsFunc(first, in(second)) || slices.ContainsFunc(first, in(other)) {
		t.Errorf("claims %v, %v and %v", first, second, other)
	}
}
