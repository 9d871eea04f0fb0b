package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestALBOutOfNoWeight: a listener is found with both weights at 0, by a switch
// and before there is one. A plan and an apply with either color lead out.
func TestALBOutOfNoWeight(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T, cli.Options, awselb.ScenarioOptions, func(*config)) *shop{"new": open, "old": opened} {
		for _, c := range traffic.Colors() {
			t.Run(name+"/"+c.String(), func(t *testing.T) {
				t.Parallel()
				sh := start(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, nil)
				sh.setRaw(t, map[string]int{sh.s.Blue.GroupARN: 0, sh.s.Green.GroupARN: 0})
				sh.forget()
				sh.checkPlan(t, to(c), timetable("gates: ", "promote: "+traffic.All(c).String()))
				sh.wantUntouched(t)
				sh.apply(t, to(c)...)
				sh.wantWeights(t, traffic.All(c))
				sh.checkState(t, switchHas("active_color", colorIs(c)), switchHas("weights", weightsAre(traffic.All(c))))
				sh.wantNoChanges(t, to(c)...)
			})
		}
	}
}

// TestALBWarnsOfOtherRules: a rule of the same listener keeps traffic on the
// color that is left, until the switch moves it too.
func TestALBWarnsOfOtherRules(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := opened(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true}, nil)
		rule, err := sh.s.AddRule(t.Context(), 1, "/left/*", sh.s.Blue, sh.s.Green)
		if err != nil {
			t.Fatal(err)
		}
		wantText(t, sh.plan(t, to(traffic.Green)...), "Warning: Look At The Router", "leaves blue", "the rule "+rule+" still forwards to its target group",
			"add it to rule_arns or listener_arns of the switch")
		sh.rewrite(t, func(c *config) {
			c.lb = "{ listener_arns = " + list([]string{sh.s.ListenerARN}) + ", rule_arns = " + list([]string{rule}) + " }"
		})
		sh.apply(t)
		wantNoText(t, sh.plan(t, to(traffic.Green)...), "Look At The Router")
		sh.apply(t, to(traffic.Green)...)
		if w := sh.s.Lab.Weights(rule); w[sh.s.Green.GroupARN] != 100 || w[sh.s.Blue.GroupARN] != 0 {
			t.Errorf("the rule has %v", w)
		}
	})
}

// TestALBFunctions: nobody looks at the health of target groups of functions, so
// that checks decide; without them the plan is refused.
func TestALBFunctions(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Functions: true}, nil)
	_, _, err := sh.Plan(t.Context(), to(traffic.Green)...)
	t.Log(failed(t, err, "No router can tell whether green is healthy", "health checks are off on "+sh.s.Green.GroupARN, "Add checks to it"))
	sh.wantUntouched(t)

	checked := startAsked(t)
	sh.rewrite(t, checked.smoke)
	p := sh.checkPlan(t, to(traffic.Green), switchIs(plancheck.ResourceActionUpdate),
		timetable("health of green not known in", "promote: "+traffic.All(traffic.Green).String()))
	if err := sh.applySaved(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if checked.times.Load() == 0 {
		t.Error("nobody checked green")
	}
	sh.wantWeights(t, traffic.All(traffic.Green))
	sh.wantNoChanges(t, to(traffic.Green)...)
}
