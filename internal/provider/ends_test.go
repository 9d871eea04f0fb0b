package provider_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

func wantClean(t *testing.T, diagnostics []*tfprotov6.Diagnostic) {
	t.Helper()
	for _, d := range diagnostics {
		if d.Summary == "Plan Without A Refresh" {
			continue // most of these tests plan as with -refresh=false
		}
		t.Fatalf("%s: %s", d.Summary, d.Detail)
	}
}

func wantSaid(t *testing.T, diagnostics []*tfprotov6.Diagnostic, wants ...string) {
	t.Helper()
	text := ""
	for _, d := range diagnostics {
		text += d.Summary + ": " + d.Detail + "\n"
	}
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

// TestRollbackThatFails has a router that refuses every write after the first
// step, for longer than a rollback is tried.
func TestRollbackThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		i := newInstance(t, m)
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
		var writes atomic.Int32
		m.Before = func(_ context.Context, call string) error {
			if call == traffictest.CallSetWeights && writes.Add(1) > 1 {
				return errs.Package("memory").New("rights were taken away")
			}
			return nil
		}
		steps := map[string]any{"steps": []any{map[string]any{"weight": 10}, map[string]any{"weight": 50}}}
		said := i.apply(t.Context(), t, configured(t, traffic.Green, steps))
		wantSaid(t, said, "ROLLBACK FAILED: TRAFFIC IS NOT WHERE IT WAS", "Traffic now: blue 90, green 10", "rights were taken away",
			`apply with active_color = "blue" again`)
		if w := i.weights(t); w != traffic.Split(traffic.Green, 10) {
			t.Errorf("state has %s", w)
		}
		m.Before = nil
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
		if w := i.weights(t); w != traffic.All(traffic.Blue) {
			t.Errorf("state has %s", w)
		}
	})
}

// TestTimeout has a router whose looks do not end when they are told to, so
// that the steps take longer than the timetable says.
func TestTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		i := newInstance(t, m)
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
		var moved atomic.Bool
		m.Before = func(_ context.Context, call string) error {
			switch {
			case call == traffictest.CallSetWeights:
				moved.Store(true)
			case call == traffictest.CallHealth && moved.Load():
				<-time.After(5 * time.Minute)
			}
			return nil
		}
		var steps []any
		for n := range 8 {
			steps = append(steps, map[string]any{"weight": 10 * (n + 1)})
		}
		said := i.apply(t.Context(), t, configured(t, traffic.Green, map[string]any{
			"timeouts": map[string]any{"update": "17m"}, "steps": steps,
			"green": map[string]any{
				"name": "green", "version": "1", "memory": map[string]any{"name": "green"}, "fitness": `{"format":1,"health":{"timeout":"1m"}}`,
			},
		}))
		wantSaid(t, said, "Cutover Rolled Back", "The timeout ended.", "Traffic is back as it was found: blue 100, green 0")
		if w := i.weights(t); w != traffic.All(traffic.Blue) {
			t.Errorf("state has %s", w)
		}
	})
}

// TestInterrupted ends the run in a pause of hours.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		i := newInstance(t, m)
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Hour, cancel)
		more := map[string]any{
			"timeouts": map[string]any{"update": "12h"},
			"steps":    []any{map[string]any{"weight": 50, "pause": "10h"}},
		}
		said := i.apply(ctx, t, configured(t, traffic.Green, more))
		wantSaid(t, said, "Cutover Rolled Back", "The run was cancelled", "Traffic is back as it was found: blue 100, green 0")
		if w := i.weights(t); w != traffic.All(traffic.Blue) {
			t.Errorf("state has %s", w)
		}
	})
}
