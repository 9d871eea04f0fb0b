package awselb

import (
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

func listenerNotFound() *APIError {
	return apiErrorf("ListenerNotFound", "One or more listeners not found")
}

func (o *operation) createListener(in *wire.CreateListenerInput) (any, error) {
	b := o.balancers.get(in.LoadBalancerArn)
	if b == nil {
		return nil, balancerNotFound()
	}
	if len(b.listeners) >= o.lab.opts.Limits.ListenersPerBalancer {
		return nil, apiErrorf("TooManyListeners", "The maximum number of listeners for this load balancer has been reached")
	}
	lis := &listener{balancer: b, data: wire.Listener{
		AlpnPolicy: in.AlpnPolicy, Certificates: in.Certificates, LoadBalancerArn: in.LoadBalancerArn,
		MutualAuthentication: in.MutualAuthentication, Port: in.Port, Protocol: in.Protocol, SslPolicy: in.SslPolicy,
	}}
	if err := o.checkListener(lis); err != nil {
		return nil, err
	}
	actions, err := o.accept(lis, nil, in.DefaultActions, nil)
	if err != nil {
		return nil, err
	}
	return o.addListener(lis, actions, in.Tags)
}

func (o *operation) addListener(lis *listener, actions []wire.Action, tags []wire.Tag) (any, error) {
	plane, err := o.lab.newPlane(lis.balancer.network())
	if err != nil {
		return nil, InternalFailure()
	}
	_, path, _ := strings.Cut(lis.balancer.data.LoadBalancerArn, ":loadbalancer/")
	id := newID()
	lis.plane = plane
	lis.data.ListenerArn = o.arn("listener/%s/%s", path, id)
	lis.defaultRule = o.arn("listener-rule/%s/%s/%s", path, id, newID())
	lis.balancer.listeners = append(lis.balancer.listeners, lis)
	o.listeners.add(lis.data.ListenerArn, lis)
	o.tags[lis.data.ListenerArn] = tags
	o.setDefault(lis, actions)
	return wire.ListenersOutput{Listeners: []wire.Listener{shownListener(lis)}}, nil
}

// setDefault replaces the default actions of a listener and has everything follow.
func (o *operation) setDefault(lis *listener, actions []wire.Action) {
	old := lis.data.DefaultActions
	lis.data.DefaultActions = actions
	o.relink()
	o.note(o.call, lis.data.ListenerArn, old, actions)
	o.publish(lis)
}

// checkListener checks protocol, port and what depends on them.
func (o *operation) checkListener(lis *listener) error {
	d := &lis.data
	if d.Port == nil || *d.Port < 1 || *d.Port > 65535 {
		return invalidf("A listener port must be between 1 and 65535")
	}
	allowed := []string{"HTTP", "HTTPS"}
	if lis.balancer.network() {
		allowed = []string{"TCP", "TLS", "UDP", "TCP_UDP"}
	}
	if !slices.Contains(allowed, d.Protocol) {
		return apiErrorf("UnsupportedProtocol", "Protocol '%s' is not supported by this load balancer", d.Protocol)
	}
	if (d.Protocol == "HTTPS" || d.Protocol == "TLS") && len(d.Certificates) == 0 {
		return apiErrorf("CertificateNotFound", "A certificate must be specified for %s listeners", d.Protocol)
	}
	for _, other := range lis.balancer.listeners {
		if other.data.ListenerArn != d.ListenerArn && *other.data.Port == *d.Port {
			return apiErrorf("DuplicateListener", "A listener already exists on this port for this load balancer")
		}
	}
	return nil
}

func (o *operation) describeListeners(in *wire.DescribeListenersInput) (any, error) {
	var found []*listener
	var err error
	switch {
	case len(in.ListenerArns) > 0:
		if found, err = find(&o.listeners, in.ListenerArns, listenerNotFound()); err != nil {
			return nil, err
		}
	case in.LoadBalancerArn != "":
		b := o.balancers.get(in.LoadBalancerArn)
		if b == nil {
			return nil, balancerNotFound()
		}
		found = b.listeners
	default:
		return nil, invalidf("Either listener ARNs or a load balancer ARN must be specified")
	}
	part, next, err := page(found, in.Marker, in.PageSize, o.lab.opts.PageSize)
	if err != nil {
		return nil, err
	}
	out := wire.ListenersOutput{Listeners: []wire.Listener{}, NextMarker: next}
	for _, lis := range part {
		out.Listeners = append(out.Listeners, shownListener(lis))
	}
	return out, nil
}

func shownListener(lis *listener) wire.Listener {
	data := lis.data
	data.DefaultActions = shown(data.DefaultActions)
	return data
}

func (o *operation) modifyListener(in *wire.ModifyListenerInput) (any, error) {
	lis := o.listeners.get(in.ListenerArn)
	if lis == nil {
		return nil, listenerNotFound()
	}
	changed := &listener{balancer: lis.balancer, data: modified(lis.data, in)}
	if err := o.checkListener(changed); err != nil {
		return nil, err
	}
	actions := lis.data.DefaultActions
	if in.DefaultActions != nil {
		var err error
		if actions, err = o.accept(changed, lis.data.DefaultActions, in.DefaultActions, &lis.data.ListenerArn); err != nil {
			return nil, err
		}
	}
	old := lis.data.DefaultActions
	lis.data = changed.data
	lis.data.DefaultActions = old
	o.setDefault(lis, actions)
	return wire.ListenersOutput{Listeners: []wire.Listener{shownListener(lis)}}, nil
}

// modified applies the properties that were given.
func modified(data wire.Listener, in *wire.ModifyListenerInput) wire.Listener {
	if in.AlpnPolicy != nil {
		data.AlpnPolicy = in.AlpnPolicy
	}
	if in.Certificates != nil {
		data.Certificates = in.Certificates
	}
	if in.MutualAuthentication != nil {
		data.MutualAuthentication = in.MutualAuthentication
	}
	if in.Port != nil {
		data.Port = in.Port
	}
	data.Protocol = orDefault(in.Protocol, data.Protocol)
	data.SslPolicy = orDefault(in.SslPolicy, data.SslPolicy)
	return data
}

func (o *operation) deleteListener(in *wire.ListenerArn) (any, error) {
	lis := o.listeners.get(in.ListenerArn)
	if lis == nil {
		return nil, listenerNotFound()
	}
	o.dropListener(lis)
	return nil, nil //nolint:nilnil // an empty result
}

func (o *operation) dropListener(lis *listener) {
	for _, r := range slices.Clone(lis.rules) {
		o.dropRule(r)
	}
	arn := lis.data.ListenerArn
	o.listeners.remove(arn)
	delete(o.tags, arn)
	lis.balancer.listeners = slices.DeleteFunc(lis.balancer.listeners, func(x *listener) bool { return x == lis })
	o.relink()
	o.note(o.call, arn, lis.data.DefaultActions, nil)
	lis.plane.close(o.lab)
}
