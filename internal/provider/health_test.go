package provider_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestHealthFailureLimit has a target that is down for so many looks of a bake.
func TestHealthFailureLimit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		health string
		down   int32 // looks
		want   traffic.Weights
	}{
		{`{}`, 1, traffic.All(traffic.Green)},
		{`{}`, 2, traffic.All(traffic.Blue)},
		{`{"failure_limit":0}`, 1, traffic.All(traffic.Blue)},
		{`{"failure_limit":1}`, 1, traffic.All(traffic.Green)},
		{`{"failure_limit":3}`, 3, traffic.All(traffic.Green)},
		{`{"failure_limit":3}`, 4, traffic.All(traffic.Blue)},
	} {
		t.Run(fmt.Sprintf("%s, down for %d", test.health, test.down), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { withTargetDown(t, test.health, test.down, test.want) })
		})
	}
}

// withTargetDown cuts over to a green with this health block, whose target goes
// down early in the bake for so many looks.
func withTargetDown(t *testing.T, health string, down int32, want traffic.Weights) {
	t.Helper()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	var looks atomic.Int32 // in the bake
	m.Before = func(_ context.Context, call string) error {
		if call == traffictest.CallHealth && m.Live() == traffic.All(traffic.Green) {
			h := traffic.Health{Healthy: 1, Total: 1}
			if n := looks.Add(1); n > 1 && n <= 1+down {
				h.Healthy = 0
			}
			m.SetHealth(traffic.Green, h)
		}
		return nil
	}
	green := environment(traffic.Green, "1", "green")
	green["fitness"] = `{"format":1,"health":` + health + `}`
	said := i.apply(t.Context(), t, configured(t, traffic.Green, map[string]any{"bake": "5m", "green": green}))
	if want == traffic.All(traffic.Green) {
		wantClean(t, said)
	} else {
		wantSaid(t, said, "Cutover Rolled Back", "0 of 1 targets are healthy")
	}
	if got := i.weights(t); got != want {
		t.Errorf("state has %s, want %s", got, want)
	}
}
