package azuretm

import (
	"cmp"
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
		b, err := m.below(ctx, s.of(c), maxDepth)
		if err != nil {
			return traffic.Facts{}, m.in(c, summaryNested, fmt.Errorf("azuretm: reading the profile below the nested endpoint %s: %w", m.ours[c], err))
		}
		if err := m.inspectBelow(b, c); err != nil && c == to {
			return traffic.Facts{}, err
		}
		settle = max(settle, b.ttl)
	}
	return traffic.Facts{ClientTTL: settle}, nil
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

// inspectBelow refuses a nested endpoint that cannot get online, or does so
// whatever is behind it.
func (m *member) inspectBelow(b below, c traffic.Color) error {
	switch {
	case b.disabled:
		return m.in(c, summaryStopped, fmt.Errorf("azuretm: the endpoint %s cannot serve: the profile below it is disabled: "+
			"set profile_status = \"Enabled\" there", m.ours[c]))
	case b.unchecked != "":
		return m.in(c, summaryUnchecked, fmt.Errorf("azuretm: below the endpoint %s is %s, which is always served: Traffic Manager does not check it, "+
			"so the health of both cannot be known: set always_serve_enabled = false", m.ours[c], b.unchecked))
	default:
		return nil
	}
}

// below is what there is to know of the profile below a nested endpoint. The
// zero value stands for none.
type below struct {
	disabled bool
	// unchecked is the ID of an endpoint in it, or below it, that is always
	// served; empty when there is none.
	unchecked string
	// ttl is the longest of its own and of those of the profiles below it:
	// clients keep their answers as well.
	ttl time.Duration
}

// below reads the profile below a nested endpoint, and all those below that.
func (m *member) below(ctx context.Context, e endpoint, depth int) (below, error) {
	id, err := parseProfileID(e.child)
	if err != nil || depth == 0 {
		return below{}, nil //nolint:nilerr // what is behind it is no profile
	}
	profile, err := m.reads.profile(ctx, m.api, id)
	if err != nil || profile.Properties == nil {
		return below{}, err
	}
	b := below{disabled: value(profile.Properties.ProfileStatus) == tm.ProfileStatusDisabled}
	if profile.Properties.DNSConfig != nil {
		b.ttl = time.Duration(value(profile.Properties.DNSConfig.TTL)) * time.Second
	}
	for _, child := range profile.Properties.Endpoints {
		if child == nil || child.Properties == nil {
			continue
		}
		e := newEndpoint(*child)
		deeper, err := m.below(ctx, e, depth-1)
		if err != nil {
			return below{}, err
		}
		b = b.with(e, deeper)
	}
	return b, nil
}

// with adds one of the profile's endpoints, and what is below that.
func (b below) with(e endpoint, deeper below) below {
	if e.alwaysServe {
		deeper.unchecked = value(e.id)
	}
	if e.enabled {
		b.unchecked = cmp.Or(b.unchecked, deeper.unchecked)
	}
	b.ttl = max(b.ttl, deeper.ttl)
	return b
}
