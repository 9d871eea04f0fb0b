package azuretm

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// maxDepth is how deep profiles are nested at most:
// https://learn.microsoft.com/azure/traffic-manager/traffic-manager-faqs
const maxDepth = 10

// Inspect implements traffic.Inspector, with reads that are shared. It fails
// when the profile, or the endpoint of the color, cannot be used as it is for
// what is left to do: beside others, weights have to be divided only when
// something moves.
func (m *member) Inspect(ctx context.Context, to traffic.Color) (traffic.Facts, error) {
	s, err := m.recent(ctx)
	if err != nil {
		return traffic.Facts{}, err
	}
	if err := m.inspect(s, to); err != nil {
		return traffic.Facts{}, err
	}
	facts := traffic.Facts{ClientTTL: s.ttl, EffectLimit: s.checked, LateWrite: lateWrite, HealthUnknown: m.unchecked(to, s.of(to))}
	for _, c := range traffic.Colors() {
		b, err := m.below(ctx, s.of(c), maxDepth)
		if err != nil {
			return traffic.Facts{}, m.in(c, summaryNested, pkg.Errorf("reading the profile below the nested endpoint %s: %w", m.ours(c), err))
		}
		if c == to && b.disabled {
			return traffic.Facts{}, m.in(c, summaryStopped, pkg.Errorf("the endpoint %s cannot serve: the profile below it is disabled: "+
				"set profile_status = \"Enabled\" there", m.ours(c)))
		}
		if c == to && b.unchecked != "" {
			facts.HealthUnknown = cmp.Or(facts.HealthUnknown, fmt.Sprintf("below the endpoint %s is %s, which is always served, and Traffic Manager "+
				"does not check it (always_serve_enabled)", m.ours(c), b.unchecked))
		}
		facts.ClientTTL, facts.EffectLimit = max(facts.ClientTTL, b.ttl), max(facts.EffectLimit, b.checked)
	}
	facts.Seen = fmt.Sprint(facts.ClientTTL, facts.HealthUnknown)
	err = m.limit(&facts, s, to)
	return facts, err
}

// limit sets which shares can be set beside other endpoints.
func (m *member) limit(facts *traffic.Facts, s state, to traffic.Color) error {
	if !s.beside() {
		return nil
	}
	total, err := m.total(s)
	if err != nil {
		if live, _ := s.levels().weights(); live != traffic.All(to) {
			return m.wrap("inspecting", err)
		}
		total = 1 // all or nothing
	}
	facts.WeightStep = weightStep(total)
	if facts.WeightStep == 1 {
		return nil
	}
	facts.AllOrNothing = facts.WeightStep == 100
	facts.LimitedBy = fmt.Sprintf("Beside the enabled endpoints %s the weights of the two must keep their sum, %d: "+
		"multiply all weights of the profile, so that this sum is a multiple of 100, and at most %d.", strings.Join(s.others, ", "), s.levels().total(), maxWeight)
	return nil
}

func (m *member) inspect(s state, to traffic.Color) error {
	e := s.of(to)
	switch {
	case s.method != tm.TrafficRoutingMethodWeighted:
		return m.here(summaryMethod, pkg.Errorf("the profile %s routes by the method %s, which has no weights: "+
			"set traffic_routing_method = \"Weighted\"", m.id, s.method))
	case !s.enabled:
		return m.here(summaryDisabled, pkg.Errorf("the profile %s is disabled, and answers nobody: set profile_status = \"Enabled\"", m.id))
	case e.enabled && (e.monitor == tm.EndpointMonitorStatusStopped || e.monitor == tm.EndpointMonitorStatusInactive):
		return m.in(to, summaryStopped, pkg.Errorf("the endpoint %s cannot serve: %s: start it", m.ours(to), m.status(to, e)))
	default:
		return nil
	}
}

// unchecked says why Traffic Manager cannot know the health of an endpoint;
// empty when it can.
func (m *member) unchecked(c traffic.Color, e endpoint) string {
	if e.alwaysServe || e.enabled && e.monitor == tm.EndpointMonitorStatusUnmonitored {
		return fmt.Sprintf("the endpoint %s is always served, and Traffic Manager does not check it (always_serve_enabled)", m.ours(c))
	}
	return ""
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
	// checked is the longest that a first verdict of their checks may take.
	checked time.Duration
}

// below reads the profile below a nested endpoint, and all those below that.
func (m *member) below(ctx context.Context, e endpoint, depth int) (below, error) {
	id, err := parseProfileID(e.child)
	if err != nil || depth == 0 {
		return below{}, nil //nolint:nilerr // what is behind it is no profile
	}
	profile, err := m.shared(ctx, id)
	if err != nil || profile.Properties == nil {
		return below{}, err
	}
	b := below{
		disabled: value(profile.Properties.ProfileStatus) == tm.ProfileStatusDisabled,
		checked:  checkedWithin(profile.Properties.MonitorConfig),
	}
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
	b.ttl, b.checked = max(b.ttl, deeper.ttl), max(b.checked, deeper.checked)
	return b
}
