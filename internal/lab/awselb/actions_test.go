package awselb_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

func listenerOf(t *testing.T, s *awselb.Scenario, arn string) types.Listener {
	t.Helper()
	out, err := s.Client.DescribeListeners(deadline(t), &elbv2.DescribeListenersInput{ListenerArns: []string{arn}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Listeners[0]
}

func TestSingleGroupIsShownInBothForms(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	modify(t, s, []types.Action{{Type: types.ActionTypeEnumForward, TargetGroupArn: &s.Blue.GroupARN}})
	action := listenerOf(t, s, s.ListenerARN).DefaultActions[0]
	if aws.ToString(action.TargetGroupArn) != s.Blue.GroupARN || len(action.ForwardConfig.TargetGroups) != 1 {
		t.Fatalf("%+v", action)
	}
	if g := action.ForwardConfig.TargetGroups[0]; aws.ToInt32(g.Weight) != 1 || aws.ToString(g.TargetGroupArn) != s.Blue.GroupARN {
		t.Errorf("%+v", g)
	}
	if s := action.ForwardConfig.TargetGroupStickinessConfig; s == nil || aws.ToBool(s.Enabled) {
		t.Errorf("%+v", s)
	}
	modify(t, s, []types.Action{action}) // what was shown can be sent back
	modify(t, s, forward(s, 50, 50))
	if action := listenerOf(t, s, s.ListenerARN).DefaultActions[0]; action.TargetGroupArn != nil {
		t.Errorf("several groups, and yet TargetGroupArn %s", *action.TargetGroupArn)
	}
}

func oidc(secret string, keep bool) types.Action {
	config := &types.AuthenticateOidcActionConfig{
		AuthorizationEndpoint: aws.String("https://id.example/auth"), ClientId: aws.String("shop"),
		Issuer: aws.String("https://id.example"), TokenEndpoint: aws.String("https://id.example/token"),
		UserInfoEndpoint:                 aws.String("https://id.example/me"),
		AuthenticationRequestExtraParams: map[string]string{"prompt": "login", "hint": "a&b"},
		SessionTimeout:                   aws.Int64(3600),
	}
	if secret != "" {
		config.ClientSecret = &secret
	}
	if keep {
		config.UseExistingClientSecret = aws.Bool(true)
	}
	return types.Action{Type: types.ActionTypeEnumAuthenticateOidc, Order: aws.Int32(1), AuthenticateOidcConfig: config}
}

func secure(t *testing.T, s *awselb.Scenario, actions ...types.Action) (string, error) {
	t.Helper()
	out, err := s.Client.CreateListener(deadline(t), &elbv2.CreateListenerInput{
		LoadBalancerArn: &s.LoadBalancerARN, Port: aws.Int32(443), Protocol: types.ProtocolEnumHttps,
		Certificates:   []types.Certificate{{CertificateArn: aws.String("arn:aws:acm:eu-west-1:123456789012:certificate/1")}},
		DefaultActions: actions,
	})
	if err != nil {
		return "", err
	}
	return *out.Listeners[0].ListenerArn, nil
}

func TestOidcSecretIsKeptAndNeverShown(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true})
	last := forward(s, 100, 0)[0]
	last.Order = aws.Int32(2)
	_, err := secure(t, s, oidc("", false), last)
	wantCode(t, err, "ValidationError")
	arn, err := secure(t, s, last, oidc("hush", false))
	if err != nil {
		t.Fatal(err)
	}
	shown := listenerOf(t, s, arn).DefaultActions
	config := shown[0].AuthenticateOidcConfig
	if config == nil || config.ClientSecret != nil || config.AuthenticationRequestExtraParams["hint"] != "a&b" || *config.SessionTimeout != 3600 {
		t.Fatalf("%+v", config)
	}
	write := func(auth types.Action, green int32) error {
		last := forward(s, 100-green, green)[0]
		last.Order = aws.Int32(2)
		_, err := s.Client.ModifyListener(deadline(t), &elbv2.ModifyListenerInput{ListenerArn: &arn, DefaultActions: []types.Action{auth, last}})
		return err
	}
	wantCode(t, write(shown[0], 50), "ValidationError") // the secret is missing
	wantCode(t, write(oidc("new", true), 50), "ValidationError")
	if err := write(oidc("", true), 50); err != nil {
		t.Fatal(err)
	}
	if err := lab.SetWeights(arn, map[string]int{s.Green.GroupARN: 50}); err != nil {
		t.Error(err)
	}
	if got := lab.ClientSecrets(arn); !slices.Equal(got, []string{"hush"}) {
		t.Errorf("secrets %q", got)
	}
	if _, color, _ := get(t, browser(t), lab.Listener(arn).URL()); color == "" {
		t.Error("the data plane does not pass over authentication")
	}
}

