package aws

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// groups are aws_lb_target_group. Of the attributes of a target group the
// delay of deregistration and stickiness are the lab's; the others stay in
// state.
type groups struct{ *account }

var groupType = plugin.Type{
	Replace: []string{
		"name", "name_prefix", "port", "protocol", "protocol_version", "target_type", "vpc_id", "ip_address_type", "target_control_port",
		"region",
	},
	Conflicts: [][]string{{"name", "name_prefix"}},
	Computed: []string{
		"ip_address_type", "load_balancing_algorithm_type", "load_balancing_anomaly_mitigation",
		"load_balancing_cross_zone_enabled", "protocol_version",
		"health_check.matcher", "health_check.path", "health_check.timeout",
	},
	Defaults: map[string]any{
		"deregistration_delay": "300", "lambda_multi_value_headers_enabled": false, "proxy_protocol_v2": false, "slow_start": 0,
		"target_type": "instance", "health_check.enabled": true, "health_check.healthy_threshold": 3, "health_check.interval": 30,
		"health_check.port": "traffic-port", "health_check.protocol": "HTTP", "health_check.unhealthy_threshold": 3,
		"stickiness.cookie_duration": 86400, "stickiness.enabled": true,
	},
	Ranges: map[string][2]float64{
		"port": {1, 65535}, "health_check.healthy_threshold": {2, 10}, "health_check.unhealthy_threshold": {2, 10},
		"health_check.interval": {5, 300}, "health_check.timeout": {2, 120}, "stickiness.cookie_duration": {0, 604800},
	},
}

// Create implements plugin.Remote.
func (g groups) Create(ctx context.Context, o plugin.Object) (plugin.Object, error) {
	client, err := g.client(o)
	if err != nil {
		return nil, err
	}
	check := o.Block("health_check")
	made, err := client.CreateTargetGroup(ctx, &elbv2.CreateTargetGroupInput{
		Name: aws.String(g.expand("aws_lb_target_group", "${name}", o)), Port: whole(o, "port"), VpcId: text(o, "vpc_id"),
		Protocol: types.ProtocolEnum(o.Text("protocol")), ProtocolVersion: text(o, "protocol_version"),
		TargetType: types.TargetTypeEnum(o.Text("target_type")), Tags: tagsOf(o),
		HealthCheckEnabled: truth(check, "enabled"), HealthCheckPath: text(check, "path"), HealthCheckPort: text(check, "port"),
		HealthCheckProtocol:        types.ProtocolEnum(check.Text("protocol")),
		HealthCheckIntervalSeconds: whole(check, "interval"), HealthCheckTimeoutSeconds: whole(check, "timeout"),
		HealthyThresholdCount: whole(check, "healthy_threshold"), UnhealthyThresholdCount: whole(check, "unhealthy_threshold"),
		Matcher: matcher(o),
	})
	if err != nil {
		return nil, err
	}
	group := groupObject(made.TargetGroups[0])
	return group, g.setAttributes(ctx, client, group.Text("arn"), o)
}

func matcher(o plugin.Object) *types.Matcher {
	codes := text(o.Block("health_check"), "matcher")
	switch {
	case codes == nil:
		return nil
	case o.Text("protocol_version") == "GRPC":
		return &types.Matcher{GrpcCode: codes}
	default:
		return &types.Matcher{HttpCode: codes}
	}
}

// The attributes of a target group that the lab obeys.
const (
	delayKey      = "deregistration_delay.timeout_seconds"
	stickinessKey = "stickiness.enabled"
)

func (g groups) setAttributes(ctx context.Context, client *elbv2.Client, arn string, o plugin.Object) error {
	values := map[string]string{stickinessKey: "false"}
	if o.Text("target_type") != string(types.TargetTypeEnumLambda) {
		values[delayKey] = o.Text("deregistration_delay")
	}
	if sticky := o.Block("stickiness"); sticky != nil {
		values[stickinessKey], values["stickiness.type"] = strconv.FormatBool(sticky.Bool("enabled")), sticky.Text("type")
	}
	in := &elbv2.ModifyTargetGroupAttributesInput{TargetGroupArn: &arn}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		in.Attributes = append(in.Attributes, types.TargetGroupAttribute{Key: aws.String(key), Value: aws.String(values[key])})
	}
	_, err := client.ModifyTargetGroupAttributes(ctx, in)
	return err
}

