package aws

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// balancers are aws_lb. What the API calls attributes of a load balancer stays
// in state: the lab has no calls for them.
type balancers struct{ *account }

var balancerType = plugin.Type{
	Replace:   []string{"name", "name_prefix", "internal", "load_balancer_type", "customer_owned_ipv4_pool", "region"},
	Conflicts: [][]string{{"name", "name_prefix"}, {"subnets", "subnet_mapping"}},
	Computed: []string{
		"enforce_security_group_inbound_rules_on_private_link_traffic", "internal", "ip_address_type", "security_groups", "subnets",
	},
	Defaults: map[string]any{
		"client_keep_alive": 3600, "desync_mitigation_mode": "defensive", "drop_invalid_header_fields": false,
		"enable_deletion_protection": false, "enable_http2": true, "enable_tls_version_and_cipher_suite_headers": false,
		"enable_waf_fail_open": false, "enable_xff_client_port": false, "enable_zonal_shift": false, "idle_timeout": 60,
		"load_balancer_type": "application", "preserve_host_header": false, "xff_header_processing_mode": "append",
	},
}

// Create implements plugin.Remote.
func (b balancers) Create(ctx context.Context, o plugin.Object) (plugin.Object, error) {
	client, err := b.client(o)
	if err != nil {
		return nil, err
	}
	in := &elbv2.CreateLoadBalancerInput{
		Name: aws.String(b.expand("aws_lb", "${name}", o)), Type: types.LoadBalancerTypeEnum(o.Text("load_balancer_type")),
		Subnets: o.Texts("subnets"), SecurityGroups: o.Texts("security_groups"), Tags: tagsOf(o),
		IpAddressType: types.IpAddressType(o.Text("ip_address_type")),
	}
	for _, mapping := range o.Blocks("subnet_mapping") {
		in.SubnetMappings = append(in.SubnetMappings, types.SubnetMapping{SubnetId: aws.String(mapping.Text("subnet_id"))})
	}
	if o.Bool("internal") {
		in.Scheme = types.LoadBalancerSchemeEnumInternal
	}
	made, err := client.CreateLoadBalancer(ctx, in)
	if err != nil {
		return nil, err
	}
	return balancerObject(made.LoadBalancers[0]), nil
}

// Read implements plugin.Remote.
func (b balancers) Read(ctx context.Context, state plugin.Object) (plugin.Object, error) {
	return b.read(ctx, state, func(client *elbv2.Client) (plugin.Object, error) {
		return findBalancer(ctx, client, &elbv2.DescribeLoadBalancersInput{LoadBalancerArns: []string{state.Text("id")}})
	})
}

func findBalancer(ctx context.Context, client *elbv2.Client, in *elbv2.DescribeLoadBalancersInput) (plugin.Object, error) {
	found, err := client.DescribeLoadBalancers(ctx, in)
	if err != nil {
		return nil, err
	}
	if len(found.LoadBalancers) != 1 {
		return nil, errors.New("aws: no such load balancer, or several: name one by arn or name")
	}
	return balancerObject(found.LoadBalancers[0]), nil
}

func balancerObject(lb types.LoadBalancer) plugin.Object {
	subnets := []string{}
	for _, zone := range lb.AvailabilityZones {
		subnets = append(subnets, aws.ToString(zone.SubnetId))
	}
	return plugin.Object{
		"id": *lb.LoadBalancerArn, "arn": *lb.LoadBalancerArn, "arn_suffix": suffix(*lb.LoadBalancerArn), "name": *lb.LoadBalancerName,
		"dns_name": *lb.DNSName, "zone_id": aws.ToString(lb.CanonicalHostedZoneId), "vpc_id": aws.ToString(lb.VpcId),
		"internal": lb.Scheme == types.LoadBalancerSchemeEnumInternal, "load_balancer_type": string(lb.Type),
		"ip_address_type": string(lb.IpAddressType), "subnets": subnets, "security_groups": lb.SecurityGroups,
	}
}

// Update implements plugin.Remote.
func (b balancers) Update(ctx context.Context, prior, planned plugin.Object) (plugin.Object, error) {
	client, err := b.client(planned)
	if err != nil {
		return nil, err
	}
	if _, err := client.SetSubnets(ctx, &elbv2.SetSubnetsInput{
		LoadBalancerArn: text(planned, "id"), Subnets: planned.Texts("subnets"),
	}); err != nil {
		return nil, err
	}
	if _, err := client.SetSecurityGroups(ctx, &elbv2.SetSecurityGroupsInput{
		LoadBalancerArn: text(planned, "id"), SecurityGroups: planned.Texts("security_groups"),
	}); err != nil {
		return nil, err
	}
	return nil, b.retag(ctx, prior, planned)
}

// Delete implements plugin.Remote.
func (b balancers) Delete(ctx context.Context, state plugin.Object) error {
	if state.Bool("enable_deletion_protection") {
		return errors.New("aws: OperationNotPermitted: the load balancer cannot be deleted because deletion protection is enabled")
	}
	client, err := b.client(state)
	if err != nil {
		return err
	}
	_, err = client.DeleteLoadBalancer(ctx, &elbv2.DeleteLoadBalancerInput{LoadBalancerArn: aws.String(state.Text("id"))})
	return err
}
