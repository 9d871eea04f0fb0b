package awselb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
)

// ScenarioOptions say what Scenario sets up. The zero value is an ALB named shop in eu-west-1 with one
// target a color, its listener forwarding everything to blue.
type ScenarioOptions struct {
	Name           string // of the load balancer, and the beginning of the names of the groups; shop when empty
	Region         string // eu-west-1 when empty
	Network        bool   // a Network Load Balancer instead of an Application Load Balancer
	Targets        int    // of each color; 1 when 0
	Stickiness     int32  // of the forward action, in seconds; none when 0
	Attach         bool   // green is named at weight 0 from the beginning
	ForgetAfter    bool   // calls and journal are forgotten when all is set up
	AppOptions     app.Options
	HealthyCount   int32 // threshold; 2 when 0
	UnhealthyCount int32 // threshold; 2 when 0
	Functions      bool  // groups of type lambda without health checks instead of servers; one target a color
}

// Scenario is a load balancer with a listener, blue and green behind it, and their applications.
type Scenario struct {
	Lab             *Lab
	Region          string
	Client          *elbv2.Client
	LoadBalancerARN string
	ListenerARN     string
	Blue, Green     *Side
	opts            ScenarioOptions
}

// Side is one environment: a target group and the applications registered in it.
type Side struct {
	Color    string
	GroupARN string
	Apps     []*app.App
}

// Scenario sets a load balancer up through the API, with the real SDK, and returns when blue is healthy.
// Applications run until Close of the scenario.
func (l *Lab) Scenario(ctx context.Context, opts ScenarioOptions) (*Scenario, error) {
	opts = opts.withDefaults()
	s := &Scenario{Lab: l, Region: opts.Region, Client: l.Client(opts.Region), opts: opts}
	if err := s.build(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("awselb: scenario: %w", err), s.Close())
	}
	if opts.ForgetAfter {
		l.ForgetCalls()
		l.ForgetJournal()
	}
	return s, nil
}

