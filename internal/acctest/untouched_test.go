package acctest

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const clientSecret = "the secret that the API never shows"

// TestOnlyOursChanges has a listener with an OIDC action, a third target group
// and a fixed rule: all is byte for byte the same afterwards but for our two
// weights.
func TestOnlyOursChanges(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := open(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{}, nil)
		listener := sh.secureListener(t)
		sh.rewrite(t, func(c *config) {
			c.lb = listeners(listener)
			*c = c.with(`steps = [{ weight = 10 }, { weight = 50 }]`)
		})
		sh.apply(t)
		was := sh.everything(t, listener)
		sh.apply(t, to(traffic.Green)...)
		if w := weightsOf(sh.s, listener); w != traffic.All(traffic.Green) {
			t.Errorf("traffic is %s", w)
		}
		if is := sh.everything(t, listener); is != was {
			t.Errorf("it was\n%s\nand is\n%s", was, is)
		}
		if secrets := sh.s.Lab.ClientSecrets(listener); !slices.Equal(secrets, []string{clientSecret}) {
			t.Errorf("the client secrets are %q", secrets)
		}
	})
}

// secureListener makes a listener that authenticates first, then forwards to
// blue, green and a third group with stickiness, and has a rule with a fixed
// response.
func (sh *shop) secureListener(t *testing.T) string {
	t.Helper()
	forwarding := forward(tuple(sh.s.Blue.GroupARN, 100), tuple(sh.addGroup(t, "third"), 100), tuple(sh.s.Green.GroupARN, 0))
	forwarding.Order = aws.Int32(20)
	forwarding.ForwardConfig.TargetGroupStickinessConfig = &types.TargetGroupStickinessConfig{
		Enabled: aws.Bool(true), DurationSeconds: aws.Int32(1),
	}
	made, err := sh.s.Client.CreateListener(t.Context(), &elbv2.CreateListenerInput{
		LoadBalancerArn: &sh.s.LoadBalancerARN, Port: aws.Int32(443), Protocol: types.ProtocolEnumHttps,
		Certificates:   []types.Certificate{{CertificateArn: aws.String("arn:aws:acm:eu-west-1:123456789012:certificate/shop")}},
		DefaultActions: []types.Action{oidc(), forwarding},
	})
	if err != nil {
		t.Fatal(err)
	}
	listener := *made.Listeners[0].ListenerArn
	_, err = sh.s.Client.CreateRule(t.Context(), &elbv2.CreateRuleInput{
		ListenerArn: &listener, Priority: aws.Int32(5),
		Conditions: []types.RuleCondition{{
			Field: aws.String("path-pattern"), PathPatternConfig: &types.PathPatternConditionConfig{Values: []string{"/down"}},
		}},
		Actions: []types.Action{{Type: types.ActionTypeEnumFixedResponse, FixedResponseConfig: &types.FixedResponseActionConfig{
			StatusCode: aws.String("503"), ContentType: aws.String("text/plain"), MessageBody: aws.String("back soon"),
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func oidc() types.Action {
	return types.Action{
		Type: types.ActionTypeEnumAuthenticateOidc, Order: aws.Int32(10),
		AuthenticateOidcConfig: &types.AuthenticateOidcActionConfig{
			Issuer: aws.String("https://id.example.com"), ClientId: aws.String("shop"), ClientSecret: aws.String(clientSecret),
			AuthorizationEndpoint: aws.String("https://id.example.com/authorize"), TokenEndpoint: aws.String("https://id.example.com/token"),
			UserInfoEndpoint: aws.String("https://id.example.com/me"), Scope: aws.String("openid email"),
			SessionTimeout: aws.Int64(3600), OnUnauthenticatedRequest: types.AuthenticateOidcActionConditionalBehaviorEnumDeny,
			AuthenticationRequestExtraParams: map[string]string{"prompt": "login"},
		},
	}
}

// everything is the listener with its rules as the API shows them, without the
// weights of blue and green.
func (sh *shop) everything(t *testing.T, arn string) string {
	t.Helper()
	found, err := sh.s.Client.DescribeListeners(t.Context(), &elbv2.DescribeListenersInput{ListenerArns: []string{arn}})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := sh.s.Client.DescribeRules(t.Context(), &elbv2.DescribeRulesInput{ListenerArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	lists := [][]types.Action{found.Listeners[0].DefaultActions}
	for _, r := range rules.Rules {
		lists = append(lists, r.Actions)
	}
	for _, actions := range lists {
		sh.blank(actions)
	}
	text, err := json.MarshalIndent([]any{found.Listeners[0], rules.Rules}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blank takes the weights of blue and green out of actions.
func (sh *shop) blank(actions []types.Action) {
	for _, a := range actions {
		if a.ForwardConfig == nil {
			continue
		}
		for i, g := range a.ForwardConfig.TargetGroups {
			if *g.TargetGroupArn == sh.s.Blue.GroupARN || *g.TargetGroupArn == sh.s.Green.GroupARN {
				a.ForwardConfig.TargetGroups[i].Weight = nil
			}
		}
	}
}
