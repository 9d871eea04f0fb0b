package acctest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// fault is a way in which an API call fails.
type fault struct {
	awselb.Fault
	times    int  // how many calls of the action in a row, from the one on
	promoted bool // whether the cutover must get over it
}

// denied is the answer to a caller whose rights were taken away.
func denied() *awselb.APIError { return awselb.Denied("somebody", "the action", "") }

var faultsInPassing = map[string]fault{
	"error":        {Fault: awselb.Fault{Err: awselb.InternalFailure()}, times: 1, promoted: true},
	"throttled":    {Fault: awselb.Fault{Err: awselb.Throttled()}, times: 3, promoted: true},
	"lost request": {Fault: awselb.Fault{LoseRequest: true}, times: 1, promoted: true},
	"lost reply":   {Fault: awselb.Fault{LoseReply: true}, times: 1, promoted: true},
}

// The rights come back after some calls, so that a rollback gets through; an
// engine test on virtual time has one that does not.
var faultsThatStay = map[string]fault{
	"denied once":  {Fault: awselb.Fault{Err: denied()}, times: 1},
	"denied often": {Fault: awselb.Fault{Err: denied()}, times: 4},
}

// befall lets the nth call, and those of its action that follow, fail. what
// returns the call, once it was made.
func (m *matrix) befall(n int, f fault) (what func() string, remove func()) {
	action, name, left := "", "", f.times
	remove = m.s.Lab.AddHook(awselb.Hook{Befall: func(c awselb.Call) awselb.Fault {
		m.mu.Lock()
		defer m.mu.Unlock()
		if c.Index == n {
			action, name = c.Action, fmt.Sprintf("%s %d", c.Action, c.Nth)
		}
		if c.Index < n || c.Action != action || left == 0 {
			return awselb.Fault{}
		}
		left--
		return f.Fault
	}})
	return func() string {
		m.mu.Lock()
		defer m.mu.Unlock()
		return name
	}, remove
}

// tally counts how cutovers with a fault ended.
type tally struct{ points, promoted, asFound int }

// fail has one call fail. It returns false when the cutover had no such call.
func (m *matrix) fail(t *testing.T, n int, f fault, count *tally) bool {
	t.Helper()
	m.reset(t)
	what, remove := m.befall(n, f)
	_, err := m.Apply(t.Context(), to(traffic.Green)...)
	remove()
	name := what()
	if name == "" {
		return false
	}
	count.points++
	switch {
	case err == nil:
		count.promoted++
		m.wantWeights(t, traffic.All(traffic.Green))
	case f.promoted:
		t.Errorf("call %d, %s: %v", n, name, err)
	default:
		count.asFound++
		m.wantTruth(t, fmt.Sprintf("call %d, %s", n, name), err)
	}
	m.sound(t, name)
	return true
}

// wantTruth fails the test unless traffic is as it was found, and both the
// error and state say so. Where a write failed the cutover is tried once more.
func (m *matrix) wantTruth(t *testing.T, name string, err error) {
	t.Helper()
	var failure *cli.Error
	if !errors.As(err, &failure) {
		t.Fatal(err)
	}
	m.wantWeights(t, traffic.All(traffic.Blue))
	said, where := flat(failure.Output), m.weights().String()
	inPlan := strings.Contains(said, "Error: Access Denied")
	refused := strings.Contains(said, "Cutover Refused, No Traffic Moved") && (strings.Contains(said, "No traffic moved. Traffic now: "+where) ||
		strings.Contains(said, "No traffic moved. Traffic now: not known in "+m.s.ListenerARN))
	back := strings.Contains(said, "Cutover Rolled Back") && strings.Contains(said, "Traffic is back as it was found: "+where)
	if !inPlan && !refused && !back {
		t.Errorf("%s: the error does not say where traffic is:\n%s", name, failure.Output)
	}
	weights, err := json.Marshal(m.switchState(t)["weights"])
	if err != nil || string(weights) != `{"blue":100,"green":0}` {
		t.Errorf("%s: state has %s", name, weights)
	}
	if !strings.Contains(name, "Modify") {
		return
	}
	if err := m.converge(t.Context(), traffic.Green); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// TestFailEverywhere has every API call of a cutover of three steps fail in
// turn, in every way.
func TestFailEverywhere(t *testing.T) {
	t.Parallel()
	for _, faults := range []map[string]fault{faultsInPassing, faultsThatStay} {
		for name, f := range faults {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				m := newMatrix(t)
				var count tally
				for m.fail(t, count.points+1, f, &count) {
				}
				report(t, "each of %d API calls %s: %d promoted, %d as found", count.points, name, count.promoted, count.asFound)
			})
		}
	}
}
