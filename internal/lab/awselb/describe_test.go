package awselb_test

import (
	"context"
	"net"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

func TestRulesByARN(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true})
	ctx := deadline(t)
	arn, err := s.AddRule(ctx, 7, "/x", s.Blue, s.Green)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Client.DescribeRules(ctx, &elbv2.DescribeRulesInput{ListenerArn: &s.ListenerARN})
	if err != nil {
		t.Fatal(err)
	}
	byDefault := all.Rules[1]
	out, err := s.Client.DescribeRules(ctx, &elbv2.DescribeRulesInput{RuleArns: []string{*byDefault.RuleArn, arn}})
	if err != nil {
		t.Fatal(err)
	}
	if !aws.ToBool(out.Rules[0].IsDefault) || *out.Rules[0].Priority != "default" || *out.Rules[1].Priority != "7" {
		t.Errorf("%+v", out.Rules)
	}
	if got := out.Rules[1].Actions[0].ForwardConfig.TargetGroups; len(got) != 2 || *got[0].Weight != 100 || *got[1].Weight != 0 {
		t.Errorf("%+v", got)
	}
	_, err = s.Client.DescribeRules(ctx, &elbv2.DescribeRulesInput{RuleArns: []string{arn + "0"}})
	wantCode(t, err, "RuleNotFound")
	_, err = s.Client.DescribeRules(ctx, &elbv2.DescribeRulesInput{})
	wantCode(t, err, "ValidationError")
}

func TestListenersOfABalancer(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	ctx := deadline(t)
	if _, err := s.AddListener(ctx, 8080, s.Blue, s.Green); err != nil {
		t.Fatal(err)
	}
	pages := elbv2.NewDescribeListenersPaginator(s.Client, &elbv2.DescribeListenersInput{
		LoadBalancerArn: &s.LoadBalancerARN, PageSize: aws.Int32(1),
	})
	var ports []int32
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range out.Listeners {
			ports = append(ports, *l.Port)
		}
	}
	if len(ports) != 2 || ports[0] != 80 || ports[1] != 8080 {
		t.Errorf("ports %v", ports)
	}
	for code, in := range map[string]*elbv2.DescribeListenersInput{
		"LoadBalancerNotFound": {LoadBalancerArn: aws.String(s.LoadBalancerARN + "0")},
		"ValidationError":      {LoadBalancerArn: &s.LoadBalancerARN, Marker: aws.String("?")},
	} {
		_, err := s.Client.DescribeListeners(ctx, in)
		wantCode(t, err, code)
	}
}

func TestModifyListenerKeepsWhatIsNotGiven(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true, ForgetAfter: true})
	arn, err := secure(t, s, forward(s, 100, 0)...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Client.ModifyListener(deadline(t), &elbv2.ModifyListenerInput{
		ListenerArn: &arn, SslPolicy: aws.String("ELBSecurityPolicy-TLS13-1-2-2021-06"), Port: aws.Int32(8443),
	}); err != nil {
		t.Fatal(err)
	}
	l := listenerOf(t, s, arn)
	if *l.Port != 8443 || len(l.Certificates) != 1 || l.Protocol != types.ProtocolEnumHttps || len(l.DefaultActions) != 1 {
		t.Errorf("%+v", l)
	}
	if n := len(lab.JournalOf(arn)); n != 1 {
		t.Errorf("%d changes of weights", n)
	}
}

func TestTCPHealthChecks(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{Network: true})
	ctx := deadline(t)
	if _, err := s.Client.ModifyTargetGroup(ctx, &elbv2.ModifyTargetGroupInput{
		TargetGroupArn: &s.Blue.GroupARN, HealthCheckProtocol: types.ProtocolEnumTcp,
	}); err != nil {
		t.Fatal(err)
	}
	s.Blue.SetHealthy(false) // which a TCP check does not see
	if err := s.Blue.Apps[0].Kill(); err != nil {
		t.Fatal(err)
	}
	if err := lab.WaitHealth(ctx, s.Blue.GroupARN, func(c awselb.HealthCounts) bool { return c.Unhealthy == 1 }); err != nil {
		t.Fatal(err)
	}
	if got := health(t, s, s.Blue.GroupARN)[0].TargetHealth; got.Reason != types.TargetHealthReasonEnumFailedHealthChecks {
		t.Errorf("%+v", got)
	}
	addr := lab.Listener(s.ListenerARN).Addr()
	if _, err := s.Client.DeleteListener(ctx, &elbv2.DeleteListenerInput{ListenerArn: &s.ListenerARN}); err != nil {
		t.Fatal(err)
	}
	var dialer net.Dialer
	if conn, err := dialer.DialContext(ctx, "tcp", addr); err == nil {
		_ = conn.Close()
		t.Error("a deleted listener still answers")
	}
	if url := s.URL(); url != "" {
		t.Errorf("a deleted listener has the address %s", url)
	}
}

func TestSessionsExpire(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	out, err := stsClient(lab, key(awselb.AccessKey, awselb.SecretKey)).AssumeRole(deadline(t), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::123456789012:role/x"), RoleSessionName: aws.String("s"), DurationSeconds: aws.Int32(0),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := out.Credentials
	expired := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}, nil
	})
	_, err = lab.Client("eu-west-1", once, as(expired)).DescribeLoadBalancers(deadline(t), &elbv2.DescribeLoadBalancersInput{})
	wantCode(t, err, "ExpiredToken")
}
