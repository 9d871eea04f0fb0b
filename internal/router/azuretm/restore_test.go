package azuretm_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func disabled() *tm.EndpointProperties {
	return &tm.EndpointProperties{EndpointStatus: ptr(tm.EndpointStatusDisabled)}
}

func enabled(weight int64) *tm.EndpointProperties {
	return &tm.EndpointProperties{EndpointStatus: ptr(tm.EndpointStatusEnabled), Weight: ptr(weight)}
}

// exact is what the API has of our two endpoints: status and weight.
func (s scene) exact(t *testing.T) []string {
	t.Helper()
	all := s.properties(t)
	var got []string
	for _, c := range traffic.Colors() {
		p := all[c.String()]
		got = append(got, fmt.Sprintf("%s %d", *p.EndpointStatus, *p.Weight))
	}
	return got
}

func (s scene) found(t *testing.T, r traffic.Router) traffic.Found {
	t.Helper()
	restorer, ok := r.(traffic.Restorer)
	if !ok {
		t.Fatal("not a Restorer")
	}
	found, err := restorer.Found(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestRestore goes back to weights that percent cannot say, and to what a disabled endpoint had.
func TestRestore(t *testing.T) {
	for name, begin := range map[string]map[string]*tm.EndpointProperties{
		"999 beside 1":             {"blue": enabled(999), "green": enabled(1)},
		"the weight of a disabled": {"blue": enabled(3)},
		"neither is enabled":       {"blue": disabled()},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, lab.ScenarioOptions{})
			for color, p := range begin {
				s.patch(t, color, p)
			}
			s.awaitEnabled(t)
			r, before := s.open(t), s.exact(t)
			found := s.found(t, r)
			from, err := r.Weights(t.Context())
			if err != nil && !errors.Is(err, traffic.ErrNoWeight) {
				t.Fatal(err)
			}
			for _, to := range []traffic.Weights{traffic.Split(traffic.Green, 25), allGreen} {
				if err := r.SetWeights(t.Context(), from, to); err != nil {
					t.Fatal(err)
				}
				from = to
				s.awaitEnabled(t) // as the engine does, by Verify
			}
			if err := found.Restored(t.Context()); !errors.Is(err, traffic.ErrNotInEffect) {
				t.Errorf("Restored before it was = %v", err)
			}
			var conflict *traffic.ConflictError
			if err := found.Restore(t.Context(), allBlue); !errors.As(err, &conflict) || conflict.Got != allGreen {
				t.Errorf("Restore from what is not there = %v", err)
			}
			s.restored(t, found, from, before)
		})
	}
}

func (s scene) restored(t *testing.T, found traffic.Found, from traffic.Weights, want []string) {
	t.Helper()
	if err := found.Restore(t.Context(), from); err != nil {
		t.Fatal(err)
	}
	if got := s.exact(t); !slices.Equal(got, want) {
		t.Errorf("restored are %v, want %v", got, want)
	}
	s.awaitEnabled(t)
	if err := found.Restored(t.Context()); err != nil {
		t.Error(err)
	}
}

func (s scene) awaitEnabled(t *testing.T) {
	t.Helper()
	for _, c := range traffic.Colors() {
		if *s.properties(t)[c.String()].EndpointStatus == tm.EndpointStatusEnabled {
			s.await(t, c, tm.EndpointMonitorStatusOnline)
		}
	}
}

// TestNobodyServed: another hand disables both while a step is held. What was found is written back from there.
func TestNobodyServed(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	r := s.open(t)
	found, before := s.found(t, r), s.exact(t)
	if err := r.SetWeights(t.Context(), allBlue, traffic.Split(traffic.Green, 10)); err != nil {
		t.Fatal(err)
	}
	s.patch(t, "blue", disabled())
	s.patch(t, "green", disabled())
	if err := found.Restore(t.Context(), traffic.Split(traffic.Green, 10)); !errors.Is(err, traffic.ErrNoWeight) {
		t.Errorf("Restore from weights that are gone = %v", err)
	}
	s.restored(t, found, traffic.Weights{}, before)
}