// Read implements plugin.Remote.
func (g groups) Read(ctx context.Context, state plugin.Object) (plugin.Object, error) {
	return g.read(ctx, state, func(client *elbv2.Client) (plugin.Object, error) {
		found, err := findGroup(ctx, client, &elbv2.DescribeTargetGroupsInput{TargetGroupArns: []string{state.Text("id")}})
		// A check that nobody configured stays out of state; an import takes it in.
		if err == nil && state.Block("health_check") == nil && state.Has("arn") {
			delete(found, "health_check")
		}
		return found, err
	})
}

func findGroup(ctx context.Context, client *elbv2.Client, in *elbv2.DescribeTargetGroupsInput) (plugin.Object, error) {
	found, err := client.DescribeTargetGroups(ctx, in)
	if err != nil {
		return nil, err
	}
	if len(found.TargetGroups) != 1 {
		return nil, errors.New("aws: no such target group, or several: name one by arn or name")
	}
	group := groupObject(found.TargetGroups[0])
	attributes, err := client.DescribeTargetGroupAttributes(ctx, &elbv2.DescribeTargetGroupAttributesInput{
		TargetGroupArn: found.TargetGroups[0].TargetGroupArn,
	})
	if err != nil {
		return nil, err
	}
	for _, attribute := range attributes.Attributes {
		if *attribute.Key == delayKey {
			group["deregistration_delay"] = *attribute.Value
		}
	}
	return group, nil
}

func groupObject(tg types.TargetGroup) plugin.Object {
	check := plugin.Object{
		"enabled": *tg.HealthCheckEnabled, "healthy_threshold": *tg.HealthyThresholdCount, "interval": *tg.HealthCheckIntervalSeconds,
		"port": *tg.HealthCheckPort, "protocol": string(tg.HealthCheckProtocol), "timeout": *tg.HealthCheckTimeoutSeconds,
		"unhealthy_threshold": *tg.UnhealthyThresholdCount, "path": aws.ToString(tg.HealthCheckPath), "matcher": "",
	}
	if tg.Matcher != nil {
		check["matcher"] = aws.ToString(tg.Matcher.HttpCode) + aws.ToString(tg.Matcher.GrpcCode)
	}
	o := plugin.Object{
		"id": *tg.TargetGroupArn, "arn": *tg.TargetGroupArn, "arn_suffix": suffix(*tg.TargetGroupArn), "name": *tg.TargetGroupName,
		"target_type": string(tg.TargetType), "ip_address_type": string(tg.IpAddressType), "load_balancer_arns": tg.LoadBalancerArns,
		"protocol_version": aws.ToString(tg.ProtocolVersion), "health_check": []plugin.Object{check},
		"load_balancing_algorithm_type": "round_robin", "load_balancing_cross_zone_enabled": "use_load_balancer_configuration",
		"load_balancing_anomaly_mitigation": "off",
	}
	put(o, "port", tg.Port)
	put(o, "vpc_id", tg.VpcId)
	if tg.Protocol != "" {
		o["protocol"] = string(tg.Protocol)
	}
	return o
}

// Update implements plugin.Remote.
func (g groups) Update(ctx context.Context, prior, planned plugin.Object) (plugin.Object, error) {
	client, err := g.client(planned)
	if err != nil {
		return nil, err
	}
	arn := planned.Text("id")
	if check := planned.Block("health_check"); check != nil {
		if _, err := client.ModifyTargetGroup(ctx, &elbv2.ModifyTargetGroupInput{
			TargetGroupArn: &arn, HealthCheckEnabled: truth(check, "enabled"), HealthCheckPath: text(check, "path"),
			HealthCheckPort: text(check, "port"), HealthCheckProtocol: types.ProtocolEnum(check.Text("protocol")),
			HealthCheckIntervalSeconds: whole(check, "interval"), HealthCheckTimeoutSeconds: whole(check, "timeout"),
			HealthyThresholdCount: whole(check, "healthy_threshold"), UnhealthyThresholdCount: whole(check, "unhealthy_threshold"),
			Matcher: matcher(planned),
		}); err != nil {
			return nil, err
		}
	}
	if err := g.setAttributes(ctx, client, arn, planned); err != nil {
		return nil, err
	}
	return nil, g.retag(ctx, prior, planned)
}

// Delete implements plugin.Remote. A group that a listener or a rule names is
// refused at once; the provider tries again for two minutes first.
func (g groups) Delete(ctx context.Context, state plugin.Object) error {
	client, err := g.client(state)
	if err != nil {
		return err
	}
	_, err = client.DeleteTargetGroup(ctx, &elbv2.DeleteTargetGroupInput{TargetGroupArn: aws.String(state.Text("id"))})
	return err
}
