package awslb_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	tftypes "github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/awslb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// work is all that a cutover asks of a router.
func work(ctx context.Context, r powers) error {
	from, to := traffic.All(traffic.Blue), traffic.Split(traffic.Green, 40)
	for _, step := range []func() error{
		func() error { _, err := r.Refresh(ctx); return err },
		func() error { _, err := r.Inspect(ctx, traffic.Green); return err },
		func() error { _, err := r.Weights(ctx); return err },
		func() error { return r.Attach(ctx, traffic.Green) },
		func() error { _, err := r.Health(ctx, traffic.Green); return err },
		func() error { return r.SetWeights(ctx, from, to) },
		func() error { _, err := r.Weights(ctx); return err },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// still is a lab whose health does not change. Many stand side by side here,
// and each that checked its targets all the time would hold up the others.
var still = awselb.Options{HealthInterval: time.Minute}

// TestFaultsThatPass makes each call of a cutover fail in turn, in each way
// that passes by itself: the cutover must succeed, and traffic be where it
// shall.
func TestFaultsThatPass(t *testing.T) {
	faults := map[string]awselb.Fault{
		"lost request": {LoseRequest: true},
		"lost reply":   {LoseReply: true},
		"throttled":    {Err: awselb.Throttled(), Times: 2},
		"internal":     {Err: awselb.InternalFailure()},
		"unavailable":  {Err: awselb.Unavailable(), Times: 2},
	}
	for _, place := range []func(t *testing.T) (*world, ask){onListenerOf(still, awselb.ScenarioOptions{}), onRuleOf(still)} {
		w, a := place(t)
		w.Lab.ForgetCalls()
		if err := work(t.Context(), w.powers(t, a)); err != nil {
			t.Fatal(err)
		}
		calls := len(w.Lab.Calls())
		for name, fault := range faults {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				befall(t, place, calls, fault)
			})
		}
	}
}

// befall runs a cutover for each call, all side by side, and has the fault
// befall that call.
func befall(t *testing.T, place func(t *testing.T) (*world, ask), calls int, fault awselb.Fault) {
	t.Helper()
	var cutovers errgroup.Group
	for fault.Nth = 1; fault.Nth <= calls; fault.Nth++ {
		w, a := place(t)
		r, nth := w.powers(t, a), fault.Nth
		w.Lab.Inject(fault)
		cutovers.Go(func() error {
			if err := work(t.Context(), r); err != nil {
				return fmt.Errorf("call %d: %w", nth, err)
			}
			weights := w.Lab.Weights(append(a.listeners, a.rules...)[0])
			if weights[w.Green.GroupARN] != 40 || weights[w.Blue.GroupARN] != 60 {
				return fmt.Errorf("call %d: weights are %v", nth, weights)
			}
			return nil
		})
	}
	if err := cutovers.Wait(); err != nil {
		t.Error(err)
	}
}

// TestFaultsThatStay makes each call fail in turn for good: the error says so,
// and weights are whole, either as found or as asked.
func TestFaultsThatStay(t *testing.T) {
	refusal := &awselb.APIError{Status: 400, Code: "InvalidConfigurationRequest", Message: "The requested configuration is not valid"}
	for nth := 1; nth <= 8; nth++ {
		w, a := onListenerOf(still, awselb.ScenarioOptions{})(t)
		w.Lab.Inject(awselb.Fault{Nth: nth, Times: -1, Err: refusal})
		err := work(t.Context(), w.powers(t, a))
		if err == nil || !strings.Contains(err.Error(), refusal.Message) || !strings.HasPrefix(err.Error(), "awslb: ") {
			t.Errorf("call %d: error = %v", nth, err)
		}
		if got := w.live(t, w.ListenerARN); got.Green != 0 && got.Green != 40 {
			t.Errorf("call %d: %s", nth, got)
		}
		for _, c := range w.Lab.Journal() {
			if c.Sum() == 0 {
				t.Errorf("call %d: all weights were zero", nth)
			}
		}
	}
}

// TestStickyTargets: AWS takes a listener with sticky targets and no group
// stickiness while it has one group, and refuses the second. It says what to do.
func TestStickyTargets(t *testing.T) {
	w, a := onListenerOf(still, awselb.ScenarioOptions{})(t)
	if _, err := w.Client.ModifyTargetGroupAttributes(t.Context(), &elbv2.ModifyTargetGroupAttributesInput{
		TargetGroupArn: &w.Blue.GroupARN,
		Attributes:     []types.TargetGroupAttribute{{Key: aws.String("stickiness.enabled"), Value: aws.String("true")}},
	}); err != nil {
		t.Fatal(err)
	}
	err := w.powers(t, a).Attach(t.Context(), traffic.Green)
	var attribute *router.AttributeError
	if !errors.As(err, &attribute) || attribute.In != router.InRouter || !strings.Contains(err.Error(), "turn stickiness on in its forward action") {
		t.Errorf("Attach = %v", err)
	}
	if got := w.live(t, w.ListenerARN); got != traffic.All(traffic.Blue) {
		t.Errorf("a refused write left %s", got)
	}
}

