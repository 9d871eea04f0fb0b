package acctest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The tests of this file and of those named conformance_…_test.go are what
// every router passes, whatever it is: a router brings a fixture, and a line in
// routers. What only one router has is tested in files with its name.

// TestRoutersLifecycle goes through a switch's whole life: it adopts, cuts over,
// returns at once, and leaves traffic where it is.
func TestRoutersLifecycle(t *testing.T) {
	eachRouterAndCLI(t, func(t *testing.T, binary string, s fixture) {
		e := found(t, cli.Options{Binary: binary}, func(c *projectConfig) {
			*c = c.with(`rollback_window = "1h"`).with(`bake = "10ms"`)
		}, s)
		e.inSteps(t, threeSteps)
		e.checkPlan(t, nil, switchIs(plancheck.ResourceActionCreate), timetable())
		e.apply(t)
		e.wantUntouched(t) // a switch that is created over what it wants adopts it
		e.checkState(t, switchHas("weights", weightsAre(traffic.All(traffic.Blue))), switchHas("last_cutover", knownvalue.Null()))
		e.wantNoChanges(t)

		e.checkPlan(t, to(traffic.Green), switchIs(plancheck.ResourceActionUpdate), e.wholeTimetable(), switchGets("active_color", colorIs(traffic.Green)))
		e.wantUntouched(t)

		e.apply(t, to(traffic.Green)...)
		e.wantWeights(t, traffic.All(traffic.Green))
		e.sound(t, "cutover", traffic.Green)
		e.wantPassed(t, traffic.Green)
		e.checkState(t, switchHas("active_color", colorIs(traffic.Green)), switchHas("idle_color", colorIs(traffic.Blue)),
			switchHas("weights", weightsAre(traffic.All(traffic.Green))), switchHas("last_cutover", resultIs("promoted")))
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

// wholeTimetable is that of a cutover from blue to green in three steps, or of
// one that knows none.
func (e *project) wholeTimetable() plancheck.PlanCheck {
	lines := []string{"found: blue 100, green 0", "gates: "}
	if !e.allOrNothing() {
		lines = append(lines, "step: blue 90, green 10", "step: blue 50, green 50")
	}
	return timetable(append(lines, "promote: blue 0, green 100", "bake: ", "total: at most ")...)
}

// wantPassed fails the test unless every step of threeSteps was passed in order.
func (e *project) wantPassed(t *testing.T, incoming traffic.Color) {
	t.Helper()
	for _, s := range e.fixtures {
		steps := s.steps(incoming)
		if s.allOrNothing() {
			continue
		}
		if !slices.IsSorted(steps) || !slices.Contains(steps, 10) || !slices.Contains(steps, 50) {
			t.Errorf("%s: the weights of %s were %v", s.kind(), incoming, steps)
		}
	}
}

// wantLast compares the last weights that green had.
func (e *project) wantLast(t *testing.T, want ...int) {
	t.Helper()
	for _, s := range e.fixtures {
		if steps := s.steps(traffic.Green); len(steps) < len(want) || !slices.Equal(steps[len(steps)-len(want):], want) {
			t.Errorf("%s: the weights of green were %v, and the last should be %v", s.kind(), steps, want)
		}
	}
}

// wantNoMovement fails the test when green had any traffic since forget: to
// attach it is none.
func (e *project) wantNoMovement(t *testing.T) {
	t.Helper()
	for _, s := range e.fixtures {
		if steps := s.steps(traffic.Green); len(steps) > 0 && slices.Max(steps) > 0 {
			t.Errorf("%s: the weights of green were %v", s.kind(), steps)
		}
	}
}

// backAtOnce returns to blue within the rollback window, by a saved plan, and
// forward again in steps: green was fled from.
func (e *project) backAtOnce(t *testing.T) {
	t.Helper()
	e.forget()
	p := e.checkPlan(t, to(traffic.Blue), timetable("since blue was active a short while ago", "promote: blue 100, green 0"), timetableWithout("step:", "bake:"))
	if err := e.applySaved(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	e.wantWeights(t, traffic.All(traffic.Blue))
	e.sound(t, "back at once", traffic.Blue)
	e.wantNoChanges(t, to(traffic.Blue)...)
	e.checkPlan(t, to(traffic.Green), e.wholeTimetable())
}

// TestRoutersCreateCutsOver creates a switch whose other color has all traffic.
func TestRoutersCreateCutsOver(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := found(t, cli.Options{}, nil, s)
		e.checkPlan(t, to(traffic.Green), switchIs(plancheck.ResourceActionCreate), timetable("found: blue 100, green 0", "promote: blue 0, green 100"))
		e.apply(t, to(traffic.Green)...)
		e.wantWeights(t, traffic.All(traffic.Green))
		e.checkState(t, switchHas("last_cutover", resultIs("promoted")))
		e.wantNoChanges(t, to(traffic.Green)...)
	})
}

func TestRoutersImport(t *testing.T) {
	eachRouterAndCLI(t, func(t *testing.T, binary string, s fixture) {
		e := found(t, cli.Options{Binary: binary}, nil, s)
		e.run(t, "import", "-no-color", switchAddress, s.id())
		e.adopts(t)
	})
}

// TestRoutersImportBlock imports by the configuration.
func TestRoutersImportBlock(t *testing.T) {
	eachRouterAndCLI(t, func(t *testing.T, binary string, s fixture) {
		e := found(t, cli.Options{Binary: binary}, func(c *projectConfig) {
			c.rest = fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", switchAddress, s.id())
		}, s)
		p := e.checkPlan(t, nil, switchIs(plancheck.ResourceActionUpdate))
		for _, change := range p.json.ResourceChanges {
			if change.Address == switchAddress && (change.Change.Importing == nil || change.Change.Importing.ID != s.id()) {
				t.Errorf("the plan imports %v", change.Change.Importing)
			}
		}
		e.adopts(t)
	})
}

// adopts applies after an import, which must move nothing.
func (e *project) adopts(t *testing.T) {
	t.Helper()
	e.apply(t)
	e.wantUntouched(t)
	e.checkState(t, switchHas("weights", weightsAre(traffic.All(traffic.Blue))), switchHas("id", knownvalue.StringExact("shop")))
	e.wantNoChanges(t)
}

func TestRoutersImportOfSomethingElse(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := found(t, cli.Options{}, nil, s)
		_, err := e.Run(t.Context(), "import", "-no-color", switchAddress, "projects/lab/global/backendServices/shop-blue")
		t.Log(failed(t, err, "Identifier Not Recognized", "projects/lab/global/backendServices/shop-blue", "They are written like these",
			":listener/app/shop/", "haproxy:unix:///"))
	})
}