func TestActionsThatAreRefused(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	ctx := deadline(t)
	elsewhere := lab.ScenarioT(t, awselb.ScenarioOptions{Region: "us-east-1"})
	network := lab.ScenarioT(t, awselb.ScenarioOptions{Name: "net", Network: true})
	other := lab.ScenarioT(t, awselb.ScenarioOptions{Name: "other"})
	sticky, err := s.AddGroup(ctx, "sticky")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Client.ModifyTargetGroupAttributes(ctx, &elbv2.ModifyTargetGroupAttributesInput{
		TargetGroupArn: &sticky, Attributes: []types.TargetGroupAttribute{{Key: aws.String("stickiness.enabled"), Value: aws.String("true")}},
	}); err != nil {
		t.Fatal(err)
	}
	groups := func(arns ...string) types.Action {
		config := &types.ForwardActionConfig{}
		for _, arn := range arns {
			config.TargetGroups = append(config.TargetGroups, types.TargetGroupTuple{TargetGroupArn: aws.String(arn), Weight: aws.Int32(1)})
		}
		return types.Action{Type: types.ActionTypeEnumForward, ForwardConfig: config}
	}
	both := groups(s.Blue.GroupARN, s.Green.GroupARN)
	both.TargetGroupArn = aws.String(s.Blue.GroupARN)
	ordered := func(a types.Action, order int32) types.Action { a.Order = &order; return a }
	forever := groups(s.Blue.GroupARN)
	forever.ForwardConfig.TargetGroupStickinessConfig = &types.TargetGroupStickinessConfig{Enabled: aws.Bool(true), DurationSeconds: aws.Int32(604801)}
	for name, tt := range map[string]struct {
		actions []types.Action
		code    string
	}{
		"group that does not exist":   {[]types.Action{groups(s.Blue.GroupARN + "0")}, "TargetGroupNotFound"},
		"group of another region":     {[]types.Action{groups(elsewhere.Blue.GroupARN)}, "TargetGroupNotFound"},
		"group of another balancer":   {[]types.Action{groups(other.Blue.GroupARN)}, "TargetGroupAssociationLimit"},
		"group for network balancers": {[]types.Action{groups(network.Green.GroupARN)}, "IncompatibleProtocols"},
		"sticky targets":              {[]types.Action{groups(s.Blue.GroupARN, sticky)}, "InvalidConfigurationRequest"},
		"two ways that differ":        {[]types.Action{both}, "ValidationError"},
		"one group twice":             {[]types.Action{groups(s.Blue.GroupARN, s.Blue.GroupARN)}, "ValidationError"},
		"weight above 999":            {forward(s, 1000, 0), "ValidationError"},
		"stickiness beyond a week":    {[]types.Action{forever}, "ValidationError"},
		"no order":                    {[]types.Action{groups(s.Blue.GroupARN), groups(s.Green.GroupARN)}, "ValidationError"},
		"two final actions":           {[]types.Action{ordered(groups(s.Blue.GroupARN), 1), ordered(groups(s.Green.GroupARN), 2)}, "InvalidLoadBalancerAction"},
		"authentication without TLS":  {[]types.Action{oidc("x", false), ordered(groups(s.Blue.GroupARN), 2)}, "InvalidLoadBalancerAction"},
		"more than five groups":       {[]types.Action{groups("1", "2", "3", "4", "5", "6")}, "TooManyUniqueTargetGroupsPerLoadBalancer"},
		"unknown type":                {[]types.Action{{Type: "dance"}}, "ValidationError"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := s.Client.ModifyListener(deadline(t), &elbv2.ModifyListenerInput{ListenerArn: &s.ListenerARN, DefaultActions: tt.actions})
			wantCode(t, err, tt.code)
			if got := lab.Weights(s.ListenerARN); len(got) != 1 {
				t.Errorf("a refused change took effect: %v", got)
			}
		})
	}
	t.Run("redirect on a network balancer", func(t *testing.T) {
		t.Parallel()
		_, err := network.Client.ModifyListener(deadline(t), &elbv2.ModifyListenerInput{
			ListenerArn: &network.ListenerARN, DefaultActions: []types.Action{{Type: types.ActionTypeEnumFixedResponse}},
		})
		wantCode(t, err, "InvalidLoadBalancerAction")
	})
}

