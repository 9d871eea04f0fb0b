package awselb_test

import (
	"errors"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

func TestARNsLookReal(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	prefix := `^arn:aws:elasticloadbalancing:eu-west-1:123456789012:`
	for arn, form := range map[string]string{
		s.LoadBalancerARN: `loadbalancer/app/shop/[0-9a-f]{16}$`,
		s.ListenerARN:     `listener/app/shop/[0-9a-f]{16}/[0-9a-f]{16}$`,
		s.Blue.GroupARN:   `targetgroup/shop-blue/[0-9a-f]{16}$`,
	} {
		if !regexp.MustCompile(prefix + form).MatchString(arn) {
			t.Errorf("%s is not like %s", arn, form)
		}
	}
}

func health(t *testing.T, s *awselb.Scenario, groupARN string, targets ...types.TargetDescription) []types.TargetHealthDescription {
	t.Helper()
	out, err := s.Client.DescribeTargetHealth(deadline(t), &elbv2.DescribeTargetHealthInput{TargetGroupArn: &groupARN, Targets: targets})
	if err != nil {
		t.Fatal(err)
	}
	return out.TargetHealthDescriptions
}

func TestIdleGroupHasNoHealthUntilItIsAttached(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	got := health(t, s, s.Green.GroupARN)[0].TargetHealth
	if got.State != types.TargetHealthStateEnumUnused || got.Reason != types.TargetHealthReasonEnumNotInUse {
		t.Errorf("idle: %+v", got)
	}
	modify(t, s, forward(s, 100, 0))
	if err := lab.WaitHealth(deadline(t), s.Green.GroupARN, awselb.Healthy(1)); err != nil {
		t.Fatal(err)
	}
	got = health(t, s, s.Green.GroupARN)[0].TargetHealth
	if got.State != types.TargetHealthStateEnumHealthy || got.Reason != "" {
		t.Errorf("attached at weight 0: %+v", got)
	}
	s.Green.SetHealthy(false)
	if err := lab.WaitHealth(deadline(t), s.Green.GroupARN, func(c awselb.HealthCounts) bool { return c.Unhealthy == 1 }); err != nil {
		t.Fatal(err)
	}
	got = health(t, s, s.Green.GroupARN)[0].TargetHealth
	if got.Reason != types.TargetHealthReasonEnumResponseCodeMismatch || *got.Description != "Health checks failed with these codes: [503]" {
		t.Errorf("unhealthy: %+v", got)
	}
	unknown := health(t, s, s.Green.GroupARN, types.TargetDescription{Id: aws.String("127.0.0.9"), Port: aws.Int32(1)})[0].TargetHealth
	if unknown.State != types.TargetHealthStateEnumUnused || unknown.Reason != types.TargetHealthReasonEnumNotRegistered {
		t.Errorf("not registered: %+v", unknown)
	}
}

func TestHealthForcedByHand(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	for _, state := range []string{awselb.StateUnhealthy, awselb.StateInitial, awselb.StateUnavailable} {
		if err := lab.SetHealth(s.Blue.GroupARN, state); err != nil {
			t.Fatal(err)
		}
		if got := health(t, s, s.Blue.GroupARN)[0].TargetHealth; string(got.State) != state || got.Reason == "" {
			t.Errorf("%s: %+v", state, got)
		}
	}
	if err := lab.SetHealth(s.Blue.GroupARN, ""); err != nil {
		t.Fatal(err)
	}
	if h := lab.Health(s.Blue.GroupARN); h.Healthy != 1 {
		t.Errorf("%+v", h)
	}
	if err := lab.SetHealth("arn:nothing", ""); err == nil {
		t.Error("an unknown group was accepted")
	}
}

func TestDeregisteredTargetsDrainAndGo(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{DeregistrationDelay: 50 * time.Millisecond}, awselb.ScenarioOptions{Targets: 2})
	deregisterAll(t, s, s.Blue)
	got := health(t, s, s.Blue.GroupARN)
	if len(got) > 0 && got[0].TargetHealth.Reason != types.TargetHealthReasonEnumDeregistrationInProgress {
		t.Errorf("%+v", got[0].TargetHealth)
	}
	if err := lab.WaitHealth(deadline(t), s.Blue.GroupARN, func(c awselb.HealthCounts) bool { return c.Total == 0 }); err != nil {
		t.Fatal(err)
	}
}

