package azuretm

import (
	"slices"
	"strings"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
)

// setEndpoint is the endpoint's PUT.
func (l *Lab) setEndpoint(p *profile, kind tm.EndpointType, name string, body tm.Endpoint, call int) (*endpoint, error) {
	i := slices.IndexFunc(tm.PossibleEndpointTypeValues(), func(t tm.EndpointType) bool { return strings.EqualFold(string(t), string(kind)) })
	if i < 0 || body.Properties == nil || name == "" {
		return nil, badRequestf("an endpoint needs a name, a type and properties")
	}
	kind = tm.PossibleEndpointTypeValues()[i]
	data := clone(body)
	lower := strings.ToLower(string(kind[0])) + string(kind[1:])
	data.ID, data.Name = ptr(p.id+"/"+lower+"/"+name), &name
	data.Type = ptr("Microsoft.Network/trafficManagerProfiles/" + lower)
	props := data.Properties
	props.EndpointStatus = orDefault(props.EndpointStatus, tm.EndpointStatusEnabled)
	props.Weight = orDefault(props.Weight, 1)
	props.AlwaysServe = orDefault(props.AlwaysServe, tm.AlwaysServeDisabled)
	props.EndpointMonitorStatus = nil
	if err := validate(data); err != nil {
		return nil, err
	}
	e := p.find(kind, name)
	if e == nil {
		e = &endpoint{kind: kind}
		p.endpoints = append(p.endpoints, e)
	}
	e.data = data
	l.watch(p, e)
	l.note(p, call)
	return e, nil
}

// mergeEndpoint is the endpoint's PATCH.
func (l *Lab) mergeEndpoint(p *profile, e *endpoint, body tm.Endpoint, call int) error {
	merged := clone(e.data)
	body.ID, body.Name, body.Type = nil, nil, nil
	if body.Properties != nil {
		body.Properties.EndpointMonitorStatus = nil
	}
	merge(&merged, body)
	if err := validate(merged); err != nil {
		return err
	}
	was := e.checked()
	e.data = merged
	if e.checked() != was || !e.enabled() {
		l.watch(p, e)
	}
	l.note(p, call)
	return nil
}

func validate(e tm.Endpoint) error {
	if w := value(e.Properties.Weight); w < 1 || w > 1000 {
		return badRequestf("The weight of endpoint '%s' is %d; it must be between 1 and 1000.", *e.Name, w)
	}
	return nil
}

func (l *Lab) removeEndpoint(p *profile, e *endpoint, call int) {
	e.stopChecks()
	p.endpoints = slices.DeleteFunc(p.endpoints, func(other *endpoint) bool { return other == e })
	l.note(p, call)
}

func (e *endpoint) enabled() bool {
	return value(e.data.Properties.EndpointStatus) == tm.EndpointStatusEnabled
}

func (e *endpoint) alwaysServe() bool {
	return value(e.data.Properties.AlwaysServe) == tm.AlwaysServeEnabled
}

// checked tells whether the endpoint is to be checked.
func (e *endpoint) checked() bool { return e.enabled() && !e.alwaysServe() }

// target is the name that DNS answers.
func (e *endpoint) target() string {
	if t := value(e.data.Properties.Target); t != "" {
		return canonical(t)
	}
	id := value(e.data.Properties.TargetResourceID)
	return canonical(id[strings.LastIndex(id, "/")+1:] + ".azurewebsites.net")
}

// view is the endpoint as the API shows it. What it shares with e.data nobody changes: a change replaces data.
func (e *endpoint) view() tm.Endpoint {
	shown, props := e.data, *e.data.Properties
	props.EndpointMonitorStatus = ptr(e.status)
	shown.Properties = &props
	return shown
}

// view is the profile as the API shows it. What it shares with p.data nobody changes: a change replaces data.
func (p *profile) view() tm.Profile {
	shown, props, monitor := p.data, *p.data.Properties, *p.data.Properties.MonitorConfig
	monitor.ProfileMonitorStatus = ptr(p.status())
	props.MonitorConfig, props.Endpoints = &monitor, []*tm.Endpoint{}
	for _, e := range p.endpoints {
		props.Endpoints = append(props.Endpoints, ptr(e.view()))
	}
	shown.Properties = &props
	return shown
}

// canonical is the form of a DNS name that names are compared in.
func canonical(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }
