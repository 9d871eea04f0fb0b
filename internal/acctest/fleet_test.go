package acctest

import (
	"fmt"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// fleet is a shop whose switch has two listeners and a rule in one region, and
// a listener in another.
type fleet struct {
	*shop
	far *awselb.Scenario
	at  map[string]*awselb.Scenario // by ARN
}

func openFleet(t *testing.T, binary string) *fleet {
	t.Helper()
	sh := open(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true}, nil)
	f := &fleet{shop: sh, far: sh.s.Lab.ScenarioT(t, awselb.ScenarioOptions{Region: "us-east-1", Attach: true})}
	listener, err := sh.s.AddListener(t.Context(), 8080, sh.s.Blue, sh.s.Green)
	if err != nil {
		t.Fatal(err)
	}
	rule, err := sh.s.AddRule(t.Context(), 10, "/api/*", sh.s.Blue, sh.s.Green)
	if err != nil {
		t.Fatal(err)
	}
	f.at = map[string]*awselb.Scenario{sh.s.ListenerARN: sh.s, listener: sh.s, rule: sh.s, f.far.ListenerARN: f.far}
	sh.rewrite(t, func(c *config) {
		c.blue = groups(sh.s.Blue.GroupARN, f.far.Blue.GroupARN)
		c.green = groups(sh.s.Green.GroupARN, f.far.Green.GroupARN)
		c.lb = fmt.Sprintf("{ listener_arns = %s, rule_arns = %s }",
			list([]string{sh.s.ListenerARN, listener, f.far.ListenerARN}), list([]string{rule}))
		*c = c.with(threeSteps)
	})
	sh.apply(t)
	sh.forget()
	return f
}

func (f *fleet) wantAll(t *testing.T, want traffic.Weights) {
	t.Helper()
	for arn, s := range f.at {
		if w := weightsOf(s, arn); w != want {
			t.Errorf("%s has %s, want %s", arn, w, want)
		}
	}
}

func TestFleetMovesTogether(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		f := openFleet(t, binary)
		f.apply(t, to(traffic.Green)...)
		f.wantAll(t, traffic.All(traffic.Green))
		for arn, s := range f.at {
			var seen []int
			for _, c := range f.s.Lab.JournalOf(arn) {
				seen = append(seen, c.Weight(s.Green.GroupARN))
			}
			if fmt.Sprint(seen) != "[10 50 100]" {
				t.Errorf("%s went through %v", arn, seen)
			}
		}
		f.wantNoChanges(t, to(traffic.Green)...)
	})
}

// TestFleetGoesBackTogether has one of four refuse the second step.
func TestFleetGoesBackTogether(t *testing.T) {
	t.Parallel()
	f := openFleet(t, "")
	remove := f.s.Lab.AddHook(awselb.Hook{Befall: func(c awselb.Call) awselb.Fault {
		if c.Action == "ModifyListener" && c.Region == "us-east-1" && weightsOf(f.far, f.far.ListenerARN).Green == 10 &&
			c.Params.Get("DefaultActions.member.1.ForwardConfig.TargetGroups.member.2.Weight") == "50" {
			return awselb.Fault{Err: denied()}
		}
		return awselb.Fault{}
	}})
	defer remove()
	_, err := f.Apply(t.Context(), to(traffic.Green)...)
	t.Log(failed(t, err, "Cutover Rolled Back", "ended at step", f.far.ListenerARN, "Traffic is back as it was found: blue 100, green 0"))
	f.wantAll(t, traffic.All(traffic.Blue))
	f.wantState(t, "weights", `{"blue":100,"green":0}`)
}

// TestFleetApart has the members differ, as a cutover that was killed leaves
// them: the plan names each, and the one that lags decides.
func TestFleetApart(t *testing.T) {
	t.Parallel()
	f := openFleet(t, "")
	err := f.s.Lab.SetWeights(f.far.ListenerARN, map[string]int{f.far.Blue.GroupARN: 0, f.far.Green.GroupARN: 100})
	if err != nil {
		t.Fatal(err)
	}
	wantText(t, f.plan(t, to(traffic.Green)...), "blue 0, green 100 in "+f.far.ListenerARN, "blue 100, green 0 in "+f.s.ListenerARN,
		"step: blue 90, green 10")
	f.apply(t, to(traffic.Green)...)
	f.wantAll(t, traffic.All(traffic.Green))
}

// TestFleetReportsAll has two members fail at plan, which is told at once.
func TestFleetReportsAll(t *testing.T) {
	t.Parallel()
	f := openFleet(t, "")
	gone := func(arn string) string { return arn[:len(arn)-16] + "0123456789abcdef" }
	f.rewrite(t, func(c *config) { c.lb = listeners(gone(f.s.ListenerARN), gone(f.far.ListenerARN)) })
	_, _, err := f.Plan(t.Context())
	failed(t, err, "Listener or Rule Not Found", gone(f.s.ListenerARN), gone(f.far.ListenerARN), "The attribute is aws_lb.listener_arns[1]")
}
