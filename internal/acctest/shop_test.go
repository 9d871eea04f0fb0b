package acctest

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// shop is a load balancer with blue and green behind it, and the workspace of
// the team that switches between them.
type shop struct {
	*cli.Workspace
	s      *awselb.Scenario
	config config
}

// labOptions make targets fit or unfit within a moment.
var labOptions = awselb.Options{HealthInterval: 10 * time.Millisecond}

// open starts a shop. change adapts its configuration; nil leaves it.
func open(t *testing.T, options cli.Options, scenario awselb.ScenarioOptions, change func(*config)) *shop {
	t.Helper()
	if options.Binary == "" {
		options.Binary = terraform(t)
	}
	s := awselb.StartT(t, labOptions).ScenarioT(t, scenario)
	sh := &shop{s: s, config: configOf(s)}
	if change != nil {
		change(&sh.config)
	}
	sh.Workspace = workspace(t, options, sh.config.String())
	return sh
}

// opened is a shop whose switch has been created: blue is active.
func opened(t *testing.T, options cli.Options, scenario awselb.ScenarioOptions, change func(*config)) *shop {
	t.Helper()
	sh := open(t, options, scenario, change)
	sh.apply(t)
	sh.forget()
	return sh
}

// rewrite changes the configuration.
func (sh *shop) rewrite(t *testing.T, change func(*config)) {
	t.Helper()
	change(&sh.config)
	write(t, sh.Workspace, sh.config.String())
}

// forget makes the lab forget all calls and changes of weights until now.
func (sh *shop) forget() {
	sh.s.Lab.ForgetCalls()
	sh.s.Lab.ForgetJournal()
}

// to are the arguments that make a color the active one.
func to(color traffic.Color) []string { return []string{"-var", "active_color=" + color.String()} }

func (sh *shop) apply(t *testing.T, args ...string) string {
	t.Helper()
	out, err := sh.Apply(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (sh *shop) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := sh.Run(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// plan returns a plan that must have changes.
func (sh *shop) plan(t *testing.T, args ...string) string {
	t.Helper()
	text, changes, err := sh.Plan(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	if !changes {
		t.Error("the plan has no changes")
	}
	return text
}

func (sh *shop) wantNoChanges(t *testing.T, args ...string) {
	t.Helper()
	text, changes, err := sh.Plan(t.Context(), args...)
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
	wantNoText(t, failure.Output, "bug in the provider", "panic:", "This is always an error in the provider")
	return errors
}

// wantText fails the test unless text, in one line, has all of wants.
func wantText(t *testing.T, text string, wants ...string) {
	t.Helper()
	said := flat(text)
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
		if strings.Contains(flat(text), one) {
			t.Errorf("it says %q:\n%s", one, text)
		}
	}
}

var frame = regexp.MustCompile(`[│╷╵\s]+`)

// flat undoes the CLI's frames and line breaks.
func flat(text string) string { return strings.TrimSpace(frame.ReplaceAllString(text, " ")) }

// weights are the live weights.
func (sh *shop) weights() traffic.Weights { return weightsOf(sh.s, sh.s.ListenerARN) }

func weightsOf(s *awselb.Scenario, arn string) traffic.Weights {
	w := s.Lab.Weights(arn)
	return traffic.Weights{Blue: w[s.Blue.GroupARN], Green: w[s.Green.GroupARN]}
}

// setWeights sets the live weights by hand.
func (sh *shop) setWeights(t *testing.T, w traffic.Weights) {
	t.Helper()
	err := sh.s.Lab.SetWeights(sh.s.ListenerARN, map[string]int{sh.s.Blue.GroupARN: w.Blue, sh.s.Green.GroupARN: w.Green})
	if err != nil {
		t.Error(err)
	}
}

func (sh *shop) wantWeights(t *testing.T, want traffic.Weights) {
	t.Helper()
	if got := sh.weights(); got != want {
		t.Errorf("traffic is %s, want %s", got, want)
	}
}

// steps are the weights of the incoming color, in order, as the listener had
// them since forget; a write that moved nothing is none.
func (sh *shop) steps(incoming traffic.Color) []int {
	arn, seen := sh.s.Green.GroupARN, []int{}
	if incoming == traffic.Blue {
		arn = sh.s.Blue.GroupARN
	}
	for _, c := range sh.s.Lab.JournalOf(sh.s.ListenerARN) {
		if w := c.Weight(arn); len(seen) == 0 || seen[len(seen)-1] != w {
			seen = append(seen, w)
		}
	}
	return seen
}

func (sh *shop) wantSteps(t *testing.T, incoming traffic.Color, want ...int) {
	t.Helper()
	if got := sh.steps(incoming); !slices.Equal(got, want) {
		t.Errorf("the weights of %s were %v, want %v", incoming, got, want)
	}
}

// setHealth forces the health of green.
func (sh *shop) setHealth(t *testing.T, state string) {
	t.Helper()
	if err := sh.s.Lab.SetHealth(sh.s.Green.GroupARN, state); err != nil {
		t.Error(err)
	}
}

// at calls do once, when health is first read while green has a weight: in the
// middle of a pause. It returns a function that ends the wait.
func (sh *shop) at(weight int, do func()) (remove func()) {
	var once sync.Once
	return sh.s.Lab.AddHook(awselb.Hook{After: func(c awselb.Call) {
		if c.Action == "DescribeTargetHealth" && sh.weights().Green == weight {
			once.Do(do)
		}
	}})
}

// wantUntouched fails the test when anything was written since forget.
func (sh *shop) wantUntouched(t *testing.T) {
	t.Helper()
	for _, c := range sh.s.Lab.Calls() {
		if strings.HasPrefix(c.Action, "Modify") {
			t.Errorf("%s was called", c.Action)
		}
	}
	if changes := sh.s.Lab.Journal(); len(changes) > 0 {
		t.Errorf("weights changed: %v", changes)
	}
}

// resource is a resource in the state's file.
type resource struct {
	Type, Name string
	Instances  []struct {
		Status     string
		Attributes map[string]any
	}
}

// switchState returns the switch's attributes in state; nil when it has none.
func (sh *shop) switchState(t *testing.T) map[string]any {
	t.Helper()
	text, err := os.ReadFile(stateFile(sh.Workspace))
	if err != nil {
		t.Fatal(err)
	}
	var state struct{ Resources []resource }
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
func (sh *shop) wantState(t *testing.T, attribute, want string) {
	t.Helper()
	got, err := json.Marshal(sh.switchState(t)[attribute])
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is %s in state, want %s", attribute, got, want)
	}
}

// wantResult compares how the last cutover ended, according to state.
func (sh *shop) wantResult(t *testing.T, want string) {
	t.Helper()
	last, _ := sh.switchState(t)["last_cutover"].(map[string]any)
	if last["result"] != want {
		t.Errorf("the last cutover is %v in state, want %s", last["result"], want)
	}
}