// TestRoutersDrift has a hand move some traffic, and then all of it.
func TestRoutersDrift(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := adopted(t, cli.Options{}, nil, s)
		e.setWeights(t, e.aside())
		e.forget()
		e.checkPlan(t, nil, switchIs(plancheck.ResourceActionUpdate), switchGets("weights", weightsAre(traffic.All(traffic.Blue))),
			timetable("found: "+e.aside().String(), "promote: blue 100, green 0"))
		e.wantUntouched(t)
		e.wantWeights(t, e.aside())
		e.apply(t)
		e.wantWeights(t, traffic.All(traffic.Blue))
		e.wantNoChanges(t)

		e.setWeights(t, traffic.All(traffic.Green))
		p := e.checkPlan(t, nil, timetable("found: blue 0, green 100", "promote: blue 100, green 0"))
		p.wantFound(t, traffic.Green)
		e.wantNoChanges(t, to(traffic.Green)...)
	})
}

// wantFound fails the test unless the refresh found a color to be active.
func (p savedPlan) wantFound(t *testing.T, active traffic.Color) {
	t.Helper()
	for _, change := range p.json.ResourceChanges {
		if change.Address != switchAddress {
			continue
		}
		if before, _ := change.Change.Before.(map[string]any); before["active_color"] != active.String() {
			t.Errorf("the refresh found %v to be active", before["active_color"])
		}
	}
}

func TestRoutersChangedSincePlan(t *testing.T) {
	eachRouterAndCLI(t, func(t *testing.T, binary string, s fixture) {
		e := adopted(t, cli.Options{Binary: binary}, nil, s)
		p := e.checkPlan(t, to(traffic.Green))
		e.setLive(t, e.aside())
		e.forget()
		err := e.applySaved(t.Context(), p)
		t.Log(failed(t, err, "Cutover Refused, No Traffic Moved",
			"changed by someone else: expected blue 100, green 0, found "+e.aside().String(), "Plan again"))
		e.wantUntouched(t)
		e.wantWeights(t, e.aside())
		if !e.allOrNothing() {
			e.checkPlan(t, to(traffic.Green), timetable("found: "+e.aside().String()))
		}
	})
}

// wait is a pause in which health is read twice, at its beginning and at its
// end, at a weight that it returns: a step of 50, or the bake where there are
// no steps.
func (e *project) wait(t *testing.T, pause string) (green int) {
	t.Helper()
	args, green := fmt.Sprintf("steps = [{ weight = 10 }, { weight = 50, pause = %q }]", pause), 50
	if e.allOrNothing() {
		args, green = fmt.Sprintf("bake = %q", pause), 100
	}
	e.rewrite(t, func(c *projectConfig) { *c = c.with(args).with(`timeouts = { create = "2h", update = "2h" }`) })
	e.apply(t)
	e.forget()
	return green
}

func TestRoutersUnhealthyInAPause(t *testing.T) {
	eachRouterAndCLI(t, func(t *testing.T, binary string, s fixture) {
		e := adopted(t, cli.Options{Binary: binary}, nil, s)
		green := e.wait(t, "1s")
		remove := e.at(green, func() { e.setHealthy(t, traffic.Green, false) })
		_, err := e.Apply(t.Context(), to(traffic.Green)...)
		remove()
		e.wantLast(t, green, 0)
		t.Log(failed(t, err, "Cutover Rolled Back", "The cutover from blue to green ended at", "targets are healthy",
			"Traffic is back as it was found: blue 100, green 0", "the next plan proposes the cutover again"))
		e.wantWeights(t, traffic.All(traffic.Blue))
		e.checkState(t, switchHas("active_color", colorIs(traffic.Blue)), switchHas("weights", weightsAre(traffic.All(traffic.Blue))),
			switchHas("last_cutover", resultIs("rolled_back")))
		e.wantNoChanges(t)

		e.setHealthy(t, traffic.Green, true)
		e.checkPlan(t, to(traffic.Green), timetable("found: blue 100, green 0", "promote: blue 0, green 100"))
		e.apply(t, to(traffic.Green)...)
		e.wantWeights(t, traffic.All(traffic.Green))
		e.checkState(t, switchHas("last_cutover", resultIs("promoted")))
	})
}

