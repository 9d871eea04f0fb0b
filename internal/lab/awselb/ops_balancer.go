package awselb

import (
	"fmt"
	"slices"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

func balancerNotFound() *APIError {
	return apiErrorf("LoadBalancerNotFound", "One or more load balancers not found")
}

func (o *operation) createLoadBalancer(in *wire.CreateLoadBalancerInput) (any, error) {
	if !validName(in.Name) {
		return nil, invalidf("The load balancer name '%s' is not valid", in.Name)
	}
	for _, b := range o.balancers.all() {
		if b.data.LoadBalancerName == in.Name {
			return nil, apiErrorf("DuplicateLoadBalancerName", "A load balancer with the same name '%s' exists", in.Name)
		}
	}
	kind := orDefault(in.Type, "application")
	if kind != "application" && kind != "network" {
		return nil, invalidf("The load balancer type '%s' is not supported", kind)
	}
	b := o.newBalancer(in, kind)
	o.balancers.add(b.data.LoadBalancerArn, b)
	o.tags[b.data.LoadBalancerArn] = in.Tags
	return wire.LoadBalancersOutput{LoadBalancers: []wire.LoadBalancer{b.data}}, nil
}

func (o *operation) newBalancer(in *wire.CreateLoadBalancerInput, kind string) *balancer {
	id, short := newID(), "app"
	if kind == "network" {
		short = "net"
	}
	data := wire.LoadBalancer{
		CanonicalHostedZoneId: "Z32O12XQLNTSW2",
		CreatedTime:           time.Now(),
		DNSName:               fmt.Sprintf("%s-%s.%s.elb.amazonaws.com", in.Name, id[:10], o.name),
		IpAddressType:         orDefault(in.IpAddressType, "ipv4"),
		LoadBalancerArn:       o.arn("loadbalancer/%s/%s/%s", short, in.Name, id),
		LoadBalancerName:      in.Name,
		Scheme:                orDefault(in.Scheme, "internet-facing"),
		SecurityGroups:        in.SecurityGroups,
		State:                 &wire.State{Code: "active"},
		Type:                  kind,
		VpcId:                 "vpc-0" + id,
	}
	data.AvailabilityZones = o.zones(in.Subnets, in.SubnetMappings)
	return &balancer{data: data}
}

// zones puts subnets into the zones of the region, one after another.
func (o *operation) zones(subnets []string, mappings []wire.Zone) []wire.Zone {
	for _, mapping := range mappings {
		subnets = append(subnets, mapping.SubnetId)
	}
	var zones []wire.Zone
	for i, subnet := range subnets {
		zones = append(zones, wire.Zone{SubnetId: subnet, ZoneName: o.name + string(rune('a'+i%3))})
	}
	return zones
}

func (o *operation) setSubnets(in *wire.SetSubnetsInput) (any, error) {
	b := o.balancers.get(in.LoadBalancerArn)
	if b == nil {
		return nil, balancerNotFound()
	}
	b.data.AvailabilityZones = o.zones(in.Subnets, in.SubnetMappings)
	return wire.SetSubnetsOutput{AvailabilityZones: b.data.AvailabilityZones}, nil
}

func (o *operation) setSecurityGroups(in *wire.SetSecurityGroupsInput) (any, error) {
	b := o.balancers.get(in.LoadBalancerArn)
	if b == nil {
		return nil, balancerNotFound()
	}
	b.data.SecurityGroups = in.SecurityGroups
	return wire.SetSecurityGroupsOutput{SecurityGroupIds: in.SecurityGroups}, nil
}

func (o *operation) describeLoadBalancers(in *wire.DescribeLoadBalancersInput) (any, error) {
	found := o.balancers.all()
	var err error
	switch {
	case len(in.LoadBalancerArns) > 0:
		found, err = find(&o.balancers, in.LoadBalancerArns, balancerNotFound())
	case len(in.Names) > 0:
		found = slices.DeleteFunc(found, func(b *balancer) bool {
			return !slices.Contains(in.Names, b.data.LoadBalancerName)
		})
		if len(found) < len(in.Names) {
			err = balancerNotFound()
		}
	}
	if err != nil {
		return nil, err
	}
	part, next, err := page(found, in.Marker, in.PageSize, o.lab.opts.PageSize)
	if err != nil {
		return nil, err
	}
	out := wire.LoadBalancersOutput{LoadBalancers: []wire.LoadBalancer{}, NextMarker: next}
	for _, b := range part {
		out.LoadBalancers = append(out.LoadBalancers, b.data)
	}
	return out, nil
}

// deleteLoadBalancer deletes its listeners with it; an unknown ARN is no error, as published.
func (o *operation) deleteLoadBalancer(in *wire.LoadBalancerArn) (any, error) {
	b := o.balancers.get(in.LoadBalancerArn)
	if b == nil {
		return nil, nil //nolint:nilnil // an empty result
	}
	for _, lis := range slices.Clone(b.listeners) {
		o.dropListener(lis)
	}
	o.balancers.remove(in.LoadBalancerArn)
	delete(o.tags, in.LoadBalancerArn)
	return nil, nil //nolint:nilnil // an empty result
}

// validName holds for 1 to 32 letters, digits and hyphens, without a hyphen at either end.
func validName(name string) bool {
	if name == "" || len(name) > 32 || name[0] == '-' || name[len(name)-1] == '-' {
		return false
	}
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
