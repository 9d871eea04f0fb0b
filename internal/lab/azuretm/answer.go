package azuretm

import (
	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
)

// maxChain is how many names an answer leads through at most.
const maxChain = 10

// alias is one record of an answer: a name stands for another one, for ttl seconds.
type alias struct {
	name, target string
	ttl          uint32
}

// resolve follows a name through the profiles, and takes a turn in each. It returns false when the name
// does not exist; an existing one can have no answer.
func (l *Lab) resolve(name string) (chain []alias, exists bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name = canonical(name)
	for range maxChain {
		p := l.byName(name)
		if p == nil {
			_, isHost := l.hosts[name]
			return chain, isHost || len(chain) > 0
		}
		if !p.enabled() {
			return nil, len(chain) > 0
		}
		e := p.turn()
		if e == nil {
			return nil, true
		}
		next := e.target()
		if child := l.byID(value(e.data.Properties.TargetResourceID)); e.kind == tm.EndpointTypeNestedEndpoints && child != nil {
			next = canonical(*child.data.Properties.DNSConfig.Fqdn)
		}
		ttl := uint32(min(max(value(p.data.Properties.DNSConfig.TTL), 0), 1<<31-1)) //nolint:gosec // within the bounds
		chain = append(chain, alias{name, next, ttl})
		name = next
	}
	return nil, true
}

func (l *Lab) byName(name string) *profile {
	for _, p := range l.profiles {
		if canonical(*p.data.Properties.DNSConfig.Fqdn) == name {
			return p
		}
	}
	return nil
}

// available returns the endpoints that are answered: those that are in order or being checked; when there
// are none, all that are degraded:
// https://learn.microsoft.com/azure/traffic-manager/traffic-manager-monitoring
func (p *profile) available() []*endpoint {
	var good, degraded []*endpoint
	for _, e := range p.endpoints {
		switch e.status {
		case tm.EndpointMonitorStatusOnline, tm.EndpointMonitorStatusCheckingEndpoint, tm.EndpointMonitorStatusUnmonitored:
			good = append(good, e)
		case tm.EndpointMonitorStatusDegraded:
			degraded = append(degraded, e)
		default: // takes no part
		}
	}
	if len(good) > 0 {
		return good
	}
	return degraded
}

func (p *profile) weight(e *endpoint) int64 {
	if value(p.data.Properties.TrafficRoutingMethod) != tm.TrafficRoutingMethodWeighted {
		return 1
	}
	return value(e.data.Properties.Weight)
}

// shares are the shares of the answers, 0 to 1, of those that have any.
func (p *profile) shares() map[*endpoint]float64 {
	total := int64(0)
	available := p.available()
	for _, e := range available {
		total += p.weight(e)
	}
	shares := make(map[*endpoint]float64, len(available))
	for _, e := range available {
		shares[e] = float64(p.weight(e)) / float64(total)
	}
	return shares
}

// turn returns the endpoint whose turn it is: each gains its weight, and the richest one pays for all.
func (p *profile) turn() *endpoint {
	var chosen *endpoint
	total := int64(0)
	for _, e := range p.available() {
		e.credit += p.weight(e)
		total += p.weight(e)
		if chosen == nil || e.credit > chosen.credit {
			chosen = e
		}
	}
	if chosen != nil {
		chosen.credit -= total
	}
	return chosen
}
