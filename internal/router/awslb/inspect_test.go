package awslb_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestInspectFacts(t *testing.T) {
	for name, test := range map[string]struct {
		place func(t *testing.T) (*world, ask)
		want  traffic.Facts
	}{
		"plain":    {onListener(awselb.ScenarioOptions{}), traffic.Facts{WeightStep: 1}},
		"sticky":   {onListener(awselb.ScenarioOptions{Stickiness: 90}), traffic.Facts{WeightStep: 1, StickyFor: 90 * time.Second}},
		"network":  {onListener(awselb.ScenarioOptions{Network: true}), traffic.Facts{WeightStep: 1}},
		"old form": {onOldForm, traffic.Facts{WeightStep: 1}},
		"one unit beside another group": {func(t *testing.T) (*world, ask) {
			t.Helper()
			w, a := onListener(awselb.ScenarioOptions{})(t)
			w.modify(t, w.forward(share{w.Blue.GroupARN, 1}, share{w.group(t, "other"), 1}))
			return w, a
		}, traffic.Facts{AllOrNothing: true, WeightStep: 100}},
	} {
		t.Run(name, func(t *testing.T) {
			w, a := test.place(t)
			got, err := w.powers(t, a).Inspect(t.Context(), traffic.Green)
			got.Seen, got.LimitedBy = "", ""
			if err != nil || got != test.want {
				t.Errorf("Inspect = %+v, %v, want %+v", got, err, test.want)
			}
		})
	}
}

// share is a target group's weight in a forward action.
type share struct {
	group  string
	weight int32
}

func (w *world) forward(shares ...share) types.Action {
	config := &types.ForwardActionConfig{}
	for _, s := range shares {
		config.TargetGroups = append(config.TargetGroups, types.TargetGroupTuple{TargetGroupArn: &s.group, Weight: &s.weight})
	}
	return types.Action{Type: types.ActionTypeEnumForward, ForwardConfig: config}
}

