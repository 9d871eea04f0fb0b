package traffictest_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

var (
	blue, green = traffic.All(traffic.Blue), traffic.All(traffic.Green)
	errHook     = errors.New("the hook says no")
)

// TestHooks: each kind of fault that the engine's tests are made of.
func TestHooks(t *testing.T) {
	no := func(context.Context, string) error { return errHook }
	yes := func(context.Context, string) error { return nil }
	for _, test := range []struct {
		name          string
		before, after func(context.Context, string) error
		land          func(traffic.Weights, func())
		err           error
		live          traffic.Weights
	}{
		{name: "none", live: green},
		{name: "hooks that agree", before: yes, after: yes, land: func(_ traffic.Weights, land func()) { land() }, live: green},
		{name: "refused", before: no, err: errHook, live: blue},
		{name: "lost reply", after: no, err: errHook, live: green},
		{name: "never lands", land: func(traffic.Weights, func()) {}, live: blue},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := traffictest.NewMemory(blue)
			m.Before, m.After, m.Land = test.before, test.after, test.land
			if err := m.SetWeights(t.Context(), blue, green); !errors.Is(err, test.err) {
				t.Errorf("SetWeights = %v", err)
			}
			if m.Live() != test.live {
				t.Errorf("live %s, want %s", m.Live(), test.live)
			}
			if calls := m.Calls(); !slices.Equal(calls, []string{traffictest.CallSetWeights}) {
				t.Errorf("calls %v", calls)
			}
		})
	}
}

// TestLandLater: weights that were taken need not be there yet.
func TestLandLater(t *testing.T) {
	m := traffictest.NewMemory(blue)
	var later func()
	m.Land = func(to traffic.Weights, land func()) {
		if to != green || m.Live() != blue {
			t.Errorf("to %s from %s", to, m.Live())
		}
		later = land
	}
	if err := m.SetWeights(t.Context(), blue, green); err != nil {
		t.Fatal(err)
	}
	if err := m.Verify(t.Context(), green); !errors.Is(err, traffic.ErrNotInEffect) {
		t.Errorf("Verify before = %v", err)
	}
	later()
	if err := m.Verify(t.Context(), green); err != nil {
		t.Errorf("Verify after = %v", err)
	}
	if journal := m.Journal(); !slices.Equal(journal, []traffic.Weights{blue, green}) {
		t.Errorf("journal %v", journal)
	}
}

// TestForget leaves the weights of now only.
func TestForget(t *testing.T) {
	m := traffictest.NewMemory(blue)
	m.Interfere(green)
	m.Forget()
	if journal := m.Journal(); !slices.Equal(journal, []traffic.Weights{green}) {
		t.Errorf("journal %v", journal)
	}
}

// TestDetached: a backend that is not attached has no healthy target.
func TestDetached(t *testing.T) {
	m := traffictest.NewMemory(blue)
	m.Detach(traffic.Green)
	for _, want := range []int{0, 1} {
		h, err := m.Health(t.Context(), traffic.Green)
		if err != nil || h.Healthy != want || m.Attached(traffic.Green) != (want == 1) {
			t.Errorf("Health = %+v, %v", h, err)
		}
		if err := m.Attach(t.Context(), traffic.Green); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOpenWork is as the test said.
func TestOpenWork(t *testing.T) {
	m := traffictest.NewMemory(blue)
	m.SetInFlight(traffic.Blue, 3)
	for c, want := range map[traffic.Color]int{traffic.Blue: 3, traffic.Green: 0} {
		if n, err := m.InFlight(t.Context(), c); err != nil || n != want {
			t.Errorf("InFlight(%s) = %d, %v", c, n, err)
		}
	}
}