func TestGroupInUseCannotBeDeleted(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	ctx := deadline(t)
	_, err := s.Client.DeleteTargetGroup(ctx, &elbv2.DeleteTargetGroupInput{TargetGroupArn: &s.Blue.GroupARN})
	wantCode(t, err, "ResourceInUse")
	if _, err := s.Client.DeleteLoadBalancer(ctx, &elbv2.DeleteLoadBalancerInput{LoadBalancerArn: &s.LoadBalancerARN}); err != nil {
		t.Fatal(err)
	}
	_, err = s.Client.DescribeListeners(ctx, &elbv2.DescribeListenersInput{ListenerArns: []string{s.ListenerARN}})
	wantCode(t, err, "ListenerNotFound")
	if _, err := s.Client.DeleteTargetGroup(ctx, &elbv2.DeleteTargetGroupInput{TargetGroupArn: &s.Blue.GroupARN}); err != nil {
		t.Error(err)
	}
}

func TestTargetGroupsByBalancerAndPage(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{PageSize: 1}, awselb.ScenarioOptions{Attach: true})
	if _, err := s.AddGroup(deadline(t), "idle"); err != nil {
		t.Fatal(err)
	}
	count := func(in *elbv2.DescribeTargetGroupsInput) (groups, pages int) {
		paginator := elbv2.NewDescribeTargetGroupsPaginator(s.Client, in)
		for paginator.HasMorePages() {
			out, err := paginator.NextPage(deadline(t))
			if err != nil {
				t.Fatal(err)
			}
			groups, pages = groups+len(out.TargetGroups), pages+1
		}
		return groups, pages
	}
	for want, in := range map[int]*elbv2.DescribeTargetGroupsInput{
		3: {},
		2: {LoadBalancerArn: &s.LoadBalancerARN},
		1: {Names: []string{"idle"}},
	} {
		if groups, pages := count(in); groups != want || pages != want {
			t.Errorf("%d groups on %d pages, want %d", groups, pages, want)
		}
	}
	out, err := s.Client.DescribeTargetGroups(deadline(t), &elbv2.DescribeTargetGroupsInput{TargetGroupArns: []string{s.Green.GroupARN}})
	if err != nil {
		t.Fatal(err)
	}
	g := out.TargetGroups[0]
	if *g.TargetGroupName != "shop-green" || g.LoadBalancerArns[0] != s.LoadBalancerARN || *g.HealthCheckPath != "/health" || *g.Matcher.HttpCode != "200" {
		t.Errorf("%+v", g)
	}
}

func TestHealthCheckCanBeModified(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	ctx := deadline(t)
	if _, err := s.Client.ModifyTargetGroup(ctx, &elbv2.ModifyTargetGroupInput{
		TargetGroupArn: &s.Blue.GroupARN, Matcher: &types.Matcher{HttpCode: aws.String("300-399,204")}, UnhealthyThresholdCount: aws.Int32(3),
	}); err != nil {
		t.Fatal(err)
	}
	if err := lab.WaitHealth(ctx, s.Blue.GroupARN, func(c awselb.HealthCounts) bool { return c.Unhealthy == 1 }); err != nil {
		t.Fatal(err)
	}
	_, err := s.Client.ModifyTargetGroup(ctx, &elbv2.ModifyTargetGroupInput{
		TargetGroupArn: &s.Blue.GroupARN, HealthCheckIntervalSeconds: aws.Int32(1),
	})
	wantCode(t, err, "ValidationError")
}

