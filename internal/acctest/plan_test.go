package acctest

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// switchAddress is where all configurations have their switch.
const switchAddress = "bluegreen_switch.shop"

// savedPlan is a plan in a file, which can be applied.
type savedPlan struct {
	file string
	json *tfjson.Plan
}

// checkPlan plans, and checks the plan as the CLI gives it to programs. The
// plan must have changes.
func (st stack) checkPlan(t *testing.T, args []string, checks ...plancheck.PlanCheck) savedPlan {
	t.Helper()
	p := savedPlan{file: filepath.Join(t.TempDir(), "saved.plan"), json: &tfjson.Plan{}}
	p.json.UseJSONNumber(true)
	st.plan(t, append(args, "-out="+p.file)...)
	if err := p.json.UnmarshalJSON([]byte(st.run(t, "show", "-json", p.file))); err != nil {
		t.Fatal(err)
	}
	p.check(t, checks...)
	return p
}

func (p savedPlan) check(t *testing.T, checks ...plancheck.PlanCheck) {
	t.Helper()
	for _, c := range checks {
		var response plancheck.CheckPlanResponse
		c.CheckPlan(t.Context(), plancheck.CheckPlanRequest{Plan: p.json}, &response)
		if response.Error != nil {
			t.Errorf("the plan: %v", response.Error)
		}
	}
}

// applySaved applies a plan that was saved.
func (st stack) applySaved(ctx context.Context, p savedPlan) error {
	_, err := st.Run(ctx, "apply", "-no-color", p.file)
	return err
}

// checkState checks state as the CLI gives it to programs.
func (st stack) checkState(t *testing.T, checks ...statecheck.StateCheck) {
	t.Helper()
	var state tfjson.State
	state.UseJSONNumber(true)
	if err := state.UnmarshalJSON([]byte(st.run(t, "show", "-json"))); err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		var response statecheck.CheckStateResponse
		c.CheckState(t.Context(), statecheck.CheckStateRequest{State: &state}, &response)
		if response.Error != nil {
			t.Errorf("state: %v", response.Error)
		}
	}
}

// switchIs checks what becomes of the switch.
func switchIs(action plancheck.ResourceActionType) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(switchAddress, action)
}

// switchGets checks an attribute that the switch is planned to have.
func switchGets(attribute string, value knownvalue.Check) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(switchAddress, tfjsonpath.New(attribute), value)
}

// switchHas checks an attribute of the switch in state.
func switchHas(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(switchAddress, tfjsonpath.New(attribute), value)
}

// weightsAre are both weights.
func weightsAre(w traffic.Weights) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"blue": knownvalue.Int64Exact(int64(w.Blue)), "green": knownvalue.Int64Exact(int64(w.Green)),
	})
}

// colorIs is a color.
func colorIs(c traffic.Color) knownvalue.Check { return knownvalue.StringExact(c.String()) }

// resultIs is how a cutover ended.
func resultIs(result string) knownvalue.Check {
	return knownvalue.ObjectPartial(map[string]knownvalue.Check{"result": knownvalue.StringExact(result)})
}

// timetable checks the lines of a planned cutover: those that must be there, in
// their order, each by its beginning or a part of it.
func timetable(lines ...string) plancheck.PlanCheck {
	return switchGets("cutover", linesInOrder(lines))
}

// timetableWithout checks that no line of a planned cutover begins with any.
func timetableWithout(beginnings ...string) plancheck.PlanCheck {
	return switchGets("cutover", noLines(beginnings))
}

type linesInOrder []string

// CheckValue implements knownvalue.Check.
func (want linesInOrder) CheckValue(value any) error {
	lines, err := textsOf(value)
	if err != nil {
		return err
	}
	at := 0
	for _, line := range lines {
		if at < len(want) && strings.Contains(line, want[at]) {
			at++
		}
	}
	if at < len(want) {
		return fmt.Errorf("the timetable has no line %q in its place: %q", want[at], lines)
	}
	return nil
}

// String implements knownvalue.Check.
func (want linesInOrder) String() string { return strings.Join(want, "; ") }

type noLines []string

// CheckValue implements knownvalue.Check.
func (unwanted noLines) CheckValue(value any) error {
	lines, err := textsOf(value)
	if err != nil {
		return err
	}
	for _, line := range lines {
		for _, beginning := range unwanted {
			if strings.HasPrefix(line, beginning) {
				return fmt.Errorf("the timetable has the line %q", line)
			}
		}
	}
	return nil
}

// String implements knownvalue.Check.
func (unwanted noLines) String() string { return "without " + strings.Join(unwanted, "; ") }

func textsOf(value any) ([]string, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("%v is no list", value)
	}
	var texts []string
	for _, one := range list {
		text, ok := one.(string)
		if !ok {
			return nil, fmt.Errorf("%v is no text", one)
		}
		texts = append(texts, text)
	}
	return texts, nil
}
