package azuretm_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

var (
	allBlue  = traffic.All(traffic.Blue)
	allGreen = traffic.All(traffic.Green)
)

// TestStraightOver: without a probe before, the incoming endpoint is enabled at the least share, seen
// online, and only then the outgoing one is disabled.
func TestStraightOver(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	if err := s.open(t).SetWeights(t.Context(), allBlue, allGreen); err != nil {
		t.Fatal(err)
	}
	online := false
	for _, c := range s.lab.Journal() {
		online = online || c.Of("green").Status == tm.EndpointMonitorStatusOnline
		if c.Silent() || (c.Of("green").Share > 0.01 && !online) || (!c.Of("blue").Enabled && !online) {
			t.Errorf("%s", c)
		}
	}
	if s.live(t) != allGreen {
		t.Errorf("live %s", s.live(t))
	}
}

// TestDegradedAfterEnabling goes no further, and says where it stopped.
func TestDegradedAfterEnabling(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	s.Green.App.SetHealthy(false)
	r := s.open(t)
	err := r.SetWeights(t.Context(), allBlue, allGreen)
	var partial *traffic.PartialError
	if !errors.As(err, &partial) || !strings.Contains(err.Error(), "green is Degraded") {
		t.Fatalf("SetWeights = %v", err)
	}
	live, readErr := r.Weights(t.Context())
	if readErr != nil || live != traffic.Split(traffic.Green, 1) || partial.Left[0] != live {
		t.Fatalf("left at %s, %v; the error says %v", live, readErr, partial.Left)
	}
	if err := r.SetWeights(t.Context(), live, allBlue); err != nil || s.live(t) != allBlue {
		t.Fatalf("going back: %v, live %s", err, s.live(t))
	}
}

// TestNeverToTheDegraded keeps the one endpoint that works.
func TestNeverToTheDegraded(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	s.interfere(t, traffic.Split(traffic.Green, 50))
	s.await(t, traffic.Green, tm.EndpointMonitorStatusOnline)
	s.Green.App.SetHealthy(false)
	s.await(t, traffic.Green, tm.EndpointMonitorStatusDegraded)
	err := s.open(t).SetWeights(t.Context(), traffic.Split(traffic.Green, 50), allGreen)
	if err == nil || !strings.Contains(err.Error(), "blue stays enabled") || s.live(t) != traffic.Split(traffic.Green, 50) {
		t.Errorf("SetWeights = %v, live %s", err, s.live(t))
	}
}

// hanging is a scene in which no check ends any more once hang is true.
func hanging(t *testing.T) (s scene, hang *atomic.Bool) {
	t.Helper()
	hang = &atomic.Bool{}
	return sceneIn(t, lab.StartT(t, lab.Options{Second: second, Check: func(ctx context.Context, _ string, _ tm.MonitorConfig) error {
		if hang.Load() {
			<-ctx.Done()
		}
		return ctx.Err()
	}}), lab.ScenarioOptions{}), hang
}

// TestBackAtOnce: what was in service a moment ago is returned to without waiting for a check.
func TestBackAtOnce(t *testing.T) {
	s, hang := hanging(t)
	r := s.open(t)
	if err := r.SetWeights(t.Context(), allBlue, allGreen); err != nil {
		t.Fatal(err)
	}
	hang.Store(true) // no check ends from here on
	if err := r.SetWeights(t.Context(), allGreen, allBlue); err != nil || s.live(t) != allBlue {
		t.Errorf("SetWeights = %v, live %s", err, s.live(t))
	}
}

func TestHealthTellsWhy(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	reader, _ := s.open(t).(traffic.HealthReader)
	for _, step := range []struct {
		change *tm.EndpointProperties
		want   string
	}{
		{nil, "green is disabled"},
		{&tm.EndpointProperties{AlwaysServe: ptr(tm.AlwaysServeEnabled), EndpointStatus: ptr(tm.EndpointStatusEnabled)}, "green is always served"},
	} {
		if step.change != nil {
			s.patch(t, "green", step.change)
		}
		h, err := reader.Health(t.Context(), traffic.Green)
		if err != nil || h.Healthy != 0 || h.Total != 1 || len(h.Unhealthy) != 1 || !strings.Contains(h.Unhealthy[0], step.want) {
			t.Errorf("Health = %+v, %v, want %q", h, err, step.want)
		}
	}
}

func TestVerify(t *testing.T) {
	s, hang := hanging(t)
	r := s.open(t)
	verifier, _ := r.(traffic.Verifier)
	if err := verifier.Verify(t.Context(), allBlue); err != nil {
		t.Error(err)
	}
	if err := verifier.Verify(t.Context(), allGreen); !errors.Is(err, traffic.ErrNotInEffect) {
		t.Errorf("Verify of other weights = %v", err)
	}
	hang.Store(true)
	s.lab.AddHook(lab.Hook{Before: func(c lab.Call) {
		if c.Action == "ProfilesClient.Get" {
			s.patch(t, "green", &tm.EndpointProperties{EndpointStatus: ptr(tm.EndpointStatusDisabled)})
			s.patch(t, "green", &tm.EndpointProperties{EndpointStatus: ptr(tm.EndpointStatusEnabled), Weight: ptr(int64(100))})
		}
	}})
	if err := verifier.Verify(t.Context(), traffic.Split(traffic.Green, 50)); !errors.Is(err, traffic.ErrNotInEffect) ||
		!strings.Contains(err.Error(), "CheckingEndpoint") {
		t.Errorf("Verify while it is being checked = %v", err)
	}
}

