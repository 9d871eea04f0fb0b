package azuretm

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
)

// domain is the zone of all profiles.
const domain = "trafficmanager.net"

// profile is a profile with its endpoints. All of it is guarded by Lab.mu.
type profile struct {
	id, key string
	// data has neither endpoints nor the status of the monitor.
	data      tm.Profile
	endpoints []*endpoint
}

// endpoint is an endpoint with what its monitor found.
type endpoint struct {
	data   tm.Endpoint
	kind   tm.EndpointType
	status tm.EndpointMonitorStatus
	failed int                // checks in a row
	credit int64              // of the smooth weighted round robin
	stop   context.CancelFunc // ends the checks, or nil
}

func (l *Lab) profile(subscription, group, name string) (*profile, error) {
	key := keyOf(subscription, group, name)
	if p := l.profiles[key]; p != nil {
		return p, nil
	}
	return nil, notFound("Microsoft.Network/trafficManagerProfiles/" + name)
}

func keyOf(subscription, group, name string) string {
	return strings.ToLower(subscription + "/" + group + "/" + name)
}

// byID returns the profile with a resource ID, or nil.
func (l *Lab) byID(id string) *profile {
	for _, p := range l.profiles {
		if strings.EqualFold(p.id, id) {
			return p
		}
	}
	return nil
}

func (l *Lab) endpoint(subscription, group, name string, kind tm.EndpointType, endpointName string) (*profile, *endpoint, error) {
	p, err := l.profile(subscription, group, name)
	if err != nil {
		return nil, nil, err
	}
	if e := p.find(kind, endpointName); e != nil {
		return p, e, nil
	}
	return nil, nil, notFound(fmt.Sprintf("Microsoft.Network/trafficManagerProfiles/%s/%s/%s", name, kind, endpointName))
}

func (p *profile) find(kind tm.EndpointType, name string) *endpoint {
	i := slices.IndexFunc(p.endpoints, func(e *endpoint) bool {
		return strings.EqualFold(string(e.kind), string(kind)) && strings.EqualFold(*e.data.Name, name)
	})
	if i < 0 {
		return nil
	}
	return p.endpoints[i]
}

// replace is the profile's PUT: endpoints that it does not name are gone.
func (l *Lab) replace(info callInfo, group, name string, body tm.Profile) (*profile, error) {
	if body.Properties == nil {
		return nil, badRequestf("properties are missing")
	}
	id := fmt.Sprintf("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/trafficManagerProfiles/%s", info.subscription, group, name)
	p := &profile{id: id, key: keyOf(info.subscription, group, name), data: clone(body)}
	p.data.ID, p.data.Name, p.data.Type = &id, &name, ptr("Microsoft.Network/trafficManagerProfiles")
	p.data.Properties.Endpoints = nil
	if err := p.normalize(); err != nil {
		return nil, err
	}
	if old := l.profiles[p.key]; old != nil {
		old.stopAll()
	}
	l.profiles[p.key] = p
	for _, e := range body.Properties.Endpoints {
		kind := value(e.Type)
		if _, err := l.setEndpoint(p, tm.EndpointType(kind[strings.LastIndex(kind, "/")+1:]), value(e.Name), *e, info.index); err != nil {
			return nil, err
		}
	}
	l.note(p, info.index)
	return p, nil
}

// mergeProfile is the profile's PATCH; endpoints are left as they are.
func (l *Lab) mergeProfile(p *profile, body tm.Profile, call int) error {
	merged := clone(p.data)
	if body.Properties != nil {
		body.Properties.Endpoints = nil
	}
	merge(&merged, body)
	changed := &profile{data: merged}
	if err := changed.normalize(); err != nil {
		return err
	}
	was := p.enabled()
	p.data = merged
	if p.enabled() != was {
		for _, e := range p.endpoints {
			l.watch(p, e)
		}
	}
	l.note(p, call)
	return nil
}

// normalize fills what was left out, as the service does, and refuses what it would.
func (p *profile) normalize() error {
	props := p.data.Properties
	if props.DNSConfig == nil || value(props.DNSConfig.RelativeName) == "" {
		return badRequestf("dnsConfig.relativeName is missing")
	}
	if value(props.DNSConfig.TTL) < 0 {
		return badRequestf("dnsConfig.ttl must not be below 0")
	}
	props.DNSConfig.Fqdn = ptr(*props.DNSConfig.RelativeName + "." + domain)
	props.ProfileStatus = orDefault(props.ProfileStatus, tm.ProfileStatusEnabled)
	props.TrafficRoutingMethod = orDefault(props.TrafficRoutingMethod, tm.TrafficRoutingMethodPerformance)
	if props.MonitorConfig == nil {
		props.MonitorConfig = &tm.MonitorConfig{}
	}
	m := props.MonitorConfig
	m.Protocol = orDefault(m.Protocol, tm.MonitorProtocolHTTP)
	m.Port = orDefault(m.Port, 80)
	m.IntervalInSeconds = orDefault(m.IntervalInSeconds, 30)
	m.TimeoutInSeconds = orDefault(m.TimeoutInSeconds, 10)
	m.ToleratedNumberOfFailures = orDefault(m.ToleratedNumberOfFailures, 3)
	m.ProfileMonitorStatus = nil
	return nil
}

func (p *profile) enabled() bool {
	return value(p.data.Properties.ProfileStatus) == tm.ProfileStatusEnabled
}

func (l *Lab) removeProfile(p *profile, call int) {
	p.stopAll()
	delete(l.profiles, p.key)
	p.endpoints = nil
	l.note(p, call)
}

func (p *profile) stopAll() {
	for _, e := range p.endpoints {
		e.stopChecks()
	}
}

// clone copies through JSON, the only form in which the service gives anything away.
func clone[T any](v T) T {
	var copied T
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &copied)
	}
	if err != nil {
		panic(err) // the SDK's own models always pass
	}
	return copied
}

// merge sets in v what patch has: the SDK's models leave alone what a text does not name.
func merge[T any](v *T, patch T) {
	text, err := json.Marshal(patch)
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		panic(err) // the SDK's own models always pass
	}
}

func ptr[T any](v T) *T { return &v }

func value[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}

func orDefault[T any](p *T, otherwise T) *T {
	if p == nil {
		return &otherwise
	}
	return p
}