func TestRulesThroughTheAPI(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	ctx := deadline(t)
	var arns []string
	for i := range int32(3) {
		arn, err := s.AddRule(ctx, 10*(i+1), fmt.Sprintf("/%d/*", i), s.Blue, s.Green)
		if err != nil {
			t.Fatal(err)
		}
		arns = append(arns, arn)
	}
	prefix := strings.Replace(s.ListenerARN, ":listener/", ":listener-rule/", 1) + "/"
	if !strings.HasPrefix(arns[0], prefix) {
		t.Errorf("rule ARN %s, listener ARN %s", arns[0], s.ListenerARN)
	}
	_, err := s.AddRule(ctx, 10, "/x", s.Blue, s.Green)
	var inUse *types.PriorityInUseException
	if !errors.As(err, &inUse) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Client.SetRulePriorities(ctx, &elbv2.SetRulePrioritiesInput{RulePriorities: []types.RulePriorityPair{
		{RuleArn: &arns[0], Priority: aws.Int32(20)}, {RuleArn: &arns[1], Priority: aws.Int32(10)},
	}}); err != nil {
		t.Fatal(err)
	}
	if got, want := describedRules(t, s), []string{"10 " + arns[1], "20 " + arns[0], "30 " + arns[2]}; !slices.Equal(got[:3], want) {
		t.Errorf("got %q, want %q", got, want)
	}
	modified, err := s.Client.ModifyRule(ctx, &elbv2.ModifyRuleInput{RuleArn: &arns[0], Actions: forward(s, 20, 80)})
	if err != nil {
		t.Fatal(err)
	}
	r := modified.Rules[0]
	if r.Conditions[0].Values[0] != "/0/*" || r.Conditions[0].PathPatternConfig.Values[0] != "/0/*" || *r.Priority != "20" {
		t.Errorf("conditions did not stay: %+v", r)
	}
	wantModifyRuleRefused(t, s)
}

// describedRules pages through the rules of the listener, two at a time.
func describedRules(t *testing.T, s *awselb.Scenario) []string {
	t.Helper()
	var found []string
	pages := elbv2.NewDescribeRulesPaginator(s.Client, &elbv2.DescribeRulesInput{ListenerArn: &s.ListenerARN, PageSize: aws.Int32(2)})
	for pages.HasMorePages() {
		out, err := pages.NextPage(deadline(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range out.Rules {
			found = append(found, *r.Priority+" "+*r.RuleArn)
		}
	}
	return found
}

func wantModifyRuleRefused(t *testing.T, s *awselb.Scenario) {
	t.Helper()
	all := describedRules(t, s)
	_, arn, _ := strings.Cut(all[len(all)-1], "default ")
	_, err := s.Client.ModifyRule(deadline(t), &elbv2.ModifyRuleInput{RuleArn: &arn, Actions: forward(s, 1, 1)})
	wantCode(t, err, "OperationNotPermitted")
	_, err = s.Client.ModifyRule(deadline(t), &elbv2.ModifyRuleInput{RuleArn: aws.String(arn + "0"), Actions: forward(s, 1, 1)})
	wantCode(t, err, "RuleNotFound")
}