// TestEachCallFails has each call of a movement fail in turn: it is made all the same, or not at all.
func TestEachCallFails(t *testing.T) {
	for name, fault := range map[string]lab.Fault{
		"internal error": {Err: lab.Internal()}, "throttled": {Err: lab.AnotherOperation(), Times: 3},
		"lost request": {LoseRequest: true}, "lost reply": {LoseReply: true},
	} {
		for n := 1; n <= 6; n++ {
			s := newScene(t, lab.ScenarioOptions{})
			r := s.open(t)
			fault.Nth = n
			s.lab.Inject(fault)
			if err := r.SetWeights(t.Context(), allBlue, traffic.Split(traffic.Green, 50)); err != nil || s.live(t).Green != 50 {
				t.Errorf("%s at call %d: %v, live %s", name, n, err, s.live(t))
			}
		}
	}
}

// TestChangedBetweenTries: a write that is tried again is made from what is there then.
func TestChangedBetweenTries(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	s.interfere(t, traffic.Split(traffic.Green, 50))
	s.await(t, traffic.Green, tm.EndpointMonitorStatusOnline)
	r := s.open(t)
	s.lab.Inject(lab.Fault{Action: "EndpointsClient.Update", Err: lab.AnotherOperation()})
	done := false
	s.lab.AddHook(lab.Hook{After: func(c lab.Call) {
		if c.Action == "EndpointsClient.Update" && !done {
			done = true
			s.interfere(t, traffic.Split(traffic.Green, 20))
		}
	}})
	err := r.SetWeights(t.Context(), traffic.Split(traffic.Green, 50), traffic.Split(traffic.Green, 60))
	if !errors.Is(err, traffic.ErrConflict) || s.live(t).Green != 20 {
		t.Errorf("SetWeights = %v, live %s", err, s.live(t))
	}
}

// TestBusyUntilTheEnd: somebody else's long change is waited for, as long as the context lasts.
func TestBusyUntilTheEnd(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	r := s.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.lab.Inject(lab.Fault{Action: "EndpointsClient.Update", Times: -1, Err: lab.AnotherOperation()})
	s.lab.AddHook(lab.Hook{After: func(c lab.Call) {
		if c.Action == "EndpointsClient.Update" && c.Nth == 4 {
			cancel()
		}
	}})
	if err := r.SetWeights(ctx, allBlue, traffic.Split(traffic.Green, 50)); !errors.Is(err, context.Canceled) || s.live(t) != allBlue {
		t.Errorf("SetWeights = %v, live %s", err, s.live(t))
	}
}

// TestOnlyOurFieldsAreSent: a write holds the weight or the status of one endpoint, and nothing else.
func TestOnlyOurFieldsAreSent(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	if err := s.open(t).SetWeights(t.Context(), allBlue, allGreen); err != nil {
		t.Fatal(err)
	}
	for _, c := range s.lab.Calls() {
		if c.Action != "ProfilesClient.Get" && c.Action != "EndpointsClient.Update" {
			t.Errorf("called %s", c.Action)
		}
		for _, field := range []string{"target", "priority", "alwaysServe", "geoMapping", "subnets", "endpointMonitorStatus"} {
			if strings.Contains(c.Body, field) {
				t.Errorf("%s was sent: %s", field, c.Body)
			}
		}
	}
}

// TestBackBesideALateComer: an endpoint that somebody enabled during the cutover must not keep traffic from going back.
func TestBackBesideALateComer(t *testing.T) {
	s := newScene(t, lab.ScenarioOptions{})
	r := s.open(t)
	for _, way := range [][2]traffic.Weights{{allBlue, traffic.Split(traffic.Green, 10)}, {traffic.Split(traffic.Green, 10), allGreen}} {
		if err := r.SetWeights(t.Context(), way[0], way[1]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.AddEndpoint(t.Context(), tm.EndpointTypeExternalEndpoints, "late", &tm.EndpointProperties{
		Target: ptr("late.example.net"), Weight: ptr(int64(50)), AlwaysServe: ptr(tm.AlwaysServeEnabled),
	}); err != nil {
		t.Fatal(err)
	}
	ours := *s.properties(t)["green"].Weight
	if err := r.SetWeights(t.Context(), allGreen, allBlue); err != nil || s.live(t) != allBlue {
		t.Fatalf("SetWeights = %v, live %s", err, s.live(t))
	}
	if got := *s.properties(t)["blue"].Weight; got != ours {
		t.Errorf("blue has %d beside the other, where green had %d", got, ours)
	}
}
