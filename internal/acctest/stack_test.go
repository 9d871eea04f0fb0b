package acctest

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// stack is a workspace whose configuration has one switch, and what tests want
// of it, whatever its routers are.
type stack struct{ *cli.Workspace }

// to are the arguments that make a color the active one.
func to(color traffic.Color) []string { return []string{"-var", "active_color=" + color.String()} }

func (st stack) apply(t *testing.T, args ...string) string {
	t.Helper()
	out, err := st.Apply(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (st stack) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := st.Run(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// plan returns a plan that must have changes.
func (st stack) plan(t *testing.T, args ...string) string {
	t.Helper()
	text, changes, err := st.Plan(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	if !changes {
		t.Error("the plan has no changes")
	}
	return text
}

func (st stack) wantNoChanges(t *testing.T, args ...string) {
	t.Helper()
	text, changes, err := st.Plan(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	if changes {
		t.Errorf("the plan is not empty:\n%s", text)
	}
}

// failed fails the test unless the command failed and said all of wants. It
// returns what it said, in one line.
func failed(t *testing.T, err error, wants ...string) string {
	t.Helper()
	var failure *cli.Error
	if !errors.As(err, &failure) {
		t.Fatalf("want a failure with %q, got %v", wants, err)
	}
	_, errors, _ := strings.Cut(failure.Output, "Error: ")
	wantText(t, errors, wants...)
	wantNoText(t, failure.Output, "This is a bug in the provider", "panic:", "This is always an error in the provider")
	return errors
}

// wantText fails the test unless text, in one line, has all of wants.
func wantText(t *testing.T, text string, wants ...string) {
	t.Helper()
	said := cli.Flat(text)
	for _, want := range wants {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

// wantNoText fails the test when text has any of them.
func wantNoText(t *testing.T, text string, unwanted ...string) {
	t.Helper()
	for _, one := range unwanted {
		if strings.Contains(cli.Flat(text), one) {
			t.Errorf("it says %q:\n%s", one, text)
		}
	}
}

// stateResource is a resource in the state's file.
type stateResource struct {
	Type, Name string
	Instances  []struct {
		Status     string
		Attributes map[string]any
	}
}

// switchState returns the switch's attributes in state; nil when it has none.
func (st stack) switchState(t *testing.T) map[string]any {
	t.Helper()
	text, err := os.ReadFile(stateFile(st.Workspace))
	if err != nil {
		t.Fatal(err)
	}
	var state struct{ Resources []stateResource }
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatal(err)
	}
	for _, r := range state.Resources {
		if r.Type != "bluegreen_switch" || len(r.Instances) == 0 {
			continue
		}
		if r.Instances[0].Status != "" {
			t.Errorf("the switch is %s in state", r.Instances[0].Status)
		}
		return r.Instances[0].Attributes
	}
	return nil
}

// wantState compares an attribute of the switch in state, written as JSON.
func (st stack) wantState(t *testing.T, attribute, want string) {
	t.Helper()
	got, err := json.Marshal(st.switchState(t)[attribute])
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is %s in state, want %s", attribute, got, want)
	}
}

// wantResult compares how the last cutover ended, according to state.
func (st stack) wantResult(t *testing.T, want string) {
	t.Helper()
	last, _ := st.switchState(t)["last_cutover"].(map[string]any)
	if last["result"] != want {
		t.Errorf("the last cutover is %v in state, want %s", last["result"], want)
	}
}