// TestThrottlingNeverReachesTheUser has ten workers share a bucket that is far
// too small for them.
func TestThrottlingNeverReachesTheUser(t *testing.T) {
	w := newWorld(t, awselb.Options{}, awselb.ScenarioOptions{Attach: true})
	var asks []ask
	for i := range 10 {
		arn, err := w.AddListener(t.Context(), int32(1000+i), w.Blue, w.Green)
		if err != nil {
			t.Fatal(err)
		}
		a := w.asked()
		a.listeners = []string{arn}
		asks = append(asks, a)
	}
	w.Lab.ForgetCalls()
	w.Lab.SetThrottling(&awselb.Throttling{ReadBurst: 3, ReadRefill: 30, WriteBurst: 1, WriteRefill: 20})
	var workers errgroup.Group
	for _, a := range asks {
		r := w.powers(t, a)
		workers.Go(func() error { return work(t.Context(), r) })
	}
	if err := workers.Wait(); err != nil {
		t.Error(err)
	}
	throttled := 0
	for _, c := range w.Lab.Calls() {
		if c.Code == awselb.Throttled().Code {
			throttled++
		}
	}
	if throttled == 0 {
		t.Error("nothing was throttled: the test proves nothing")
	}
}

// TestCancelEndsTheRetries cancels once the lab has throttled a few calls.
func TestCancelEndsTheRetries(t *testing.T) {
	for _, a := range []struct {
		name string
		call func(context.Context, powers) error
	}{
		{"read", func(ctx context.Context, r powers) error { _, err := r.Weights(ctx); return err }},
		{"shared read", func(ctx context.Context, r powers) error { _, err := r.Refresh(ctx); return err }},
		{"health", func(ctx context.Context, r powers) error { _, err := r.Health(ctx, traffic.Green); return err }},
		{"write", func(ctx context.Context, r powers) error {
			return r.SetWeights(ctx, traffic.All(traffic.Blue), traffic.All(traffic.Green))
		}},
	} {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			w, asked := onListener(awselb.ScenarioOptions{})(t)
			r := w.powers(t, asked)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w.Lab.Inject(awselb.Fault{Times: -1, Err: awselb.Throttled()})
			w.Lab.AddHook(awselb.Hook{After: func(c awselb.Call) {
				if c.Nth == 3 {
					cancel()
				}
			}})
			w.Lab.ForgetCalls()
			if err := a.call(ctx, r); !errors.Is(err, context.Canceled) {
				t.Errorf("error = %v, want context.Canceled", err)
			}
		})
	}
}

func TestCredentials(t *testing.T) {
	for name, test := range map[string]struct {
		key  string
		want error
		says string
	}{
		"unknown key":   {"AKIAUNKNOWNUNKNOWN00", awscloud.ErrCredentials, "aws block"},
		"without right": {awselb.DeniedKey, awscloud.ErrAccessDenied, "elasticloadbalancing:DescribeListeners"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, awselb.Options{}, awselb.ScenarioOptions{ForgetAfter: true})
			w.configure(test.key)
			r := w.powers(t, w.asked())
			for _, call := range []func() error{
				func() error { _, err := r.Refresh(t.Context()); return err },
				func() error { _, err := r.Weights(t.Context()); return err },
				func() error { return r.Attach(t.Context(), traffic.Green) },
			} {
				err := call()
				if !errors.Is(err, test.want) || !strings.HasPrefix(err.Error(), "awslb: ") || !strings.Contains(err.Error(), test.says) {
					t.Errorf("error = %v", err)
				}
			}
			// A key that is refused once is refused for good: no second try.
			wantCalls(t, w.Lab, map[string]int{"DescribeListeners": 3})
		})
	}
}

func TestAssumedRole(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/deploy"
	w := newWorld(t, awselb.Options{Roles: []string{role}}, awselb.ScenarioOptions{ForgetAfter: true})
	assume := func(arn string) {
		w.kind = awslb.New()
		w.sessions = sessionsWith(map[string]attr.Value{
			"access_key":  tftypes.StringValue(awselb.AccessKey),
			"secret_key":  tftypes.StringValue(awselb.SecretKey),
			"region":      tftypes.StringValue("eu-west-1"),
			"assume_role": assumeRole(arn),
		}, w.Lab.URL())
	}
	assume(role)
	r := w.powers(t, w.asked())
	for range 2 {
		if _, err := r.Weights(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	wantCalls(t, w.Lab, map[string]int{"AssumeRole": 1, "DescribeListeners": 2})

	assume(role + "-other")
	_, err := w.powers(t, w.asked()).Weights(t.Context())
	if !errors.Is(err, awscloud.ErrCredentials) || !strings.Contains(err.Error(), "assume_role") {
		t.Errorf("error = %v", err)
	}
}