func TestLimits(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{Limits: awselb.Limits{
		ListenersPerBalancer: 1, RulesPerBalancer: 1, GroupsPerBalancer: 2, GroupsPerRegion: 3, TargetsPerGroup: 1,
	}})
	s := lab.ScenarioT(t, awselb.ScenarioOptions{Attach: true})
	ctx := deadline(t)
	_, err := s.AddListener(ctx, 81, s.Blue, s.Green)
	wantCode(t, err, "TooManyListeners")
	if _, err := s.AddRule(ctx, 1, "/a", s.Blue, s.Green); err != nil {
		t.Fatal(err)
	}
	_, err = s.AddRule(ctx, 2, "/b", s.Blue, s.Green)
	wantCode(t, err, "TooManyRules")
	third, err := s.AddGroup(ctx, "third")
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.AddGroup(ctx, "fourth")
	wantCode(t, err, "TooManyTargetGroups")
	actions := forward(s, 1, 1)
	actions[0].ForwardConfig.TargetGroups = append(actions[0].ForwardConfig.TargetGroups, types.TargetGroupTuple{TargetGroupArn: &third})
	_, err = s.Client.ModifyListener(ctx, &elbv2.ModifyListenerInput{ListenerArn: &s.ListenerARN, DefaultActions: actions})
	wantCode(t, err, "TooManyUniqueTargetGroupsPerLoadBalancer")
	_, err = s.Client.RegisterTargets(ctx, &elbv2.RegisterTargetsInput{
		TargetGroupArn: &s.Blue.GroupARN, Targets: []types.TargetDescription{{Id: aws.String("127.0.0.1"), Port: aws.Int32(1)}},
	})
	wantCode(t, err, "TooManyTargets")
}

