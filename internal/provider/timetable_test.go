package provider_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// plans is the plan of a configuration, by attributes.
func (i *instance) plans(t *testing.T, config *tfprotov6.DynamicValue) map[string]tftypes.Value {
	t.Helper()
	planned := i.plan(t, config)
	wantClean(t, planned.Diagnostics)
	var attributes map[string]tftypes.Value
	plan, err := planned.PlannedState.Unmarshal(i.typ)
	if err != nil || plan.As(&attributes) != nil {
		t.Fatal(err)
	}
	return attributes
}

func (i *instance) wantColors(t *testing.T, serving, idle string) {
	t.Helper()
	if got := i.attribute(t, "serving_color"); got != serving {
		t.Errorf("serving_color is %s, want %s", got, serving)
	}
	if got := i.attribute(t, "idle_color"); got != idle {
		t.Errorf("idle_color is %s, want %s", got, idle)
	}
}

const (
	blueText  = `tftypes.String<"blue">`
	greenText = `tftypes.String<"green">`
	nullText  = `tftypes.String<null>`
)

// TestColorsOfAFailedCutover: an output of what a plan knows is written even when
// the apply fails, so that a plan with a cutover does not know who will serve.
func TestColorsOfAFailedCutover(t *testing.T) {
	t.Parallel()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	i.wantColors(t, blueText, greenText)
	plan := i.plans(t, value(t, i.typ, configured(t, traffic.Green, nil)))
	for _, name := range []string{"serving_color", "idle_color"} {
		if plan[name].IsKnown() {
			t.Errorf("%s is %s in a plan that may fail", name, plan[name])
		}
	}
	m.Before = func(_ context.Context, call string) error {
		if call == traffictest.CallSetWeights {
			return errors.New("no")
		}
		return nil
	}
	if said := i.apply(t.Context(), t, configured(t, traffic.Green, nil)); textOf(said, tfprotov6.DiagnosticSeverityError) == "" {
		t.Fatalf("it was applied: %v", said)
	}
	i.wantColors(t, blueText, greenText)
	m.Before = nil
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, nil)))
	i.wantColors(t, greenText, blueText)
}

// TestServingColorOfDividedTraffic: nobody has everything.
func TestServingColorOfDividedTraffic(t *testing.T) {
	t.Parallel()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	if err := m.SetWeights(t.Context(), traffic.All(traffic.Blue), traffic.Split(traffic.Blue, 70)); err != nil {
		t.Fatal(err)
	}
	wantClean(t, i.refresh(t))
	i.wantColors(t, nullText, greenText)
}

// TestServingColorOfTwoRouters: one of two that has moved makes nobody have
// everything.
func TestServingColorOfTwoRouters(t *testing.T) {
	t.Parallel()
	m, s := traffictest.NewMemory(traffic.All(traffic.Blue)), traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m, memoryKind("spare", s))
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, spared())))
	i.wantColors(t, blueText, greenText)
	s.Interfere(traffic.All(traffic.Green))
	wantClean(t, i.refresh(t))
	i.wantColors(t, nullText, greenText)
}

// TestTimetableStays: a refresh after a cutover finds nothing to change, and
// neither does a plan; one that changes something else shows no cutover.
func TestTimetableStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, timetableStays)
}

func timetableStays(t *testing.T) {
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	green := map[string]any{"steps": []any{map[string]any{"weight": 10, "pause": "90s"}}}
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, green)))
	applied := i.state
	wantClean(t, i.refresh(t))
	if !i.state.Equal(applied) {
		t.Errorf("the refresh changed state from %s to %s", applied, i.state)
	}
	plan := i.plans(t, value(t, i.typ, configured(t, traffic.Green, green)))
	if !tftypes.NewValue(i.typ, plan).Equal(applied) {
		t.Errorf("a plan without a change has %v", plan)
	}
	if stages(t, plan["timetable"]) != 3 {
		t.Errorf("the timetable is %s", plan["timetable"])
	}
	green["bake"] = "1s"
	if plan := i.plans(t, value(t, i.typ, configured(t, traffic.Green, green))); stages(t, plan["timetable"]) != 0 || stages(t, plan["cutover"]) != 0 {
		t.Errorf("a plan without a cutover shows %s and %s", plan["cutover"], plan["timetable"])
	}
}

// stages is how long a timetable is, or its lines are.
func stages(t *testing.T, v tftypes.Value) int {
	t.Helper()
	if v.Type().Is(tftypes.Object{}) {
		var table map[string]tftypes.Value
		if err := v.As(&table); err != nil {
			t.Fatal(err)
		}
		v = table["stages"]
	}
	var list []tftypes.Value
	if err := v.As(&list); err != nil {
		t.Fatal(err)
	}
	return len(list)
}
