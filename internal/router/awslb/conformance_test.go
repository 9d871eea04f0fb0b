package awslb_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

func TestConformance(t *testing.T) {
	for name, place := range map[string]func(t *testing.T) (*world, ask){
		"ALB listener":                                 onListener(awselb.ScenarioOptions{}),
		"ALB listener, sticky, both attached":          onListener(awselb.ScenarioOptions{Stickiness: 60, Attach: true}),
		"NLB listener":                                 onListener(awselb.ScenarioOptions{Network: true}),
		"ALB rule":                                     onRule,
		"ALB listener in the old form":                 onOldForm,
		"ALB listener with OIDC and a third group":     onOIDC(50),
		"ALB listener with OIDC and an idle third one": onOIDC(0),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			traffictest.Conformance(t, func(t *testing.T) traffictest.Fixture {
				t.Helper()
				w, a := place(t)
				return w.fixture(t, a)
			})
		})
	}
}

func (w *world) fixture(t *testing.T, a ask) traffictest.Fixture {
	t.Helper()
	arn := append(a.listeners, a.rules...)[0]
	return traffictest.Fixture{
		Router:     w.one(t, a).Router,
		Live:       func() traffic.Weights { return w.live(t, arn) },
		Interfere:  func(to traffic.Weights) { w.interfere(t, arn, to) },
		Rest:       func() string { return w.rest(t) },
		Remove:     func() { w.remove(t, a) },
		SetHealthy: func(c traffic.Color, healthy bool) { w.setHealthy(t, c, healthy) },
		Uneven:     func() { w.setRaw(t, arn, 999, 1) },
		Raw: func() string {
			weights := w.Lab.Weights(arn)
			return fmt.Sprint(weights[w.Blue.GroupARN], weights[w.Green.GroupARN])
		},
		Silence: func() { w.setRaw(t, arn, 0, 0) },
	}
}

func (w *world) remove(t *testing.T, a ask) {
	t.Helper()
	var err error
	if len(a.rules) > 0 {
		_, err = w.Client.DeleteRule(t.Context(), &elbv2.DeleteRuleInput{RuleArn: &a.rules[0]})
	} else {
		_, err = w.Client.DeleteListener(t.Context(), &elbv2.DeleteListenerInput{ListenerArn: &a.listeners[0]})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func onListener(opts awselb.ScenarioOptions) func(t *testing.T) (*world, ask) {
	return onListenerOf(awselb.Options{}, opts)
}

func onListenerOf(lab awselb.Options, opts awselb.ScenarioOptions) func(t *testing.T) (*world, ask) {
	return func(t *testing.T) (*world, ask) {
		t.Helper()
		w := newWorld(t, lab, opts)
		return w, w.asked()
	}
}

func onRule(t *testing.T) (*world, ask) {
	t.Helper()
	return onRuleOf(awselb.Options{})(t)
}

func onRuleOf(lab awselb.Options) func(t *testing.T) (*world, ask) {
	return func(t *testing.T) (*world, ask) {
		t.Helper()
		w := newWorld(t, lab, awselb.ScenarioOptions{})
		arn, err := w.AddRule(t.Context(), 10, "/api/*", w.Blue, w.Green)
		if err != nil {
			t.Fatal(err)
		}
		a := w.asked()
		a.listeners, a.rules = nil, []string{arn}
		return w, a
	}
}

// onOldForm is a listener from before there were weights: one group, and no
// forward configuration.
func onOldForm(t *testing.T) (*world, ask) {
	t.Helper()
	w := newWorld(t, awselb.Options{}, awselb.ScenarioOptions{})
	w.modify(t, types.Action{Type: types.ActionTypeEnumForward, TargetGroupArn: &w.Blue.GroupARN})
	return w, w.asked()
}

// onOIDC is a listener that authenticates and has a third target group.
func onOIDC(third int32) func(t *testing.T) (*world, ask) {
	return func(t *testing.T) (*world, ask) {
		t.Helper()
		w := newWorld(t, awselb.Options{}, awselb.ScenarioOptions{Stickiness: 300})
		canary, err := w.AddGroup(t.Context(), "shop-canary")
		if err != nil {
			t.Fatal(err)
		}
		forward := w.ForwardAction(w.Blue, w.Green)
		forward.Order = aws.Int32(20)
		forward.ForwardConfig.TargetGroups = append([]types.TargetGroupTuple{
			{TargetGroupArn: &canary, Weight: &third},
		}, forward.ForwardConfig.TargetGroups...)
		made, err := w.Client.CreateListener(t.Context(), &elbv2.CreateListenerInput{
			LoadBalancerArn: &w.LoadBalancerARN, Port: aws.Int32(443), Protocol: types.ProtocolEnumHttps,
			Certificates:   []types.Certificate{{CertificateArn: aws.String("arn:aws:acm:eu-west-1:123456789012:certificate/1")}},
			DefaultActions: []types.Action{oidcAction(), forward},
		})
		if err != nil {
			t.Fatal(err)
		}
		a := w.asked()
		a.listeners = []string{aws.ToString(made.Listeners[0].ListenerArn)}
		return w, a
	}
}

func oidcAction() types.Action {
	return types.Action{
		Type: types.ActionTypeEnumAuthenticateOidc, Order: aws.Int32(10),
		AuthenticateOidcConfig: &types.AuthenticateOidcActionConfig{
			AuthorizationEndpoint: aws.String("https://id.example.com/authorize"),
			ClientId:              aws.String("shop"), ClientSecret: aws.String("client-secret"),
			Issuer: aws.String("https://id.example.com"), TokenEndpoint: aws.String("https://id.example.com/token"),
			UserInfoEndpoint: aws.String("https://id.example.com/userinfo"), Scope: aws.String("openid email"),
			SessionTimeout:                   aws.Int64(3600),
			AuthenticationRequestExtraParams: map[string]string{"prompt": "login"},
			OnUnauthenticatedRequest:         types.AuthenticateOidcActionConditionalBehaviorEnumAuthenticate,
		},
	}
}

// modify replaces the actions of the scenario's listener.
func (w *world) modify(t *testing.T, actions ...types.Action) {
	t.Helper()
	_, err := w.Client.ModifyListener(t.Context(), &elbv2.ModifyListenerInput{
		ListenerArn: &w.ListenerARN, DefaultActions: actions,
	})
	if err != nil {
		t.Fatal(err)
	}
}