// TestOutOfNoWeight: from two disabled endpoints either color, and any division, can be had.
func TestOutOfNoWeight(t *testing.T) {
	for _, to := range []traffic.Weights{allBlue, allGreen, traffic.Split(traffic.Green, 10)} {
		s := newScene(t, lab.ScenarioOptions{})
		s.patch(t, "blue", disabled())
		r := s.open(t)
		var attribute *router.AttributeError
		if _, err := r.Weights(t.Context()); !errors.Is(err, traffic.ErrNoWeight) || errors.As(err, &attribute) {
			t.Errorf("Weights = %v, want an error that leaves it to the plan", err)
		}
		if inspector, _ := r.(traffic.Inspector); inspector == nil {
			t.Fatal("not an Inspector")
		} else if _, err := inspector.Inspect(t.Context(), traffic.Green); err != nil {
			t.Errorf("Inspect = %v", err)
		}
		var conflict *traffic.ConflictError
		if err := r.SetWeights(t.Context(), traffic.Weights{}, to); err != nil || s.live(t) != to {
			t.Errorf("SetWeights to %s = %v, live %s", to, err, s.live(t))
		}
		if err := r.SetWeights(t.Context(), traffic.Weights{}, to); !errors.As(err, &conflict) || conflict.Got != to {
			t.Errorf("SetWeights from no weight that is not there = %v", err)
		}
	}
}

// TestProbeOutOfNoWeight: who is alone gets everything.
func TestProbeOutOfNoWeight(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	s.patch(t, "blue", disabled())
	prober, _ := s.open(t).(traffic.Prober)
	if err := prober.Probe(t.Context(), traffic.Weights{}, traffic.Green); err != nil || s.live(t) != allGreen {
		t.Errorf("Probe = %v, live %s", err, s.live(t))
	}
}

// TestRestoreIsNotToTheDegraded: the one endpoint that works stays.
func TestRestoreIsNotToTheDegraded(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	r := s.open(t)
	found := s.found(t, r)
	if err := r.SetWeights(t.Context(), allBlue, traffic.Split(traffic.Green, 50)); err != nil {
		t.Fatal(err)
	}
	s.Blue.App.SetHealthy(false)
	s.await(t, traffic.Blue, tm.EndpointMonitorStatusDegraded)
	err := found.Restore(t.Context(), traffic.Split(traffic.Green, 50))
	if err == nil || !strings.Contains(err.Error(), "green stays enabled") || *s.properties(t)["green"].EndpointStatus != tm.EndpointStatusEnabled {
		t.Errorf("Restore = %v", err)
	}
}

func TestClaims(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	claims := func(r traffic.Router) string {
		claimer, ok := r.(traffic.Claimer)
		if !ok {
			t.Fatal("not a Claimer")
		}
		return strings.Join(claimer.Claims(), " ")
	}
	one := claims(s.open(t))
	s.ProfileID, s.Blue.EndpointID = strings.ToLower(s.ProfileID), strings.ToUpper(s.Blue.EndpointID)
	if other := claims(s.open(t)); other != one || !strings.Contains(one, "/shop/shop/externalendpoints/blue") {
		t.Errorf("claims %q, and written otherwise %q", one, other)
	}
}

// beside adds an enabled endpoint of another service.
func (s scene) beside(t *testing.T, weight int64) {
	t.Helper()
	if _, err := s.AddEndpoint(context.WithoutCancel(t.Context()), tm.EndpointTypeExternalEndpoints, "old", &tm.EndpointProperties{
		Target: ptr("old.example.net"), Weight: &weight, AlwaysServe: ptr(tm.AlwaysServeEnabled),
	}); err != nil {
		t.Fatal(err)
	}
}

// TestBesideOthers: which shares can be had beside a third endpoint, and what is asked of whom.
func TestBesideOthers(t *testing.T) {
	for _, test := range []struct {
		blue, step int64
		cure       string
	}{
		{100, 1, ""},
		{150, 2, "endpoints old the weights of the two must keep their sum, 150: multiply all weights"},
		{333, 100, "endpoints old the weights of the two must keep their sum, 333: multiply all weights"},
	} {
		s := newScene(t, lab.ScenarioOptions{})
		s.patch(t, "blue", &tm.EndpointProperties{Weight: &test.blue})
		s.beside(t, 666)
		facts, err := s.inspect(t)
		if err != nil || int64(facts.WeightStep) != test.step || facts.AllOrNothing != (test.step == 100) ||
			!strings.Contains(facts.LimitedBy, test.cure) || (test.cure == "") != (facts.LimitedBy == "") {
			t.Errorf("with %d: Inspect = %+v, %v", test.blue, facts, err)
		}
		if err := s.open(t).SetWeights(t.Context(), allBlue, allGreen); err != nil || *s.properties(t)["green"].Weight != test.blue {
			t.Errorf("with %d: SetWeights = %v, green has %d", test.blue, err, *s.properties(t)["green"].Weight)
		}
	}
}

