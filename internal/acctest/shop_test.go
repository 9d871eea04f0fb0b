package acctest

import (
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
	stack
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
