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
		return fixture(m, m)
	})
}

func TestColdConforms(t *testing.T) {
	traffictest.Conformance(t, func(*testing.T) traffictest.Fixture {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		return fixture(traffictest.Cold{Memory: m}, m)
	})
}

func TestExactConforms(t *testing.T) {
	traffictest.Conformance(t, func(*testing.T) traffictest.Fixture {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		return fixture(traffictest.Exact{Memory: m}, m)
	})
}

func fixture(r traffic.Router, m *traffictest.Memory) traffictest.Fixture {
	return traffictest.Fixture{
		Router:    r,
		Live:      m.Live,
		Interfere: m.Interfere,
		Rest:      func() string { return "" },
		Uneven:    func() { m.InterfereRaw(traffictest.Raw{Blue: 999, Green: 1}) },
		Raw:       func() string { return fmt.Sprint(m.LiveRaw()) },
		Silence:   func() { m.Interfere(traffic.Weights{}) },
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
}
