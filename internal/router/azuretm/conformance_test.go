package azuretm_test

import (
	"strings"
	"testing"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

func TestConformance(t *testing.T) {
	for _, kind := range tm.PossibleEndpointTypeValues() {
		t.Run(string(kind), func(t *testing.T) {
			traffictest.Conformance(t, func(t *testing.T) traffictest.Fixture {
				t.Helper()
				return fixture(t, newScene(t, lab.ScenarioOptions{Kind: kind}))
			})
		})
	}
}

// TestConformanceBeside has a third endpoint in the profile, with a share of its own.
func TestConformanceBeside(t *testing.T) {
	traffictest.Conformance(t, func(t *testing.T) traffictest.Fixture {
		t.Helper()
		s := newScene(t, lab.ScenarioOptions{})
		if _, err := s.AddEndpoint(t.Context(), tm.EndpointTypeExternalEndpoints, "old", &tm.EndpointProperties{
			Target: ptr("old.example.net"), Weight: ptr(int64(50)), AlwaysServe: ptr(tm.AlwaysServeEnabled),
		}); err != nil {
			t.Fatal(err)
		}
		return fixture(t, s)
	})
}

func fixture(t *testing.T, s scene) traffictest.Fixture {
	t.Helper()
	return traffictest.Fixture{
		Router:    s.open(t),
		Live:      func() traffic.Weights { return s.live(t) },
		Interfere: func(w traffic.Weights) { s.interfere(t, w) },
		Rest:      func() string { return s.rest(t) },
		Remove: func() {
			if err := s.Delete(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
		Uneven: func() {
			s.patch(t, "blue", enabled(999))
			s.patch(t, "green", enabled(1))
			s.awaitEnabled(t)
		},
		Raw: func() string { return strings.Join(s.exact(t), ", ") },
		Silence: func() {
			s.patch(t, "blue", disabled())
			s.patch(t, "green", disabled())
		},
		SetHealthy: func(c traffic.Color, healthy bool) {
			s.side(c).App.SetHealthy(healthy)
			status := tm.EndpointMonitorStatusDegraded
			if healthy {
				status = tm.EndpointMonitorStatusOnline
			}
			s.await(t, c, status)
		},
	}
}