// TestInexactIsRefused: a share that is no whole number of the sum is not rounded.
func TestInexactIsRefused(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	s.patch(t, "blue", &tm.EndpointProperties{Weight: ptr(int64(333))})
	s.beside(t, 666)
	r := s.open(t)
	prober, _ := r.(traffic.Prober)
	if err := prober.Probe(t.Context(), allBlue, traffic.Green); err != nil {
		t.Fatal(err)
	}
	least := traffic.Split(traffic.Green, 1)
	if err := r.SetWeights(t.Context(), least, least); err != nil {
		t.Errorf("to what is there: %v", err)
	}
	err := r.SetWeights(t.Context(), least, traffic.Split(traffic.Green, 10))
	if err == nil || !strings.Contains(err.Error(), "they have 333 together, beside old") || s.live(t) != least {
		t.Errorf("SetWeights = %v, live %s", err, s.live(t))
	}
}

// TestAdoptBesideOthers: who has all traffic already is not asked for weights that divide.
func TestAdoptBesideOthers(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	s.patch(t, "blue", &tm.EndpointProperties{Weight: ptr(int64(1))})
	s.beside(t, 1)
	inspector, _ := s.open(t).(traffic.Inspector)
	facts, err := inspector.Inspect(t.Context(), traffic.Blue)
	if err != nil || !facts.AllOrNothing || !strings.Contains(facts.LimitedBy, "their sum, 1:") {
		t.Errorf("Inspect = %+v, %v", facts, err)
	}
	if _, err := inspector.Inspect(t.Context(), traffic.Green); err == nil || !strings.Contains(err.Error(), "beside old") {
		t.Errorf("a cutover that cannot be probed = %v", err)
	}
}

// TestHealthUnknown: what is always served is not checked, here and below.
func TestHealthUnknown(t *testing.T) {
	served := &tm.EndpointProperties{AlwaysServe: ptr(tm.AlwaysServeEnabled)}
	for _, test := range []struct {
		kind   tm.EndpointType
		change func(s scene) error
		want   string
	}{
		{tm.EndpointTypeExternalEndpoints, func(s scene) error { return s.PatchEndpoint(t.Context(), "green", served) }, "/green is always served"},
		{tm.EndpointTypeExternalEndpoints, func(s scene) error { return s.PatchEndpoint(t.Context(), "blue", served) }, ""},
		{tm.EndpointTypeNestedEndpoints, func(s scene) error {
			_, err := s.Clients.NewEndpointsClient().Update(t.Context(), lab.Group, "shop-green", tm.EndpointTypeExternalEndpoints, "app", tm.Endpoint{Properties: served}, nil)
			return err
		}, "below the endpoint"},
	} {
		s := newScene(t, lab.ScenarioOptions{Kind: test.kind})
		before, err := s.inspect(t)
		if err != nil || before.HealthUnknown != "" {
			t.Fatalf("Inspect = %+v, %v", before, err)
		}
		if err := test.change(s); err != nil {
			t.Fatal(err)
		}
		facts, err := s.inspect(t)
		if err != nil || !strings.Contains(facts.HealthUnknown, test.want) || (test.want == "") != (facts.HealthUnknown == "") || (facts.Seen == before.Seen) != (test.want == "") {
			t.Errorf("Inspect = %+v, %v, want %q", facts, err, test.want)
		}
	}
}

// TestAlwaysServedIsInEffect: nobody looks at such an endpoint, so that its status says nothing.
func TestAlwaysServedIsInEffect(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	s.patch(t, "green", &tm.EndpointProperties{AlwaysServe: ptr(tm.AlwaysServeEnabled)})
	r := s.open(t)
	verifier, _ := r.(traffic.Verifier)
	for _, way := range [][2]traffic.Weights{{allBlue, traffic.Split(traffic.Green, 10)}, {traffic.Split(traffic.Green, 10), allGreen}, {allGreen, allBlue}} {
		if err := r.SetWeights(t.Context(), way[0], way[1]); err != nil {
			t.Fatal(err)
		}
		if way[1].Blue > 0 {
			s.await(t, traffic.Blue, tm.EndpointMonitorStatusOnline)
		}
		if err := verifier.Verify(t.Context(), way[1]); err != nil {
			t.Errorf("Verify of %s = %v", way[1], err)
		}
	}
}

// TestChecksTakeTheirTime: how long an endpoint may take to be seen online follows from the profile's checks.
func TestChecksTakeTheirTime(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{Interval: 30, Tolerated: 3})
	facts, err := s.inspect(t)
	if err != nil || facts.EffectLimit.Seconds() != 60+4*(30+5) || facts.LateWrite.Seconds() != 15 {
		t.Errorf("Inspect = %+v, %v", facts, err)
	}
}
