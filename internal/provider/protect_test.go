package provider_test

import (
	"context"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestProtectedWhereverItServes gives blue a new version while state cannot
// say by one pair of weights that blue serves.
func TestProtectedWhereverItServes(t *testing.T) {
	t.Parallel()
	second := spared()
	blue := environment(traffic.Blue, "2", "blue")
	blue["spare"] = second["spare"]
	second["blue"] = blue
	for what, test := range map[string]struct {
		happens func(s *traffictest.Memory)
		want    string
	}{
		"another router has moved": {func(s *traffictest.Memory) { s.Interfere(traffic.All(traffic.Green)) }, "blue has 100 % of traffic"},
		"another router is gone": {func(s *traffictest.Memory) {
			s.Before = func(context.Context, string) error { return traffic.ErrNotFound }
		}, "blue has 100 % of traffic"},
	} {
		t.Run(what, func(t *testing.T) {
			s := traffictest.NewMemory(traffic.All(traffic.Blue))
			i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)), memoryKind("spare", s))
			wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, spared())))
			test.happens(s)
			i.refresh(t)
			wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Blue, second)), "Active Environment Protected", test.want)
		})
	}
}
