package acctest

import (
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestUpdateWithoutMovement changes what moves nothing.
func TestUpdateWithoutMovement(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{}, nil)
	sh.rewrite(t, func(c *config) {
		*c = c.with(`steps = [{ weight = 5, pause = "1m" }]`).with(`bake = "2m"`).with(`drain = "30s"`)
		c.versions[1] = "2.0.1"
		c.name = "store"
	})
	wantText(t, sh.plan(t), `name = "shop" -> "store"`, `version = "2.0.0" -> "2.0.1"`, "0 to add, 2 to change, 0 to destroy")
	sh.apply(t)
	sh.wantState(t, "id", `"store"`)
	sh.wantNoChanges(t)
	sh.wantUntouched(t)
}

// TestFailedCreateSavesNothing would be a replacement if it saved anything.
func TestFailedCreateSavesNothing(t *testing.T) {
	t.Parallel()
	sh := open(t, cli.Options{}, awselb.ScenarioOptions{Attach: true, ForgetAfter: true}, func(c *config) {
		*c = c.with(`steps = [{ weight = 10 }, { weight = 50, pause = "1s" }]`)
	})
	remove := sh.at(50, func() { sh.setHealth(t, awselb.StateUnhealthy) })
	_, err := sh.Apply(t.Context(), to(traffic.Green)...)
	remove()
	failed(t, err, "Cutover Rolled Back")
	sh.wantWeights(t, traffic.All(traffic.Blue))
	if state := sh.switchState(t); state != nil {
		t.Errorf("the switch is in state: %v", state)
	}
	sh.setHealth(t, awselb.StateHealthy)
	wantText(t, sh.plan(t, to(traffic.Green)...), "bluegreen_switch.shop will be created", "1 to add, 0 to change, 0 to destroy")
	sh.apply(t, to(traffic.Green)...)
	sh.wantWeights(t, traffic.All(traffic.Green))
}

func TestWithoutRefresh(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{}, nil)
	sh.apply(t, append(to(traffic.Green), "-refresh=false")...)
	sh.wantWeights(t, traffic.All(traffic.Green))
	sh.wantNoChanges(t, append(to(traffic.Green), "-refresh=false")...)
}

func TestRefreshOnly(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, nil)
	wantText(t, sh.run(t, "plan", "-no-color", "-refresh-only"), "No changes. Your infrastructure still matches the configuration.")
	sh.setWeights(t, traffic.All(traffic.Green))
	sh.forget()
	sh.apply(t, "-refresh-only")
	sh.wantUntouched(t)
	sh.wantState(t, "active_color", `"green"`)
	sh.wantNoChanges(t, to(traffic.Green)...)
}

// TestPlanWhileACutoverRuns has the runbook's first command answer in the middle of a cutover: state is locked then, and
// a plan that does not ask for the lock says where traffic is.
func TestPlanWhileACutoverRuns(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := opened(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{}, func(c *config) { *c = c.with(`steps = [{ weight = 10, pause = "3s" }]`) })
		done := make(chan struct{})
		remove := sh.at(10, func() {
			defer close(done)
			if _, err := sh.Run(t.Context(), append([]string{"plan", "-no-color"}, to(traffic.Green)...)...); err == nil || !strings.Contains(err.Error(), "Error acquiring the state lock") {
				t.Errorf("a plan beside an apply: %v", err)
			}
			out, err := sh.Run(t.Context(), append([]string{"plan", "-no-color", "-lock=false"}, to(traffic.Green)...)...)
			if err != nil {
				t.Errorf("a plan without the lock: %v", err)
			}
			wantText(t, out, "found: blue 90, green 10")
		})
		defer remove()
		sh.apply(t, to(traffic.Green)...)
		<-done
		sh.wantWeights(t, traffic.All(traffic.Green))
	})
}
