package acctest

import (
	"context"
	"fmt"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestRoutersLifecycle goes through a switch's whole life.
func TestRoutersLifecycle(t *testing.T) {
	eachRouterAndCLI(t, func(t *testing.T, binary string, s fixture) {
		e := found(t, cli.Options{Binary: binary}, func(c *projectConfig) {
			*c = c.with(threeSteps).with(`rollback_window = "1h"`).with(`bake = "10ms"`)
		}, s)
		e.apply(t)
		e.wantUntouched(t)
		e.wantState(t, "weights", `{"blue":100,"green":0}`)
		e.wantState(t, "last_cutover", `null`)
		e.wantNoChanges(t)

		wantText(t, e.plan(t, to(traffic.Green)...), `active_color = "blue" -> "green"`, "found: blue 100, green 0",
			"step: blue 90, green 10", "step: blue 50, green 50", "promote: blue 0, green 100", "bake: ", "total: at most ")
		e.wantUntouched(t)

		e.apply(t, to(traffic.Green)...)
		e.wantWeights(t, traffic.All(traffic.Green))
		e.sound(t, "cutover", traffic.Green)
		e.wantState(t, "active_color", `"green"`)
		e.wantState(t, "weights", `{"blue":0,"green":100}`)
		e.wantResult(t, "promoted")
		e.wantNoChanges(t, to(traffic.Green)...)

		e.backAtOnce(t)

		e.forget()
		if _, err := e.Destroy(t.Context()); err != nil {
			t.Fatal(err)
		}
		e.wantUntouched(t)
		e.wantWeights(t, traffic.All(traffic.Blue))
	})
}

// backAtOnce returns to blue within the rollback window.
func (e *project) backAtOnce(t *testing.T) {
	t.Helper()
	e.forget()
	text := e.plan(t, append(to(traffic.Blue), "-out=back.plan")...)
	wantText(t, text, "since blue was active a short while ago", "promote: blue 100, green 0")
	wantNoText(t, text, `+ "step:`, `+ "bake:`)
	e.run(t, "apply", "-no-color", "back.plan")
	e.wantWeights(t, traffic.All(traffic.Blue))
	e.sound(t, "back at once", traffic.Blue)
	e.wantNoChanges(t, to(traffic.Blue)...)
}

func TestRoutersCreateCutsOver(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := found(t, cli.Options{}, nil, s)
		wantText(t, e.plan(t, to(traffic.Green)...), "found: blue 100, green 0", "promote: blue 0, green 100", "3 to add")
		e.apply(t, to(traffic.Green)...)
		e.wantWeights(t, traffic.All(traffic.Green))
		e.wantResult(t, "promoted")
		e.wantNoChanges(t, to(traffic.Green)...)
	})
}

func TestRoutersImport(t *testing.T) {
	eachRouterAndCLI(t, func(t *testing.T, binary string, s fixture) {
		e := found(t, cli.Options{Binary: binary}, nil, s)
		e.run(t, "import", "-no-color", "bluegreen_switch.shop", s.id())
		e.apply(t)
		e.wantUntouched(t)
		e.wantState(t, "weights", `{"blue":100,"green":0}`)
		e.wantState(t, "id", `"shop"`)
		e.wantNoChanges(t)
	})
}

func TestRoutersImportBlock(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := found(t, cli.Options{}, func(c *projectConfig) {
			c.rest = fmt.Sprintf("import {\n  to = bluegreen_switch.shop\n  id = %q\n}\n", s.id())
		}, s)
		wantText(t, e.plan(t), "1 to import, 2 to add, 1 to change, 0 to destroy")
		e.apply(t)
		e.wantUntouched(t)
		e.wantNoChanges(t)
	})
}

func TestRoutersImportOfSomethingElse(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := found(t, cli.Options{}, nil, s)
		_, err := e.Run(t.Context(), "import", "-no-color", "bluegreen_switch.shop", "projects/lab/global/backendServices/shop-blue")
		t.Log(failed(t, err, "Identifier Not Recognized", "projects/lab/global/backendServices/shop-blue"))
	})
}

func TestRoutersDrift(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := adopted(t, cli.Options{}, nil, s)
		e.setWeights(t, traffic.Split(traffic.Blue, 70))
		wantText(t, e.plan(t), "~ blue = 70 -> 100", "found: blue 70, green 30", "promote: blue 100, green 0")
		e.wantWeights(t, traffic.Split(traffic.Blue, 70))
		e.apply(t)
		e.wantWeights(t, traffic.All(traffic.Blue))
		e.wantNoChanges(t)

		e.setWeights(t, traffic.All(traffic.Green))
		wantText(t, e.plan(t), `~ active_color = "green" -> "blue"`, "found: blue 0, green 100", "promote: blue 100, green 0")
		e.wantNoChanges(t, to(traffic.Green)...)
	})
}

