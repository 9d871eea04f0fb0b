package traffictest

import (
	"context"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Cold is a Memory that knows the health of a color only while that has some
// weight, and is a traffic.Prober therefore.
type Cold struct{ *Memory }

var _ traffic.Prober = Cold{}

// Probe implements traffic.Prober. In the journal the least share is 1.
func (m Cold) Probe(ctx context.Context, from traffic.Weights, c traffic.Color) error {
	return m.call(ctx, CallProbe, func() error {
		if err := traffic.Expect(from, m.raw.weights()); err != nil {
			return fmt.Errorf("traffictest: %w", err)
		}
		if m.raw.weights().Of(c) == 0 {
			m.set(rawOf(traffic.Split(c, 1)))
		}
		return nil
	})
}

// Health implements traffic.HealthReader.
func (m Cold) Health(ctx context.Context, c traffic.Color) (traffic.Health, error) {
	h, err := m.Memory.Health(ctx, c)
	if m.Live().Of(c) == 0 {
		h = traffic.Health{Total: h.Total}
		for range h.Total {
			h.Unhealthy = append(h.Unhealthy, "not checked: it has no weight")
		}
	}
	return h, err
}
