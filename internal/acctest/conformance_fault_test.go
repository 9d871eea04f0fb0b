package acctest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// failureMode is a way in which API calls fail.
type failureMode struct {
	failure
	times    int  // how many calls of the action in a row, from the one on
	promoted bool // whether the cutover must get over it
	writes   bool // whether it befalls writes alone
}

// The rights come back after some calls, so that a rollback gets through.
var failureModes = map[string]failureMode{
	"error":        {failure: internalError, times: 1, promoted: true},
	"throttled":    {failure: throttled, times: 3, promoted: true},
	"lost request": {failure: lostRequest, times: 1, promoted: true},
	"lost reply":   {failure: lostReply, times: 1, promoted: true},
	"denied once":  {failure: denial, times: 1},
	"denied often": {failure: denial, times: 4},
}

// befall lets the nth call fail, and those of its action there that follow. It
// returns a function that ends it and says what call it was: none when there
// was no such call.
func (tr *repeated) befall(n int, d failureMode) (end func() (string, bool)) {
	where, action, name, writes, left := "", "", "", false, d.times
	remove := tr.watch(func(i int, at fixture, c apiCall) failure {
		tr.mu.Lock()
		defer tr.mu.Unlock()
		if i == n {
			where, action, name, writes = at.id(), c.action, at.kind()+" "+c.action, c.writes
		}
		if i < n || c.action != action || at.id() != where || left == 0 || d.writes && !writes {
			return nothing
		}
		left--
		return d.failure
	}, nil)
	return func() (string, bool) {
		remove()
		tr.mu.Lock()
		defer tr.mu.Unlock()
		return name, writes
	}
}

// fail has one call fail. It returns false when the cutover had no such call.
func (tr *repeated) fail(t *testing.T, n int, d failureMode, count *tally) bool {
	t.Helper()
	tr.bring(t, tr.begin)
	end := tr.befall(n, d)
	_, err := tr.Apply(t.Context(), to(traffic.Green)...)
	what, writes := end()
	if what == "" {
		if err != nil {
			t.Fatal(err)
		}
		return false
	}
	count.points++
	name := fmt.Sprintf("call %d, %s", n, what)
	tr.sound(t, name, traffic.Green)
	switch {
	case err == nil:
		count.promoted++
		tr.wantWeights(t, traffic.All(traffic.Green))
	case d.promoted:
		t.Errorf("%s: %v", name, err)
	default:
		count.asFound++
		tr.wantTruth(t, name, err)
		if writes {
			if err := tr.goOn(t.Context(), traffic.Green); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	return true
}

// wantTruth fails the test unless traffic is as it was found everywhere, and
// both the error and state say so.
func (tr *repeated) wantTruth(t *testing.T, name string, err error) {
	t.Helper()
	var failure *cli.Error
	if !errors.As(err, &failure) {
		t.Fatal(err)
	}
	tr.wantWeights(t, traffic.All(traffic.Blue))
	said, state := cli.Flat(failure.Output), `{"blue":100,"green":0}`
	if strings.Contains(said, "Traffic now: not known") {
		state = "null" // what nobody knows state does not say
	}
	tr.wantState(t, "weights", state)
	if !strings.Contains(said, "Modifying...") {
		return // in the plan
	}
	for _, one := range []string{
		"No traffic moved. Traffic now: blue 100, green 0",
		"No traffic moved. Traffic now: not known",
		"Traffic is back as it was found: blue 100, green 0",
	} {
		if strings.Contains(said, one) {
			return
		}
	}
	t.Errorf("%s: the error does not say where traffic is:\n%s", name, failure.Output)
}

// TestRoutersFailEverywhere has every API call of a cutover of three steps fail
// in turn, in every way.
func TestRoutersFailEverywhere(t *testing.T) {
	t.Parallel()
	for router, r := range routers {
		for name, d := range failureModes {
			if !slices.Contains(r.fails, d.failure) {
				continue // there is no such thing there
			}
			t.Run(router+"/"+name, func(t *testing.T) {
				t.Parallel()
				d.promoted = d.promoted && !r.local
				newRepeated(t, r.open(t)).failEverywhere(t, name, d)
			})
		}
	}
}

func (tr *repeated) failEverywhere(t *testing.T, name string, d failureMode) {
	t.Helper()
	var count tally
	for tr.fail(t, count.points+1, d, &count) {
	}
	report(t, "each of %d API calls %s: %d promoted, %d as found", count.points, name, count.promoted, count.asFound)
}

// tally counts how cutovers with a fault ended.
type tally struct{ points, promoted, asFound int }
