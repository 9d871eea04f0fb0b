package azuretm

import (
	"context"
	"fmt"
	"time"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// maxDepth is how deep profiles are nested at most:
// https://learn.microsoft.com/azure/traffic-manager/traffic-manager-faqs
const maxDepth = 10

// Inspect implements traffic.Inspector, with reads that are shared. It fails
// when the profile, or the endpoint of the color, cannot be used as it is.
func (m *member) Inspect(ctx context.Context, to traffic.Color) (traffic.Facts, error) {
	s, err := m.recent(ctx)
	if err != nil {
		return traffic.Facts{}, err
	}
	if err := m.inspect(s, to); err != nil {
		return traffic.Facts{}, err
	}
	settle := s.ttl
	for _, c := range traffic.Colors() {
		child, err := m.childTTL(ctx, s.of(c), maxDepth)
		if err != nil {
			return traffic.Facts{}, m.in(c, summaryNested, fmt.Errorf("azuretm: reading the profile below the nested endpoint %s: %w", m.ours[c], err))
		}
		settle = max(settle, child)
	}
	return traffic.Facts{Settle: settle}, nil
}

func (m *member) inspect(s state, to traffic.Color) error {
	switch {
	case s.method != tm.TrafficRoutingMethodWeighted:
		return m.here(summaryMethod, fmt.Errorf("azuretm: the profile %s routes by the method %s, which has no weights: "+
			"set traffic_routing_method = \"Weighted\"", m.id, s.method))
	case !s.enabled:
		return m.here(summaryDisabled, fmt.Errorf("azuretm: the profile %s is disabled, and answers nobody: set profile_status = \"Enabled\"", m.id))
	}
	if _, err := m.weights(s); err != nil {
		return err
	}
	if err := m.inspectEndpoint(s.of(to), to); err != nil {
		return err
	}
	_, err := m.total(s)
	return m.wrap("inspecting", err)
}

func (m *member) inspectEndpoint(e endpoint, c traffic.Color) error {
	switch {
	case e.alwaysServe:
		return m.in(c, summaryUnchecked, fmt.Errorf("azuretm: the endpoint %s is always served: Traffic Manager does not check it, so its health cannot be known: "+
			"set always_serve_enabled = false", m.ours[c]))
	case e.enabled && (e.monitor == tm.EndpointMonitorStatusStopped || e.monitor == tm.EndpointMonitorStatusInactive):
		return m.in(c, summaryStopped, fmt.Errorf("azuretm: the endpoint %s cannot serve: %s: start it", m.ours[c], m.status(c, e)))
	default:
		return nil
	}
}

// childTTL returns the longest TTL of the profiles below a nested endpoint,
// whose answers clients keep as well.
func (m *member) childTTL(ctx context.Context, e endpoint, depth int) (time.Duration, error) {
	id, err := parseProfileID(e.child)
	if err != nil || depth == 0 {
		return 0, nil //nolint:nilerr // what is behind it is no profile
	}
	profile, err := m.reads.profile(ctx, m.api, id)
	if err != nil || profile.Properties == nil {
		return 0, err
	}
	var ttl time.Duration
	if profile.Properties.DNSConfig != nil {
		ttl = time.Duration(value(profile.Properties.DNSConfig.TTL)) * time.Second
	}
	for _, below := range profile.Properties.Endpoints {
		if below == nil || below.Properties == nil {
			continue
		}
		deeper, err := m.childTTL(ctx, newEndpoint(*below), depth-1)
		if err != nil {
			return 0, err
		}
		ttl = max(ttl, deeper)
	}
	return ttl, nil
}
