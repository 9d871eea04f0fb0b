package awslb_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func (w *world) facts(t *testing.T, a ask) traffic.Facts {
	t.Helper()
	facts, err := w.powers(t, a).Inspect(router.ForPlan(t.Context()), traffic.Green)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

func wantSays(t *testing.T, text string, says ...string) {
	t.Helper()
	for _, s := range says {
		if !strings.Contains(text, s) {
			t.Errorf("%q does not say %q", text, s)
		}
	}
}

// TestOtherGroupsLimitShares: what cannot be divided names who is in the way,
// the sum and weights that can.
func TestOtherGroupsLimitShares(t *testing.T) {
	for name, test := range map[string]struct {
		ours, other int32
		step        int
		says        []string
	}{
		"a third":        {333, 666, 100, []string{"with weight 666", "stay 333 together", "100 for blue and green", "with weight 200"}},
		"half":           {50, 50, 2, []string{"with weight 50", "stay 50 together", "100 for blue and green", "with weight 100"}},
		"nothing so fit": {7, 997, 100, []string{"with weight 997", "stay 7 together", "a multiple of 100, or take out"}},
		"exact already":  {100, 300, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w, a := onListenerOf(still, awselb.ScenarioOptions{})(t)
			other := w.group(t, "other")
			w.modify(t, w.forward(share{w.Blue.GroupARN, test.ours}, share{other, test.other}))
			facts := w.facts(t, a)
			if facts.WeightStep != test.step || facts.AllOrNothing != (test.step == 100) || (facts.LimitedBy == "") != (test.says == nil) {
				t.Errorf("facts = %+v", facts)
			}
			wantSays(t, facts.LimitedBy, test.says...)
			if test.says != nil {
				wantSays(t, facts.LimitedBy, other)
			}
		})
	}
}

// TestHealthOfFunctionsIsUnknown: their groups have no health checks unless
// somebody turns them on.
func TestHealthOfFunctionsIsUnknown(t *testing.T) {
	w, a := onListenerOf(still, awselb.ScenarioOptions{Functions: true})(t)
	wantSays(t, w.facts(t, a).HealthUnknown, "health checks are off on "+w.Green.GroupARN)
	h, err := w.powers(t, a).Health(t.Context(), traffic.Blue)
	if err != nil || h.Healthy != 0 || h.Total != 1 || !strings.Contains(h.Unhealthy[0], "unavailable") {
		t.Errorf("Health = %+v, %v", h, err)
	}
	if _, err := w.Client.ModifyTargetGroup(t.Context(), &elbv2.ModifyTargetGroupInput{
		TargetGroupArn: &w.Green.GroupARN, HealthCheckEnabled: aws.Bool(true),
	}); err != nil {
		t.Fatal(err)
	}
	w.configure(awselb.AccessKey)
	if facts := w.facts(t, a); facts.HealthUnknown != "" {
		t.Errorf("HealthUnknown = %q with checks on", facts.HealthUnknown)
	}
}

// TestSeen: the plan rests on more than weights. What it does not rest on may
// change: our weights, what else is in the action at 0.
func TestSeen(t *testing.T) {
	sticky := func(a types.Action, seconds int32) types.Action {
		a.ForwardConfig.TargetGroupStickinessConfig = &types.TargetGroupStickinessConfig{Enabled: aws.Bool(true), DurationSeconds: &seconds}
		return a
	}
	for name, test := range map[string]struct {
		action func(w *world, other string) types.Action
		same   bool
	}{
		"our weights":     {func(w *world, _ string) types.Action { return w.forward(share{w.Blue.GroupARN, 7}) }, true},
		"an idle group":   {func(w *world, o string) types.Action { return w.forward(share{w.Blue.GroupARN, 1}, share{o, 0}) }, true},
		"a group":         {func(w *world, o string) types.Action { return w.forward(share{w.Blue.GroupARN, 1}, share{o, 1}) }, false},
		"stickiness":      {func(w *world, _ string) types.Action { return sticky(w.forward(share{w.Blue.GroupARN, 1}), 60) }, false},
		"more stickiness": {func(w *world, _ string) types.Action { return sticky(w.forward(share{w.Blue.GroupARN, 1}), 90) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			w, a := onListenerOf(still, awselb.ScenarioOptions{})(t)
			other := w.group(t, "other")
			before := w.facts(t, a)
			w.modify(t, test.action(w, other))
			w.configure(awselb.AccessKey)
			if after := w.facts(t, a); (after.Seen == before.Seen) != test.same || before.Seen == "" {
				t.Errorf("seen\nbefore %s\nafter  %s", before.Seen, after.Seen)
			}
		})
	}
}

func TestClaims(t *testing.T) {
	w, a := onListenerOf(still, awselb.ScenarioOptions{})(t)
	if got := w.powers(t, a).Claims(); !slices.Equal(got, []string{w.ListenerARN}) {
		t.Errorf("Claims = %v", got)
	}
}

// TestWarnsOfOtherRules: a rule that the switch does not move keeps traffic on
// the color that is left.
func TestWarnsOfOtherRules(t *testing.T) {
	w, a := onListenerOf(still, awselb.ScenarioOptions{Attach: true})(t)
	if warning := w.facts(t, a).Warning; warning != "" {
		t.Errorf("warning without a rule: %q", warning)
	}
	left, err := w.AddRule(t.Context(), 1, "/left/*", w.Blue, w.Green)
	if err != nil {
		t.Fatal(err)
	}
	there, err := w.AddRule(t.Context(), 2, "/there/*", w.Green, w.Blue)
	if err != nil {
		t.Fatal(err)
	}
	w.configure(awselb.AccessKey)
	warning := w.facts(t, a).Warning
	wantSays(t, warning, "leaves blue", "the rule "+left, w.Blue.GroupARN, "rule_arns")
	if strings.Contains(warning, there) {
		t.Errorf("%q names a rule that sends nothing to blue", warning)
	}

	a.listeners, a.rules = nil, []string{left}
	wantSays(t, w.facts(t, a).Warning, "the default action of the listener", "listener_arns")

	a.listeners = []string{w.ListenerARN}
	members, err := w.open(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if facts, err := m.Router.(powers).Inspect(router.ForPlan(t.Context()), traffic.Green); err != nil || facts.Warning != "" {
			t.Errorf("what moves together is no cause for %q, %v", facts.Warning, err)
		}
	}
}

// TestWarnsOfOthersBesideNoWeight: to lead out of no weight takes a share from
// whoever has it all.
func TestWarnsOfOthersBesideNoWeight(t *testing.T) {
	w, a := onListenerOf(still, awselb.ScenarioOptions{})(t)
	other := w.group(t, "other")
	w.modify(t, w.forward(share{w.Blue.GroupARN, 0}, share{w.Green.GroupARN, 0}, share{other, 7}))
	wantSays(t, w.facts(t, a).Warning, "Neither environment has any weight", other+" with weight 7", "the weight 100 together")
}