// TestRoutersUnhealthyFromTheBeginning gives an unfit environment no traffic: it
// is refused, or after a probe it is back.
func TestRoutersUnhealthyFromTheBeginning(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := adopted(t, cli.Options{}, func(c *projectConfig) {
			c.green += "\n  health = { timeout = \"2s\" }"
			c.rest = colorOutputs
		}, s)
		e.setHealthy(t, traffic.Green, false)
		e.forget()
		_, err := e.Apply(t.Context(), to(traffic.Green)...)
		t.Log(failed(t, err, "0 of ", "targets are healthy", s.whyUnhealthy(), "blue 100, green 0"))
		if !s.probes() {
			wantText(t, err.Error(), "Cutover Refused, No Traffic Moved", "The cutover from blue to green ended at gates", "Health did not hold within 2s",
				"Traffic now: blue 100, green 0")
			e.wantNoMovement(t)
			e.checkState(t, switchHas("last_cutover", knownvalue.Null()))
		}
		e.wantWeights(t, traffic.All(traffic.Blue))
		e.sound(t, "refused", traffic.Green)
		e.checkState(t, switchHas("active_color", colorIs(traffic.Blue)))
		e.wantOutputs(t, traffic.Blue)
		e.setHealthy(t, traffic.Green, true)
		e.apply(t, to(traffic.Green)...)
		e.wantWeights(t, traffic.All(traffic.Green))
		e.wantOutputs(t, traffic.Green)
		text, err := e.Run(t.Context(), append([]string{"plan", "-no-color", "-refresh-only"}, to(traffic.Green)...)...)
		if err != nil || !strings.Contains(text, "No changes") {
			t.Errorf("a good cutover looks like drift: %v\n%s", err, text)
		}
	})
}

// colorOutputs are what a pipeline asks for its next deploy.
const colorOutputs = `
output "serving" { value = bluegreen_switch.shop.serving_color }
output "idle" { value = bluegreen_switch.shop.idle_color }
`

// wantOutputs checks the outputs against who serves, whatever became of the apply.
func (e *project) wantOutputs(t *testing.T, serving traffic.Color) {
	t.Helper()
	for name, want := range map[string]traffic.Color{"serving": serving, "idle": serving.Other()} {
		if got, err := e.Run(t.Context(), "output", "-raw", name); err != nil || got != want.String() {
			t.Errorf("output %s is %q, want %s (%v)", name, got, want, err)
		}
	}
}

func TestRoutersInterruptedInAPause(t *testing.T) {
	eachRouterAndCLI(t, func(t *testing.T, binary string, s fixture) {
		e := adopted(t, cli.Options{Binary: binary}, nil, s)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		green := e.wait(t, "10m")
		remove := e.at(green, cancel)
		defer remove()
		_, err := e.Apply(ctx, to(traffic.Green)...)
		e.wantLast(t, green, 0)
		t.Log(failed(t, err, "Cutover Rolled Back", "The run was cancelled.", "Traffic is back as it was found: blue 100, green 0"))
		e.wantWeights(t, traffic.All(traffic.Blue))
		e.checkState(t, switchHas("active_color", colorIs(traffic.Blue)), switchHas("last_cutover", resultIs("rolled_back")))
		e.wantNoChanges(t)
	})
}

// TestRoutersChangedDuringAPause is not fought.
func TestRoutersChangedDuringAPause(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := adopted(t, cli.Options{}, nil, s)
		green, hand := e.wait(t, "1s"), traffic.Split(traffic.Green, 33)
		if e.allOrNothing() {
			hand = traffic.All(traffic.Blue)
		}
		remove := e.at(green, func() { e.setWeights(t, hand) })
		_, err := e.Apply(t.Context(), to(traffic.Green)...)
		remove()
		expected := fmt.Sprintf("changed by someone else: expected %s, found %s", traffic.Split(traffic.Green, green), hand)
		t.Log(failed(t, err, expected))
		e.wantWeights(t, hand)
		e.checkState(t, switchHas("weights", weightsAre(hand)))
		if !e.allOrNothing() {
			wantText(t, err.Error(), "Cutover Stopped: A Router Was Changed By Someone Else", "left alone")
			e.checkState(t, switchHas("last_cutover", resultIs("stopped")))
			e.checkPlan(t, nil, timetable("found: "+hand.String()))
		}
		e.apply(t, to(traffic.Green)...)
		e.wantWeights(t, traffic.All(traffic.Green))
	})
}
