package awselb

import (
	"maps"
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

const (
	trafficPort = "traffic-port" // health checks go where traffic goes
	lambda      = "lambda"       // the type of a group whose target is a function
)

func groupNotFound() *APIError {
	return apiErrorf("TargetGroupNotFound", "One or more target groups not found")
}

func (o *operation) createTargetGroup(in *wire.CreateTargetGroupInput) (any, error) {
	if err := o.checkNewGroup(in); err != nil {
		return nil, err
	}
	g := &group{attributes: map[string]string{
		"deregistration_delay.timeout_seconds": "300",
		"stickiness.enabled":                   "false",
	}}
	g.data = newGroupData(in)
	g.data.TargetGroupArn = o.arn("targetgroup/%s/%s", in.Name, newID())
	g.arn = g.data.TargetGroupArn
	if err := checkHealthCheck(g.data); err != nil {
		return nil, err
	}
	o.groups.add(g.data.TargetGroupArn, g)
	o.tags[g.data.TargetGroupArn] = in.Tags
	return wire.TargetGroupsOutput{TargetGroups: []wire.TargetGroup{g.data}}, nil
}

func (o *operation) checkNewGroup(in *wire.CreateTargetGroupInput) error {
	if !validName(in.Name) {
		return invalidf("The target group name '%s' is not valid", in.Name)
	}
	if in.TargetType == lambda {
		if in.Protocol != "" || in.Port != nil {
			return invalidf("Protocol and port cannot be specified for target groups with target type 'lambda'")
		}
		return o.checkRoom(in)
	}
	if !slices.Contains([]string{"HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"}, in.Protocol) {
		return invalidf("The target group protocol '%s' is not valid", in.Protocol)
	}
	if in.Port == nil || *in.Port < 1 || *in.Port > 65535 {
		return invalidf("A target group port must be between 1 and 65535")
	}
	return o.checkRoom(in)
}

// checkRoom refuses a name that is taken, and what is too many.
func (o *operation) checkRoom(in *wire.CreateTargetGroupInput) error {
	all := o.groups.all()
	for _, g := range all {
		if g.data.TargetGroupName == in.Name {
			return apiErrorf("DuplicateTargetGroupName", "A target group with the same name '%s' exists, "+
				"but with different settings", in.Name)
		}
	}
	if len(all) >= o.lab.opts.Limits.GroupsPerRegion {
		return apiErrorf("TooManyTargetGroups", "The maximum number of target groups has been reached")
	}
	return nil
}

// newGroupData fills in the published defaults, which differ with the protocol.
func newGroupData(in *wire.CreateTargetGroupInput) wire.TargetGroup {
	http := strings.HasPrefix(in.Protocol, "HTTP")
	data := wire.TargetGroup{
		HealthCheckEnabled:         ptr(in.TargetType != lambda),
		HealthCheckIntervalSeconds: orGiven(in.HealthCheckIntervalSeconds, 30),
		HealthCheckPath:            in.HealthCheckPath,
		HealthCheckPort:            orDefault(in.HealthCheckPort, trafficPort),
		HealthCheckProtocol:        in.HealthCheckProtocol,
		HealthCheckTimeoutSeconds:  orGiven(in.HealthCheckTimeoutSeconds, 5),
		HealthyThresholdCount:      orGiven(in.HealthyThresholdCount, 5),
		IpAddressType:              orDefault(in.IpAddressType, "ipv4"),
		Matcher:                    in.Matcher,
		Port:                       in.Port,
		Protocol:                   in.Protocol,
		TargetGroupName:            in.Name,
		TargetType:                 orDefault(in.TargetType, "instance"),
		UnhealthyThresholdCount:    orGiven(in.UnhealthyThresholdCount, 2),
		VpcId:                      in.VpcId,
	}
	if in.HealthCheckEnabled != nil {
		data.HealthCheckEnabled = in.HealthCheckEnabled
	}
	if in.TargetType == lambda {
		data.HealthCheckIntervalSeconds = orGiven(in.HealthCheckIntervalSeconds, 35)
		data.HealthCheckProtocol = "HTTP"
	}
	if http {
		data.ProtocolVersion = orDefault(in.ProtocolVersion, "HTTP1")
		data.HealthCheckProtocol = orDefault(data.HealthCheckProtocol, "HTTP")
	}
	data.HealthCheckProtocol = orDefault(data.HealthCheckProtocol, "TCP")
	if strings.HasPrefix(data.HealthCheckProtocol, "HTTP") {
		data.HealthCheckPath = orDefault(data.HealthCheckPath, "/")
		if data.Matcher == nil {
			data.Matcher = &wire.Matcher{HttpCode: "200"}
		}
	}
	return data
}

func orGiven(given *int32, otherwise int32) *int32 {
	if given != nil {
		return given
	}
	return &otherwise
}

// checkHealthCheck holds the settings to the published ranges.
func checkHealthCheck(d wire.TargetGroup) error {
	between := func(name string, value *int32, low, high int32) error {
		if *value < low || *value > high {
			return invalidf("%s must be between %d and %d", name, low, high)
		}
		return nil
	}
	for _, err := range []error{
		between("Health check interval", d.HealthCheckIntervalSeconds, 5, 300),
		between("Health check timeout", d.HealthCheckTimeoutSeconds, 2, 120),
		between("Healthy threshold count", d.HealthyThresholdCount, 2, 10),
		between("Unhealthy threshold count", d.UnhealthyThresholdCount, 2, 10),
	} {
		if err != nil {
			return err
		}
	}
	if *d.HealthCheckEnabled || d.TargetType == lambda {
		return nil
	}
	return invalidf("Health checks must be enabled for target groups with target type '%s'", d.TargetType)
}

func (o *operation) describeTargetGroups(in *wire.DescribeTargetGroupsInput) (any, error) {
	found, err := o.findGroups(in)
	if err != nil {
		return nil, err
	}
	part, next, err := page(found, in.Marker, in.PageSize, o.lab.opts.PageSize)
	if err != nil {
		return nil, err
	}
	out := wire.TargetGroupsOutput{TargetGroups: []wire.TargetGroup{}, NextMarker: next}
	for _, g := range part {
		out.TargetGroups = append(out.TargetGroups, g.data)
	}
	return out, nil
}

func (o *operation) findGroups(in *wire.DescribeTargetGroupsInput) ([]*group, error) {
	all := o.groups.all()
	switch {
	case len(in.TargetGroupArns) > 0:
		return find(&o.groups, in.TargetGroupArns, groupNotFound())
	case in.LoadBalancerArn != "":
		if o.balancers.get(in.LoadBalancerArn) == nil {
			return nil, balancerNotFound()
		}
		return slices.DeleteFunc(all, func(g *group) bool {
			return !slices.Contains(g.data.LoadBalancerArns, in.LoadBalancerArn)
		}), nil
	case len(in.Names) > 0:
		all = slices.DeleteFunc(all, func(g *group) bool { return !slices.Contains(in.Names, g.data.TargetGroupName) })
		if len(all) < len(in.Names) {
			return nil, groupNotFound()
		}
	}
	return all, nil
}

func (o *operation) modifyTargetGroup(in *wire.HealthCheck) (any, error) {
	g := o.groups.get(in.TargetGroupArn)
	if g == nil {
		return nil, groupNotFound()
	}
	data := g.data
	data.HealthCheckPath = orDefault(in.HealthCheckPath, data.HealthCheckPath)
	data.HealthCheckPort = orDefault(in.HealthCheckPort, data.HealthCheckPort)
	data.HealthCheckProtocol = orDefault(in.HealthCheckProtocol, data.HealthCheckProtocol)
	data.HealthCheckIntervalSeconds = orGiven(in.HealthCheckIntervalSeconds, *data.HealthCheckIntervalSeconds)
	data.HealthCheckTimeoutSeconds = orGiven(in.HealthCheckTimeoutSeconds, *data.HealthCheckTimeoutSeconds)
	data.HealthyThresholdCount = orGiven(in.HealthyThresholdCount, *data.HealthyThresholdCount)
	data.UnhealthyThresholdCount = orGiven(in.UnhealthyThresholdCount, *data.UnhealthyThresholdCount)
	if in.HealthCheckEnabled != nil {
		data.HealthCheckEnabled = in.HealthCheckEnabled
	}
	if in.Matcher != nil {
		data.Matcher = in.Matcher
	}
	if err := checkHealthCheck(data); err != nil {
		return nil, err
	}
	g.data = data
	return wire.TargetGroupsOutput{TargetGroups: []wire.TargetGroup{data}}, nil
}

// deleteTargetGroup refuses while a listener or a rule names the group; an unknown ARN is no error.
func (o *operation) deleteTargetGroup(in *wire.TargetGroupArn) (any, error) {
	g := o.groups.get(in.TargetGroupArn)
	if g == nil {
		return nil, nil //nolint:nilnil // an empty result
	}
	if len(g.data.LoadBalancerArns) > 0 {
		return nil, apiErrorf("ResourceInUse", "Target group '%s' is currently in use by a listener or a rule", in.TargetGroupArn)
	}
	o.groups.remove(in.TargetGroupArn)
	delete(o.tags, in.TargetGroupArn)
	return nil, nil //nolint:nilnil // an empty result
}

func (o *operation) describeGroupAttributes(in *wire.GroupAttributesInput) (any, error) {
	g := o.groups.get(in.TargetGroupArn)
	if g == nil {
		return nil, groupNotFound()
	}
	out := wire.AttributesOutput{Attributes: []wire.Attribute{}}
	for _, key := range slices.Sorted(maps.Keys(g.attributes)) {
		out.Attributes = append(out.Attributes, wire.Attribute{Key: key, Value: g.attributes[key]})
	}
	return out, nil
}

func (o *operation) modifyGroupAttributes(in *wire.GroupAttributesInput) (any, error) {
	g := o.groups.get(in.TargetGroupArn)
	if g == nil {
		return nil, groupNotFound()
	}
	for _, a := range in.Attributes {
		g.attributes[a.Key] = a.Value
	}
	return o.describeGroupAttributes(in)
}
