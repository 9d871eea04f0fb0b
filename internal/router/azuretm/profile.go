package azuretm

import (
	"fmt"
	"strings"
	"time"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// endpoint is one of our two endpoints as it was read.
type endpoint struct {
	level
	monitor     tm.EndpointMonitorStatus
	alwaysServe bool
	// child is the ID of the profile below a nested endpoint, or empty.
	child string
	// id, name and kind go back with a write, as the API gave them.
	id, name, kind *string
}

// online tells whether Traffic Manager has seen the endpoint answer. One that
// is always served is never looked at.
func (e endpoint) online() bool {
	return e.enabled && !e.alwaysServe && e.monitor == tm.EndpointMonitorStatusOnline
}

// inService tells whether answers can go to the endpoint and nothing speaks
// against it.
func (e endpoint) inService() bool { return e.online() || e.enabled && e.alwaysServe }

// state is what a profile says of our two endpoints, from one read.
type state struct {
	blue, green endpoint
	// others are the names of other endpoints that are enabled.
	others  []string
	enabled bool
	method  tm.TrafficRoutingMethod
	ttl     time.Duration
	// checked is how long the checks of an endpoint that has just been enabled
	// may take to come to a verdict.
	checked time.Duration
}

func (s state) of(c traffic.Color) endpoint {
	if c == traffic.Blue {
		return s.blue
	}
	return s.green
}

func (s state) levels() levels { return levels{s.blue.level, s.green.level} }

// beside tells whether others share the traffic with our two.
func (s state) beside() bool { return len(s.others) > 0 }

// newState finds our endpoints in a profile. The error wraps
// traffic.ErrNotFound and is a *missingError when one is not there.
func newState(p tm.Profile, ours router.Pair[endpointID]) (state, error) {
	if p.Properties == nil {
		return state{}, fmt.Errorf("the profile was answered without its properties")
	}
	s := state{
		enabled: value(p.Properties.ProfileStatus) != tm.ProfileStatusDisabled,
		method:  value(p.Properties.TrafficRoutingMethod),
	}
	if p.Properties.DNSConfig != nil {
		s.ttl = time.Duration(value(p.Properties.DNSConfig.TTL)) * time.Second
	}
	s.checked = checkedWithin(p.Properties.MonitorConfig)
	found := make(map[traffic.Color]endpoint, 2)
	for _, e := range p.Properties.Endpoints {
		if e == nil || e.Properties == nil {
			continue
		}
		if c, ok := colorOf(ours, *e); ok {
			found[c] = newEndpoint(*e)
		} else if value(e.Properties.EndpointStatus) == tm.EndpointStatusEnabled {
			s.others = append(s.others, value(e.Name))
		}
	}
	for _, c := range traffic.Colors() {
		if _, ok := found[c]; !ok {
			return s, &missingError{c, ours.Of(c).ID}
		}
	}
	s.blue, s.green = found[traffic.Blue], found[traffic.Green]
	return s, nil
}

// checkedWithin is how long checks take at most until they have come to a
// verdict, and a minute for it to be seen: the failures that are tolerated, and
// one more.
func checkedWithin(c *tm.MonitorConfig) time.Duration {
	if c == nil {
		return time.Minute
	}
	one := value(c.IntervalInSeconds) + value(c.TimeoutInSeconds)
	return time.Minute + time.Duration(one*(value(c.ToleratedNumberOfFailures)+1))*time.Second
}

func newEndpoint(e tm.Endpoint) endpoint {
	p := e.Properties
	return endpoint{
		level:       level{value(p.EndpointStatus) == tm.EndpointStatusEnabled, max(value(p.Weight), 1)},
		monitor:     value(p.EndpointMonitorStatus),
		alwaysServe: value(p.AlwaysServe) == tm.AlwaysServeEnabled,
		child:       value(p.TargetResourceID),
		id:          e.ID, name: e.Name, kind: e.Type,
	}
}

// colorOf returns the color whose endpoint e is. The API's type is
// "Microsoft.Network/trafficManagerProfiles/azureEndpoints".
func colorOf(ours router.Pair[endpointID], e tm.Endpoint) (traffic.Color, bool) {
	for _, c := range traffic.Colors() {
		id := ours.Of(c).ID
		kind := value(e.Type)
		kind = kind[strings.LastIndex(kind, "/")+1:]
		if strings.EqualFold(value(e.Name), id.name) && strings.EqualFold(kind, string(id.kind)) {
			return c, true
		}
	}
	return "", false
}

// missingError reports an endpoint that its profile does not have.
type missingError struct {
	color traffic.Color
	id    endpointID
}

// Error implements error.
func (e *missingError) Error() string {
	return fmt.Sprintf("the profile has no endpoint %s of the kind %s", e.id.name, e.id.kind)
}

// Unwrap returns traffic.ErrNotFound.
func (*missingError) Unwrap() error { return traffic.ErrNotFound }

// value returns what p points to, or the zero value.
func value[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}