// ScenarioT is Scenario for a test, which closes it.
func (l *Lab) ScenarioT(t T, opts ScenarioOptions) *Scenario {
	t.Helper()
	s, err := l.Scenario(t.Context(), opts)
	if err != nil {
		t.Fatalf("set up a scenario: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// healthTimeout is how long a scenario waits for blue; a target on loopback takes milliseconds.
const healthTimeout = time.Minute

func (o ScenarioOptions) withDefaults() ScenarioOptions {
	o.Name = orDefault(o.Name, "shop")
	o.Region = orDefault(o.Region, "eu-west-1")
	o.Targets = orDefault(o.Targets, 1)
	o.HealthyCount = orDefault(o.HealthyCount, 2)
	o.UnhealthyCount = orDefault(o.UnhealthyCount, 2)
	return o
}

func (s *Scenario) build(ctx context.Context) error {
	kind := types.LoadBalancerTypeEnumApplication
	if s.opts.Network {
		kind = types.LoadBalancerTypeEnumNetwork
	}
	made, err := s.Client.CreateLoadBalancer(ctx, &elbv2.CreateLoadBalancerInput{
		Name: aws.String(s.opts.Name), Type: kind, Subnets: []string{"subnet-1", "subnet-2"},
	})
	if err != nil {
		return err
	}
	s.LoadBalancerARN = *made.LoadBalancers[0].LoadBalancerArn
	if s.Blue, err = s.addSide(ctx, s.opts.Name, "blue"); err != nil {
		return err
	}
	if s.Green, err = s.addSide(ctx, s.opts.Name, "green"); err != nil {
		return err
	}
	if s.ListenerARN, err = s.AddListener(ctx, 80, s.Blue, s.Green); err != nil {
		return err
	}
	if s.opts.Functions {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	return s.Lab.WaitHealth(ctx, s.Blue.GroupARN, Healthy(s.opts.Targets))
}

func (s *Scenario) addSide(ctx context.Context, name, color string) (*Side, error) {
	side := &Side{Color: color}
	for range s.opts.Targets {
		opts := s.opts.AppOptions
		opts.Color = color
		a, err := app.Start(opts)
		if err != nil {
			return nil, err
		}
		side.Apps = append(side.Apps, a)
	}
	var err error
	if s.opts.Functions {
		side.GroupARN, err = s.addFunction(ctx, name+"-"+color, side.Apps[0])
		return side, err
	}
	side.GroupARN, err = s.AddGroup(ctx, name+"-"+color, side.Apps...)
	return side, err
}

// addFunction makes a group of type lambda with a function in it, which an application plays.
func (s *Scenario) addFunction(ctx context.Context, name string, a *app.App) (arn string, err error) {
	function := "arn:aws:lambda:" + s.Region + ":123456789012:function:" + name
	s.Lab.AddFunction(function, a.Addr())
	made, err := s.Client.CreateTargetGroup(ctx, &elbv2.CreateTargetGroupInput{Name: &name, TargetType: types.TargetTypeEnumLambda})
	if err != nil {
		return "", err
	}
	arn = *made.TargetGroups[0].TargetGroupArn
	_, err = s.Client.RegisterTargets(ctx, &elbv2.RegisterTargetsInput{
		TargetGroupArn: &arn, Targets: []types.TargetDescription{{Id: &function}},
	})
	return arn, err
}

// AddPair makes two more groups, NAME-blue and NAME-green, in which the scenario's own applications are
// registered: for many switches without many servers. Close does not end them twice.
func (s *Scenario) AddPair(ctx context.Context, name string) (blue, green *Side, err error) {
	blue, green = &Side{Color: "blue", Apps: s.Blue.Apps}, &Side{Color: "green", Apps: s.Green.Apps}
	for _, side := range []*Side{blue, green} {
		if side.GroupARN, err = s.AddGroup(ctx, name+"-"+side.Color, side.Apps...); err != nil {
			return nil, nil, err
		}
	}
	return blue, green, nil
}

// AddGroup makes a target group of the scenario's kind and registers applications in it.
func (s *Scenario) AddGroup(ctx context.Context, name string, apps ...*app.App) (arn string, err error) {
	protocol := types.ProtocolEnumHttp
	if s.opts.Network {
		protocol = types.ProtocolEnumTcp
	}
	made, err := s.Client.CreateTargetGroup(ctx, &elbv2.CreateTargetGroupInput{
		Name: aws.String(name), Protocol: protocol, Port: aws.Int32(80), TargetType: types.TargetTypeEnumIp,
		HealthCheckProtocol: types.ProtocolEnumHttp, HealthCheckPath: aws.String(app.HealthPath),
		HealthyThresholdCount: aws.Int32(s.opts.HealthyCount), UnhealthyThresholdCount: aws.Int32(s.opts.UnhealthyCount),
	})
	if err != nil {
		return "", err
	}
	arn = *made.TargetGroups[0].TargetGroupArn
	if len(apps) == 0 {
		return arn, nil
	}
	var targets []types.TargetDescription
	for _, a := range apps {
		targets = append(targets, types.TargetDescription{Id: aws.String("127.0.0.1"), Port: aws.Int32(a.Port())})
	}
	_, err = s.Client.RegisterTargets(ctx, &elbv2.RegisterTargetsInput{TargetGroupArn: &arn, Targets: targets})
	return arn, err
}

// AddListener makes a listener that forwards all to blue.
func (s *Scenario) AddListener(ctx context.Context, port int32, blue, green *Side) (arn string, err error) {
	protocol := types.ProtocolEnumHttp
	if s.opts.Network {
		protocol = types.ProtocolEnumTcp
	}
	made, err := s.Client.CreateListener(ctx, &elbv2.CreateListenerInput{
		LoadBalancerArn: &s.LoadBalancerARN, Port: &port, Protocol: protocol,
		DefaultActions: []types.Action{s.ForwardAction(blue, green)},
	})
	if err != nil {
		return "", err
	}
	return *made.Listeners[0].ListenerArn, nil
}

// AddRule makes a rule for a path pattern on the scenario's listener, which forwards all to blue.
func (s *Scenario) AddRule(ctx context.Context, priority int32, path string, blue, green *Side) (arn string, err error) {
	made, err := s.Client.CreateRule(ctx, &elbv2.CreateRuleInput{
		ListenerArn: &s.ListenerARN, Priority: &priority,
		Conditions: []types.RuleCondition{{
			Field: aws.String("path-pattern"), PathPatternConfig: &types.PathPatternConditionConfig{Values: []string{path}},
		}},
		Actions: []types.Action{s.ForwardAction(blue, green)},
	})
	if err != nil {
		return "", err
	}
	return *made.Rules[0].RuleArn, nil
}

// ForwardAction sends all to blue, with green at 0 when the scenario attaches it and with its stickiness.
func (s *Scenario) ForwardAction(blue, green *Side) types.Action {
	config := &types.ForwardActionConfig{TargetGroups: []types.TargetGroupTuple{
		{TargetGroupArn: aws.String(blue.GroupARN), Weight: aws.Int32(100)},
	}}
	if s.opts.Attach {
		config.TargetGroups = append(config.TargetGroups,
			types.TargetGroupTuple{TargetGroupArn: aws.String(green.GroupARN), Weight: aws.Int32(0)})
	}
	if s.opts.Stickiness > 0 {
		config.TargetGroupStickinessConfig = &types.TargetGroupStickinessConfig{
			Enabled: aws.Bool(true), DurationSeconds: aws.Int32(s.opts.Stickiness),
		}
	}
	return types.Action{Type: types.ActionTypeEnumForward, ForwardConfig: config}
}

// URL is the address of the listener's data plane.
func (s *Scenario) URL() string { return s.Lab.Listener(s.ListenerARN).URL() }

// Close ends the applications. The lab keeps the load balancer.
func (s *Scenario) Close() error {
	var failed []error
	for _, side := range []*Side{s.Blue, s.Green} {
		if side == nil {
			continue
		}
		for _, a := range side.Apps {
			failed = append(failed, a.Close())
		}
	}
	return errors.Join(failed...)
}

// SetHealthy turns the health of all applications of the side.
func (s *Side) SetHealthy(healthy bool) {
	for _, a := range s.Apps {
		a.SetHealthy(healthy)
	}
}

// SetFailureShare sets the share of requests, 0 to 1, that all applications of the side answer with 500.
func (s *Side) SetFailureShare(share float64) {
	for _, a := range s.Apps {
		a.SetFailureShare(share)
	}
}

// Requests is how many requests the applications of the side were asked, health checks not counted.
func (s *Side) Requests() int64 {
	var n int64
	for _, a := range s.Apps {
		n += a.Requests()
	}
	return n
}
