package aws

import (
	"context"
	"errors"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// What the three sources fill in besides.
var (
	sourceType         = plugin.Type{Computed: []string{"tags"}}
	listenerSourceType = plugin.Type{Computed: []string{"load_balancer_arn", "port", "tags"}}
)

func (a *account) sources() map[string]plugin.Source {
	return map[string]plugin.Source{
		"aws_lb": a.balancerSource, "aws_lb_listener": a.listenerSource, "aws_lb_target_group": a.groupSource,
	}
}

// balancerSource reads aws_lb by its ARN or name.
func (a *account) balancerSource(ctx context.Context, config plugin.Object) (plugin.Object, error) {
	client, err := a.client(config)
	if err != nil {
		return nil, err
	}
	in := &elbv2.DescribeLoadBalancersInput{}
	if arn := config.Text("arn"); arn != "" {
		in.LoadBalancerArns = []string{arn}
	} else if name := config.Text("name"); name != "" {
		in.Names = []string{name}
	}
	found, err := findBalancer(ctx, client, in)
	return tagged(ctx, client, found, err)
}

// groupSource reads aws_lb_target_group by its ARN or name.
func (a *account) groupSource(ctx context.Context, config plugin.Object) (plugin.Object, error) {
	client, err := a.client(config)
	if err != nil {
		return nil, err
	}
	in := &elbv2.DescribeTargetGroupsInput{}
	if arn := config.Text("arn"); arn != "" {
		in.TargetGroupArns = []string{arn}
	} else if name := config.Text("name"); name != "" {
		in.Names = []string{name}
	}
	found, err := findGroup(ctx, client, in)
	for _, name := range []string{"health_check", "ip_address_type"} { // the data source's schema here has neither
		delete(found, name)
	}
	return tagged(ctx, client, found, err)
}

// listenerSource reads aws_lb_listener by its ARN, or by its load balancer and
// port.
func (a *account) listenerSource(ctx context.Context, config plugin.Object) (plugin.Object, error) {
	client, err := a.client(config)
	if err != nil {
		return nil, err
	}
	in := &elbv2.DescribeListenersInput{LoadBalancerArn: text(config, "load_balancer_arn")}
	if arn := config.Text("arn"); arn != "" {
		in = &elbv2.DescribeListenersInput{ListenerArns: []string{arn}}
	}
	found, err := client.DescribeListeners(ctx, in)
	if err != nil {
		return nil, err
	}
	for _, listener := range found.Listeners {
		if port := whole(config, "port"); port == nil || *port == *listener.Port {
			o := listenerObject(listener, nil)
			delete(o, "default_action") // which the data source's schema here has not
			return tagged(ctx, client, o, nil)
		}
	}
	return nil, errors.New("aws: no such listener: name one by arn, or by load_balancer_arn and port")
}

// tagged adds the tags of what was found.
func tagged(ctx context.Context, client *elbv2.Client, found plugin.Object, err error) (plugin.Object, error) {
	if err != nil {
		return nil, err
	}
	found["tags"], err = describeTags(ctx, client, found.Text("arn"))
	return found, err
}
