package azuretm

import (
	"context"
	"fmt"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Health implements traffic.HealthReader: one target, healthy when Traffic
// Manager finds it online. For a nested endpoint that means that its profile
// has as many endpoints available as the nested one asks for.
func (m *member) Health(ctx context.Context, c traffic.Color) (traffic.Health, error) {
	s, err := m.read(ctx)
	if err != nil {
		return traffic.Health{}, err
	}
	if e := s.of(c); !s.enabled || !e.online() {
		return traffic.Health{Total: 1, Unhealthy: []string{m.status(c, e)}}, nil
	}
	return traffic.Health{Healthy: 1, Total: 1}, nil
}

// status says in one line how an endpoint is.
func (m *member) status(c traffic.Color, e endpoint) string {
	name := m.ours(c).name
	switch {
	case !e.enabled:
		return name + " is disabled, and Traffic Manager checks enabled endpoints only"
	case e.alwaysServe:
		return name + " is always served, and Traffic Manager does not check such endpoints (always_serve_enabled)"
	default:
		return fmt.Sprintf("%s is %s%s", name, e.monitor, reasons[e.monitor])
	}
}

// reasons say what a status means:
// https://learn.microsoft.com/azure/traffic-manager/traffic-manager-monitoring
var reasons = map[tm.EndpointMonitorStatus]string{
	tm.EndpointMonitorStatusCheckingEndpoint: ": Traffic Manager has not finished its first checks",
	tm.EndpointMonitorStatusDegraded:         ": its checks fail",
	tm.EndpointMonitorStatusInactive:         ": the profile is disabled",
	tm.EndpointMonitorStatusStopped:          ": the service or the nested profile behind it is stopped",
	tm.EndpointMonitorStatusUnmonitored:      ": it is not checked",
}

// settled tells whether Traffic Manager has finished with an endpoint, one way
// or the other, and serves the profile. It never looks at one that is always
// served, whose status may stay what it was.
func (s state) settled(e endpoint) bool {
	return s.enabled && e.enabled && e.alwaysServe ||
		s.enabled && e.monitor != tm.EndpointMonitorStatusCheckingEndpoint && e.monitor != tm.EndpointMonitorStatusDisabled
}
