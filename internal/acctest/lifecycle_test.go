package acctest

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestLifecycle goes through a switch's whole life with both CLIs.
func TestLifecycle(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := open(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{ForgetAfter: true}, nil)
		sh.rewrite(t, func(c *config) { *c = c.with(`steps = [{ weight = 10 }, { weight = 50 }]`) })

		sh.apply(t)
		sh.wantUntouched(t) // a switch that is created over what it wants adopts it
		sh.wantState(t, "weights", `{"blue":100,"green":0}`)
		sh.wantState(t, "cutover", `[]`)
		sh.wantState(t, "last_cutover", `null`)
		sh.wantNoChanges(t)

		wantText(t, sh.plan(t, to(traffic.Green)...), `active_color = "blue" -> "green"`,
			"found: blue 100, green 0", "gates: health of green, up to 5m", "step: blue 90, green 10",
			"step: blue 50, green 50", "promote: blue 0, green 100", "total: at most 9m40s")
		sh.wantUntouched(t)

		sh.apply(t, to(traffic.Green)...)
		sh.wantSteps(t, traffic.Green, 0, 10, 50, 100)
		sh.wantState(t, "active_color", `"green"`)
		sh.wantState(t, "idle_color", `"blue"`)
		sh.wantState(t, "weights", `{"blue":0,"green":100}`)
		sh.wantResult(t, "promoted")
		sh.wantNoChanges(t, to(traffic.Green)...)

		sh.forget()
		if _, err := sh.Destroy(t.Context(), to(traffic.Green)...); err != nil {
			t.Fatal(err)
		}
		sh.wantUntouched(t)
		sh.wantWeights(t, traffic.All(traffic.Green))
	})
}

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

// TestCreateCutsOver creates a switch whose other color has all traffic.
func TestCreateCutsOver(t *testing.T) {
	t.Parallel()
	sh := open(t, cli.Options{}, awselb.ScenarioOptions{Attach: true, ForgetAfter: true}, nil)
	wantText(t, sh.plan(t, to(traffic.Green)...), "found: blue 100, green 0", "promote: blue 0, green 100", "3 to add")
	sh.apply(t, to(traffic.Green)...)
	sh.wantWeights(t, traffic.All(traffic.Green))
	sh.wantResult(t, "promoted")
	sh.wantNoChanges(t, to(traffic.Green)...)
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

func TestSavedPlan(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		sh := opened(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{}, nil)
		sh.plan(t, append(to(traffic.Green), "-out=cutover.plan")...)
		sh.run(t, "apply", "-no-color", "cutover.plan")
		sh.wantWeights(t, traffic.All(traffic.Green))
		sh.wantNoChanges(t, to(traffic.Green)...)
	})
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
