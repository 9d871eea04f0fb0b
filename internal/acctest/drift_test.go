package acctest

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

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