func (w *world) group(t *testing.T, name string) string {
	t.Helper()
	arn, err := w.AddGroup(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return arn
}

// trouble is a listener that cannot be cut over, and what is said of it.
type trouble struct {
	prepare func(t *testing.T, w *world, a *ask)
	in      router.Place
	at      path.Path
	summary string
	says    []string
	is      error
}

func troubles() map[string]trouble {
	here := path.Root("listener_arns").AtListIndex(0)
	group := path.Root("target_group_arns").AtListIndex(0)
	return map[string]trouble{
		"redirect": {
			func(t *testing.T, w *world, _ *ask) {
				t.Helper()
				w.modify(t, types.Action{Type: types.ActionTypeEnumRedirect, RedirectConfig: &types.RedirectActionConfig{
					StatusCode: types.RedirectActionStatusCodeEnumHttp301, Protocol: aws.String("HTTPS"), Port: aws.String("443"),
				}})
			},
			router.InRouter, here, "Nothing Is Forwarded",
			[]string{"the action is redirect", "give it a forward action"},
			nil,
		},
		"fixed response": {
			func(t *testing.T, w *world, _ *ask) {
				t.Helper()
				w.modify(t, types.Action{Type: types.ActionTypeEnumFixedResponse, FixedResponseConfig: &types.FixedResponseActionConfig{
					StatusCode: aws.String("503"),
				}})
			},
			router.InRouter, here, "Nothing Is Forwarded",
			[]string{"the action is fixed-response"},
			nil,
		},
		"other groups": {
			func(t *testing.T, w *world, _ *ask) {
				t.Helper()
				w.modify(t, w.forward(share{w.group(t, "other"), 1}))
			},
			router.InRouter, here, "Forwards to Neither Environment",
			[]string{"targetgroup/other/", "make it forward to"},
			nil,
		},
		"too many groups": {
			func(t *testing.T, w *world, _ *ask) {
				t.Helper()
				w.modify(t, w.forward(share{w.Blue.GroupARN, 1}, share{w.group(t, "one"), 0}, share{w.group(t, "two"), 0},
					share{w.group(t, "three"), 0}, share{w.group(t, "four"), 0}))
			},
			router.InRouter, here, "Too Many Target Groups",
			[]string{"would name 6, and 5 is the limit"},
			nil,
		},
		"no listener": {
			func(t *testing.T, w *world, a *ask) { t.Helper(); w.remove(t, *a) },
			router.InRouter, here, "Listener or Rule Not Found",
			[]string{"listener/app/shop/"},
			traffic.ErrNotFound,
		},
		"no load balancer": {
			func(_ *testing.T, _ *world, a *ask) {
				a.listeners = []string{ireland + listener}
			},
			router.InRouter, here, "Listener or Rule Not Found",
			[]string{ireland + listener},
			traffic.ErrNotFound,
		},
		"no group": {
			func(_ *testing.T, _ *world, a *ask) { a.green = []string{ireland + spare} },
			router.InGreen, group, "Target Group Not Found",
			[]string{ireland + spare, "correct the ARN"},
			traffic.ErrNotFound,
		},
		"group of another load balancer": {
			func(t *testing.T, w *world, a *ask) {
				t.Helper()
				other := w.Lab.ScenarioT(t, awselb.ScenarioOptions{Name: "other", Attach: true})
				a.green = []string{other.Green.GroupARN}
			},
			router.InGreen, group, "Target Group of Another Load Balancer",
			[]string{"loadbalancer/app/other/", "its own"},
			nil,
		},
		"group with another protocol": {
			func(t *testing.T, w *world, a *ask) {
				t.Helper()
				a.green = []string{w.createGroup(t, types.ProtocolEnumTcp, "")}
			},
			router.InGreen, group, "Target Group Has Another Protocol",
			[]string{"the protocol TCP"},
			nil,
		},
		"group in another VPC": {
			func(t *testing.T, w *world, a *ask) {
				t.Helper()
				a.blue = []string{w.createGroup(t, types.ProtocolEnumHttp, "vpc-1")}
				a.green = []string{w.createGroup(t, types.ProtocolEnumHttp, "vpc-2")}
				w.modify(t, w.forward(share{a.blue[0], 1}))
			},
			router.InRouter, here, "Target Groups in Different VPCs",
			[]string{"vpc-1", "vpc-2"},
			nil,
		},
	}
}

func (w *world) createGroup(t *testing.T, protocol types.ProtocolEnum, vpc string) string {
	t.Helper()
	in := &elbv2.CreateTargetGroupInput{
		Name: aws.String("made-" + string(protocol) + vpc), Protocol: protocol, Port: aws.Int32(80), TargetType: types.TargetTypeEnumIp,
	}
	if vpc != "" {
		in.VpcId = &vpc
	}
	made, err := w.Client.CreateTargetGroup(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return *made.TargetGroups[0].TargetGroupArn
}

func TestInspectTellsWhatWouldFail(t *testing.T) {
	for name, test := range troubles() {
		t.Run(name, func(t *testing.T) {
			w, a := onListener(awselb.ScenarioOptions{})(t)
			test.prepare(t, w, &a)
			w.Lab.ForgetJournal()
			_, err := w.powers(t, a).Inspect(t.Context(), traffic.Green)
			wantAttribute(t, err, test.in, test.at, test.summary, test.says...)
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("error %v does not wrap %v", err, test.is)
			}
			if changes := w.Lab.Journal(); len(changes) > 0 {
				t.Errorf("changes = %+v", changes)
			}
		})
	}
}

func TestDefaultRuleIsRefused(t *testing.T) {
	w, a := onListener(awselb.ScenarioOptions{})(t)
	rules, err := w.Client.DescribeRules(t.Context(), &elbv2.DescribeRulesInput{ListenerArn: &w.ListenerARN})
	if err != nil {
		t.Fatal(err)
	}
	a.listeners, a.rules = nil, []string{*rules.Rules[0].RuleArn}
	r := w.powers(t, a)
	_, refreshErr := r.Refresh(t.Context())
	_, weightsErr := r.Weights(t.Context())
	for _, err := range []error{refreshErr, weightsErr} {
		wantAttribute(t, err, router.InRouter, path.Root("rule_arns").AtListIndex(0), "Default Rule Cannot Be Changed", w.ListenerARN)
	}
}

func TestInexactShareIsRefusedBeforeItMoves(t *testing.T) {
	w, a := onListener(awselb.ScenarioOptions{})(t)
	w.modify(t, w.forward(share{w.Blue.GroupARN, 4}, share{w.Green.GroupARN, 0}, share{w.group(t, "other"), 1}))
	r := w.powers(t, a)
	err := r.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.Split(traffic.Green, 10))
	wantAttribute(t, err, router.InRouter, path.Root("listener_arns").AtListIndex(0), "Share Cannot Be Set Exactly", "of 4 cannot be set", "choose steps")
	if got := w.live(t, w.ListenerARN); got != traffic.All(traffic.Blue) {
		t.Errorf("live weights are %s", got)
	}
	if err := r.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.Split(traffic.Green, 25)); err != nil {
		t.Fatal(err)
	}
	if got := w.Lab.Weights(w.ListenerARN); got[w.Blue.GroupARN] != 3 || got[w.Green.GroupARN] != 1 {
		t.Errorf("weights = %v", got)
	}
}

// TestGroupGoneAtTheWrite deletes green between plan and apply. The API says
// only that one or more groups are not found.
func TestGroupGoneAtTheWrite(t *testing.T) {
	w, a := onListener(awselb.ScenarioOptions{})(t)
	r := w.powers(t, a)
	if _, err := w.Client.DeleteTargetGroup(t.Context(), &elbv2.DeleteTargetGroupInput{TargetGroupArn: &w.Green.GroupARN}); err != nil {
		t.Fatal(err)
	}
	err := r.Attach(t.Context(), traffic.Green)
	wantAttribute(t, err, router.InRouter, path.Root("listener_arns").AtListIndex(0), "Target Group Not Found", w.Green.GroupARN)
	_, err = r.Health(t.Context(), traffic.Green)
	wantAttribute(t, err, router.InGreen, path.Root("target_group_arns").AtListIndex(0), "Target Group Not Found", w.Green.GroupARN)
	if !errors.Is(err, traffic.ErrNotFound) {
		t.Errorf("error %v does not wrap ErrNotFound", err)
	}
}

// TestHealthBeforeAttach shows why the idle group is attached: before, its
// health is not known, and the line says so.
func TestHealthBeforeAttach(t *testing.T) {
	w, a := onListener(awselb.ScenarioOptions{Targets: 2})(t)
	h, err := w.powers(t, a).Health(t.Context(), traffic.Green)
	if err != nil {
		t.Fatal(err)
	}
	if h.Healthy != 0 || h.Total != 2 || len(h.Unhealthy) != 2 || !strings.Contains(h.Unhealthy[0], "no load balancer uses the target group") {
		t.Errorf("Health = %+v", h)
	}
}
