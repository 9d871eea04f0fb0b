package aws

import (
	"context"
	"errors"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
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
	return findBalancer(ctx, client, in)
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
	return found, err
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
			return shownListener(listener), nil
		}
	}
	return nil, errors.New("aws: no such listener: name one by arn, or by load_balancer_arn and port")
}

// shownListener is a listener without its actions, which the data source's
// schema here has not.
func shownListener(listener types.Listener) plugin.Object {
	o := listenerObject(listener, nil)
	delete(o, "default_action")
	return o
}
