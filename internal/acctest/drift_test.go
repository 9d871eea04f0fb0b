package acctest

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestDriftIsADiff(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, nil)
	sh.setWeights(t, traffic.Split(traffic.Blue, 70))
	wantText(t, sh.plan(t), "~ blue = 70 -> 100", "found: blue 70, green 30", "since blue was active a short while ago", "promote: blue 100, green 0")
	sh.wantWeights(t, traffic.Split(traffic.Blue, 70))
	sh.apply(t)
	sh.wantWeights(t, traffic.All(traffic.Blue))
	sh.wantNoChanges(t)
}

func TestMovedByHand(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, nil)
	sh.setWeights(t, traffic.All(traffic.Green))
	wantText(t, sh.plan(t), `~ active_color = "green" -> "blue"`, "found: blue 0, green 100", "promote: blue 100, green 0")
	sh.wantNoChanges(t, to(traffic.Green)...)
	sh.apply(t)
	sh.wantWeights(t, traffic.All(traffic.Blue))
}

// TestOtherBackend gives the active environment another target group, which
// the listener does not send anything to.
func TestOtherBackend(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{}, nil)
	sh.rewrite(t, func(c *config) { c.blue = groups(sh.addGroup(t, "other")) })
	sh.forget()
	_, _, err := sh.Plan(t.Context())
	failed(t, err, "Forwards to Neither Environment")
	sh.wantUntouched(t)
}

func TestChangedSincePlan(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := opened(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true}, nil)
		sh.plan(t, append(to(traffic.Green), "-out=cutover.plan")...)
		sh.setWeights(t, traffic.Split(traffic.Blue, 70))
		sh.forget()
		_, err := sh.Run(t.Context(), "apply", "-no-color", "cutover.plan")
		said := failed(t, err, "Cutover Refused, No Traffic Moved", "changed by someone else: expected blue 100, green 0, found blue 70, green 30", "Plan again")
		t.Log(said)
		sh.wantUntouched(t)
		wantText(t, sh.plan(t, to(traffic.Green)...), "found: blue 70, green 30")
	})
}

// TestChangedSincePlanOfACreate has Terraform notice it first: it plans once
// more in the apply, and calls a difference a bug. A provider cannot keep what
// it found for a create, so that nothing can say it better. No traffic moves.
func TestChangedSincePlanOfACreate(t *testing.T) {
	t.Parallel()
	sh := open(t, cli.Options{}, awselb.ScenarioOptions{Attach: true, ForgetAfter: true}, nil)
	sh.plan(t, append(to(traffic.Green), "-out=cutover.plan")...)
	sh.setWeights(t, traffic.Split(traffic.Blue, 70))
	sh.forget()
	_, err := sh.Run(t.Context(), "apply", "-no-color", "cutover.plan")
	if err == nil {
		t.Fatal("it was applied")
	}
	wantText(t, err.Error(), "Provider produced inconsistent final plan", "value for .cutover", "found: blue 70, green 30")
	sh.wantUntouched(t)
}
