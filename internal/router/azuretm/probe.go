package azuretm

import (
	"context"
	"fmt"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// probe gives a disabled color the least share.
func (m *member) probe(ctx context.Context, s state, c traffic.Color) error {
	if s.of(c).enabled {
		return nil
	}
	total, err := m.total(s)
	if err != nil {
		return err
	}
	return m.carryOut(ctx, s, s.levels().least(c, total))
}

// prove probes a color, waits until it is online, and only then leads to w.
func (m *member) prove(ctx context.Context, s state, c traffic.Color, w traffic.Weights) error {
	err := m.probe(ctx, s, c)
	if err == nil {
		s, err = m.awaitOnline(ctx, c)
	}
	if err == nil {
		err = m.lead(ctx, s, w)
	}
	if err != nil {
		return partial(err, traffic.Split(c, 1))
	}
	return nil
}

// awaitOnline reads until Traffic Manager has seen the color answer. Degraded
// ends it at once.
func (m *member) awaitOnline(ctx context.Context, c traffic.Color) (state, error) {
	for attempt := 1; ; attempt++ {
		s, err := m.fetch(ctx)
		if err != nil {
			return s, err
		}
		e := s.of(c)
		switch {
		case e.inService():
			return s, nil
		case e.monitor != tm.EndpointMonitorStatusCheckingEndpoint:
			return s, fmt.Errorf("%w: %s", errOutOfService, m.status(c, e))
		}
		if err := azurecloud.Pause(ctx, attempt, 0); err != nil {
			return s, fmt.Errorf("%s: %w", m.status(c, e), err)
		}
	}
}
