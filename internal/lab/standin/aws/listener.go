package aws

import (
	"context"
	"errors"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// listeners are aws_lb_listener.
type listeners struct{ *account }

var listenerType = plugin.Type{
	Replace:  []string{"load_balancer_arn", "region"},
	Computed: []string{"protocol", "ssl_policy", "default_action.fixed_response.status_code"},
	Defaults: actionDefaults("default_action"),
	Ranges:   merge(actionRanges("default_action"), map[string][2]float64{"port": {1, 65535}}),
}

func merge[V any](a, b map[string]V) map[string]V {
	maps.Copy(a, b)
	return a
}

// Create implements plugin.Remote.
func (l listeners) Create(ctx context.Context, o plugin.Object) (plugin.Object, error) {
	client, err := l.client(o)
	if err != nil {
		return nil, err
	}
	in := &elbv2.CreateListenerInput{
		LoadBalancerArn: text(o, "load_balancer_arn"), Port: whole(o, "port"), Protocol: protocol(o), Tags: tagsOf(o),
		SslPolicy: text(o, "ssl_policy"), Certificates: certificates(o), DefaultActions: actionsOf(o.Blocks("default_action")),
	}
	if alpn := o.Text("alpn_policy"); alpn != "" {
		in.AlpnPolicy = []string{alpn}
	}
	made, err := client.CreateListener(ctx, in)
	if err != nil {
		return nil, err
	}
	return listenerObject(made.Listeners[0], o), nil
}

// protocol is HTTP where an Application Load Balancer's listener says nothing.
func protocol(o plugin.Object) types.ProtocolEnum {
	if given := o.Text("protocol"); given != "" || !strings.Contains(o.Text("load_balancer_arn"), "loadbalancer/app/") {
		return types.ProtocolEnum(given)
	}
	return types.ProtocolEnumHttp
}

func certificates(o plugin.Object) []types.Certificate {
	if arn := text(o, "certificate_arn"); arn != nil {
		return []types.Certificate{{CertificateArn: arn}}
	}
	return nil
}

// Read implements plugin.Remote.
func (l listeners) Read(ctx context.Context, state plugin.Object) (plugin.Object, error) {
	return l.read(ctx, state, func(client *elbv2.Client) (plugin.Object, error) {
		found, err := client.DescribeListeners(ctx, &elbv2.DescribeListenersInput{ListenerArns: []string{state.Text("id")}})
		if err != nil {
			return nil, err
		}
		return listenerObject(found.Listeners[0], state), nil
	})
}

func listenerObject(listener types.Listener, state plugin.Object) plugin.Object {
	o := plugin.Object{
		"id": *listener.ListenerArn, "arn": *listener.ListenerArn, "load_balancer_arn": *listener.LoadBalancerArn,
		"protocol": string(listener.Protocol), "ssl_policy": aws.ToString(listener.SslPolicy),
		"default_action": actionObjects(listener.DefaultActions, state.Blocks("default_action")),
	}
	put(o, "port", listener.Port)
	if len(listener.Certificates) > 0 {
		put(o, "certificate_arn", listener.Certificates[0].CertificateArn)
	}
	if len(listener.AlpnPolicy) > 0 {
		o["alpn_policy"] = listener.AlpnPolicy[0]
	}
	return o
}

// Update implements plugin.Remote.
func (l listeners) Update(ctx context.Context, prior, planned plugin.Object) (plugin.Object, error) {
	client, err := l.client(planned)
	if err != nil {
		return nil, err
	}
	in := &elbv2.ModifyListenerInput{
		ListenerArn: text(planned, "id"), Port: whole(planned, "port"), Protocol: protocol(planned), SslPolicy: text(planned, "ssl_policy"),
		Certificates: certificates(planned), DefaultActions: actionsOf(planned.Blocks("default_action")),
	}
	if alpn := planned.Text("alpn_policy"); alpn != "" {
		in.AlpnPolicy = []string{alpn}
	}
	made, err := client.ModifyListener(ctx, in)
	if err != nil {
		return nil, err
	}
	return listenerObject(made.Listeners[0], planned), l.retag(ctx, prior, planned)
}

// Delete implements plugin.Remote.
func (l listeners) Delete(ctx context.Context, state plugin.Object) error {
	client, err := l.client(state)
	if err != nil {
		return err
	}
	_, err = client.DeleteListener(ctx, &elbv2.DeleteListenerInput{ListenerArn: text(state, "id")})
	var missing *types.ListenerNotFoundException
	if errors.As(err, &missing) { // it went with its load balancer
		return nil
	}
	return err
}