func TestRoutersChangedSincePlan(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := adopted(t, cli.Options{}, nil, s)
		e.plan(t, append(to(traffic.Green), "-out=cutover.plan")...)
		e.setWeights(t, traffic.Split(traffic.Blue, 70))
		e.forget()
		_, err := e.Run(t.Context(), "apply", "-no-color", "cutover.plan")
		t.Log(failed(t, err, "Cutover Refused, No Traffic Moved",
			"changed by someone else: expected blue 100, green 0, found blue 70, green 30", "Plan again"))
		e.wantUntouched(t)
		wantText(t, e.plan(t, to(traffic.Green)...), "found: blue 70, green 30")
	})
}

func TestRoutersUnhealthyAtHalf(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := adopted(t, cli.Options{}, func(c *projectConfig) { *c = c.with(watched) }, s)
		remove := e.at(50, func() { e.setHealthy(t, traffic.Green, false) })
		_, err := e.Apply(t.Context(), to(traffic.Green)...)
		remove()
		t.Log(failed(t, err, "Cutover Rolled Back", "ended at step", "0 of 1 targets are healthy",
			"Traffic is back as it was found: blue 100, green 0", "the next plan proposes the cutover again"))
		e.wantWeights(t, traffic.All(traffic.Blue))
		e.wantState(t, "active_color", `"blue"`)
		e.wantResult(t, "rolled_back")
		e.wantNoChanges(t)

		e.setHealthy(t, traffic.Green, true)
		e.apply(t, to(traffic.Green)...)
		e.wantWeights(t, traffic.All(traffic.Green))
		e.wantResult(t, "promoted")
	})
}

// TestRoutersUnhealthyFromTheBeginning gives an unfit environment no traffic: it
// is refused, or after a probe it is back.
func TestRoutersUnhealthyFromTheBeginning(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := adopted(t, cli.Options{}, func(c *projectConfig) { c.green += "\n  health = { timeout = \"2s\" }" }, s)
		e.setHealthy(t, traffic.Green, false)
		e.forget()
		_, err := e.Apply(t.Context(), to(traffic.Green)...)
		t.Log(failed(t, err, "0 of 1 targets are healthy", "blue 100, green 0"))
		e.wantWeights(t, traffic.All(traffic.Blue))
		e.sound(t, "refused", traffic.Green)
		e.wantState(t, "active_color", `"blue"`)
		e.setHealthy(t, traffic.Green, true)
		e.apply(t, to(traffic.Green)...)
		e.wantWeights(t, traffic.All(traffic.Green))
	})
}

func TestRoutersInterruptedInAPause(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := adopted(t, cli.Options{}, func(c *projectConfig) { *c = c.with(`steps = [{ weight = 50, pause = "10m" }]`) }, s)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		defer e.at(50, cancel)()
		_, err := e.Apply(ctx, to(traffic.Green)...)
		t.Log(failed(t, err, "Cutover Rolled Back", "The run was cancelled.", "Traffic is back as it was found: blue 100, green 0"))
		e.wantWeights(t, traffic.All(traffic.Blue))
		e.wantState(t, "active_color", `"blue"`)
		e.wantNoChanges(t)
	})
}

func TestRoutersChangedDuringAPause(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := adopted(t, cli.Options{}, func(c *projectConfig) { *c = c.with(watched) }, s)
		remove := e.at(50, func() { e.setWeights(t, traffic.Split(traffic.Green, 33)) })
		_, err := e.Apply(t.Context(), to(traffic.Green)...)
		remove()
		t.Log(failed(t, err, "Cutover Stopped: A Router Was Changed By Someone Else",
			"changed by someone else: expected blue 50, green 50, found blue 67, green 33", "left alone"))
		e.wantWeights(t, traffic.Split(traffic.Green, 33)) // not fought
		e.wantState(t, "weights", `{"blue":67,"green":33}`)
		e.wantResult(t, "stopped")
		wantText(t, e.plan(t), "found: blue 67, green 33")
		e.apply(t, to(traffic.Green)...)
		e.wantWeights(t, traffic.All(traffic.Green))
	})
}