func TestTags(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	ctx := deadline(t)
	if _, err := s.Client.AddTags(ctx, &elbv2.AddTagsInput{ResourceArns: []string{s.ListenerARN}, Tags: []types.Tag{
		{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("b"), Value: aws.String("2")},
	}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Client.RemoveTags(ctx, &elbv2.RemoveTagsInput{ResourceArns: []string{s.ListenerARN}, TagKeys: []string{"a"}}); err != nil {
		t.Fatal(err)
	}
	out, err := s.Client.DescribeTags(ctx, &elbv2.DescribeTagsInput{ResourceArns: []string{s.ListenerARN}})
	if err != nil {
		t.Fatal(err)
	}
	if tags := out.TagDescriptions[0].Tags; len(tags) != 1 || *tags[0].Key != "b" || *tags[0].Value != "2" {
		t.Errorf("%+v", tags)
	}
}

func TestRegionsAreApart(t *testing.T) {
	t.Parallel()
	lab, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	_, err := lab.Client("us-east-1").DescribeListeners(deadline(t), &elbv2.DescribeListenersInput{ListenerArns: []string{s.ListenerARN}})
	wantCode(t, err, "ListenerNotFound")
	there := lab.ScenarioT(t, awselb.ScenarioOptions{Region: "us-east-1"})
	if there.URL() == s.URL() || there.URL() == "" {
		t.Errorf("%q and %q", there.URL(), s.URL())
	}
	if err := lab.SetWeights(there.ListenerARN, map[string]int{there.Green.GroupARN: 5}); err != nil {
		t.Error(err)
	}
}

func TestBalancersByNameAndTheirErrors(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	ctx := deadline(t)
	out, err := s.Client.DescribeLoadBalancers(ctx, &elbv2.DescribeLoadBalancersInput{Names: []string{"shop"}})
	if err != nil {
		t.Fatal(err)
	}
	b := out.LoadBalancers[0]
	if b.State.Code != types.LoadBalancerStateEnumActive || len(b.AvailabilityZones) != 2 || b.CreatedTime == nil || *b.DNSName == "" {
		t.Errorf("%+v", b)
	}
	_, err = s.Client.DescribeLoadBalancers(ctx, &elbv2.DescribeLoadBalancersInput{Names: []string{"none"}})
	wantCode(t, err, "LoadBalancerNotFound")
	_, err = s.Client.CreateLoadBalancer(ctx, &elbv2.CreateLoadBalancerInput{Name: aws.String("shop")})
	wantCode(t, err, "DuplicateLoadBalancerName")
	_, err = s.Client.CreateLoadBalancer(ctx, &elbv2.CreateLoadBalancerInput{Name: aws.String("-x")})
	wantCode(t, err, "ValidationError")
	_, err = s.AddListener(ctx, 80, s.Blue, s.Green)
	wantCode(t, err, "DuplicateListener")
	_, err = s.Client.ModifyListener(ctx, &elbv2.ModifyListenerInput{ListenerArn: &s.ListenerARN, Protocol: types.ProtocolEnumTcp})
	wantCode(t, err, "UnsupportedProtocol")
	_, err = s.Client.DescribeAccountLimits(ctx, &elbv2.DescribeAccountLimitsInput{})
	wantCode(t, err, "InvalidAction")
}

// TestFunctions: a function's group has no health checks unless they are turned on, and is served all the same.
func TestFunctions(t *testing.T) {
	lab := awselb.StartT(t, awselb.Options{})
	s := lab.ScenarioT(t, awselb.ScenarioOptions{Functions: true})
	if got := lab.Health(s.Blue.GroupARN); got.Unavailable != 1 || got.Total != 1 {
		t.Errorf("health without checks = %+v", got)
	}
	resp, err := http.Get(s.URL())
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the function did not answer: %v, %v", resp, err)
	}
	_ = resp.Body.Close()
	if _, err := s.Client.ModifyTargetGroup(t.Context(), &elbv2.ModifyTargetGroupInput{
		TargetGroupArn: &s.Blue.GroupARN, HealthCheckEnabled: aws.Bool(true), HealthCheckPath: aws.String(app.HealthPath),
	}); err != nil {
		t.Fatal(err)
	}
	if err := lab.WaitHealth(t.Context(), s.Blue.GroupARN, awselb.Healthy(1)); err != nil {
		t.Error(err)
	}
	_, err = s.Client.CreateTargetGroup(t.Context(), &elbv2.CreateTargetGroupInput{
		Name: aws.String("both"), TargetType: types.TargetTypeEnumLambda, Port: aws.Int32(80),
	})
	if err == nil {
		t.Error("a function got a port")
	}
}

func TestBalancerIsMoved(t *testing.T) {
	t.Parallel()
	_, s := start(t, awselb.Options{}, awselb.ScenarioOptions{})
	moved, err := s.Client.SetSubnets(deadline(t), &elbv2.SetSubnetsInput{
		LoadBalancerArn: &s.LoadBalancerARN, Subnets: []string{"subnet-3"},
		SubnetMappings: []types.SubnetMapping{{SubnetId: aws.String("subnet-4")}},
	})
	if err != nil || len(moved.AvailabilityZones) != 2 {
		t.Fatalf("moved: %+v, %v", moved, err)
	}
	if _, err := s.Client.SetSecurityGroups(deadline(t), &elbv2.SetSecurityGroupsInput{
		LoadBalancerArn: &s.LoadBalancerARN, SecurityGroups: []string{"sg-1"},
	}); err != nil {
		t.Fatal(err)
	}
	found, err := s.Client.DescribeLoadBalancers(deadline(t), &elbv2.DescribeLoadBalancersInput{LoadBalancerArns: []string{s.LoadBalancerARN}})
	if err != nil {
		t.Fatal(err)
	}
	lb := found.LoadBalancers[0]
	if *lb.AvailabilityZones[0].SubnetId != "subnet-3" || *lb.AvailabilityZones[1].SubnetId != "subnet-4" || lb.SecurityGroups[0] != "sg-1" {
		t.Errorf("found %+v", lb)
	}
	var missing *types.LoadBalancerNotFoundException
	if _, err := s.Client.SetSubnets(deadline(t), &elbv2.SetSubnetsInput{
		LoadBalancerArn: aws.String(s.LoadBalancerARN + "x"), Subnets: []string{"subnet-3"},
	}); !errors.As(err, &missing) {
		t.Errorf("another's subnets: %v", err)
	}
	if _, err := s.Client.SetSecurityGroups(deadline(t), &elbv2.SetSecurityGroupsInput{
		LoadBalancerArn: aws.String(s.LoadBalancerARN + "x"), SecurityGroups: []string{"sg-1"},
	}); !errors.As(err, &missing) {
		t.Errorf("another's security groups: %v", err)
	}
}
