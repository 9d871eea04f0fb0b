package traffictest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

func TestMemoryConforms(t *testing.T) {
	traffictest.Conformance(t, func(*testing.T) traffictest.Fixture {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		return traffictest.Fixture{
			Router:    m,
			Live:      m.Live,
			Interfere: m.Interfere,
			Rest:      func() string { return "" },
			Remove: func() {
				m.Before = func(context.Context, string) error {
					return fmt.Errorf("removed: %w", traffic.ErrNotFound)
				}
			},
			SetHealthy: func(c traffic.Color, healthy bool) {
				h := traffic.Health{Total: 1, Unhealthy: []string{"down"}}
				if healthy {
					h = traffic.Health{Total: 1, Healthy: 1}
				}
				m.SetHealth(c, h)
			},
		}
	})
}
