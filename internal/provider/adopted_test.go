package provider_test

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestNewSwitchCouldNeverCutOver moves nothing yet, and has steps that its
// router will never take.
func TestNewSwitchCouldNeverCutOver(t *testing.T) {
	t.Parallel()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	m.Facts = traffic.Facts{AllOrNothing: true}
	i := newInstance(t, m)
	steps := map[string]any{"steps": []any{map[string]any{"weight": 10}}}
	wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Blue, steps)), "Router Has No Weights", "Take out steps")
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
}
