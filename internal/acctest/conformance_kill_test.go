package acctest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// repeated is an project in which one cutover is begun again and again, and cut
// short.
type repeated struct {
	*project
	mu    sync.Mutex // of what hooks share
	pids  string
	begin snapshot // before each cutover
}

// snapshot is how everything was at some time.
type snapshot struct {
	state   []byte
	restore func(*testing.T)
}

func newRepeated(t *testing.T, fixtures ...fixture) *repeated {
	t.Helper()
	options := traced(t)
	tr := &repeated{pids: filepath.Join(options.ProviderDir, "pids")}
	tr.project = adopted(t, options, func(c *projectConfig) { *c = c.with(threeSteps) }, fixtures...)
	tr.begin = tr.snapshot(t)
	return tr
}

// snapshot remembers everything as it is.
func (tr *repeated) snapshot(t *testing.T) snapshot {
	t.Helper()
	state, err := os.ReadFile(stateFile(tr.Workspace))
	if err != nil {
		t.Fatal(err)
	}
	return snapshot{state, tr.keep(t)}
}

// bring makes everything as it was.
func (tr *repeated) bring(t *testing.T, s snapshot) {
	t.Helper()
	if err := os.WriteFile(stateFile(tr.Workspace), s.state, 0o600); err != nil {
		t.Fatal(err)
	}
	s.restore(t)
}

// cutShort begins a cutover to green and kills it at the nth API call. It
// returns what call that was; none when the cutover ended before.
func (tr *repeated) cutShort(t *testing.T, n int, when moment, v victim) (killed string) {
	t.Helper()
	over := make(chan struct{})
	remove := tr.watch(func(i int, at fixture, c apiCall) failure {
		tr.mu.Lock()
		defer tr.mu.Unlock()
		switch {
		case i < n || killed == "" && i > n:
			return nothing
		case i > n:
			return lostRequest // the dead make no calls
		}
		killed = at.kind() + " " + c.action
		if when == after {
			return nothing
		}
		if err := kill(tr.pids, v); err != nil {
			t.Error(err)
		}
		return lostRequest
	}, func(i int) {
		if i != n || when == before {
			return
		}
		if err := kill(tr.pids, v); err != nil {
			t.Error(err)
		}
		<-over // no reply gets out
	})
	_, err := tr.Apply(t.Context(), to(traffic.Green)...)
	close(over)
	remove()
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if killed == "" && err != nil {
		t.Fatal(err)
	}
	return killed
}

// goOn plans and applies again, in one direction.
func (tr *repeated) goOn(ctx context.Context, color traffic.Color) error {
	if _, err := tr.Apply(ctx, to(color)...); err != nil {
		return fmt.Errorf("on to %s: %w", color, err)
	}
	for _, s := range tr.fixtures {
		if w := s.weights(); w != traffic.All(color) {
			return fmt.Errorf("on to %s: traffic is %s in %s", color, w, s.kind())
		}
	}
	return nil
}

// point kills a cutover at one call, and goes on from there in each of the
// directions. It returns false when the cutover had no such call.
func (tr *repeated) point(t *testing.T, n int, when moment, v victim, directions ...traffic.Color) bool {
	t.Helper()
	tr.bring(t, tr.begin)
	call := tr.cutShort(t, n, when, v)
	if call == "" {
		return false
	}
	name := fmt.Sprintf("%s call %d, %s", []string{"before", "after"}[when], n, call)
	tr.sound(t, name, traffic.Green)
	left := tr.snapshot(t)
	for _, color := range directions {
		tr.bring(t, left)
		if err := tr.goOn(t.Context(), color); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		tr.sound(t, name+", on to "+color.String(), color)
		tr.wantState(t, "active_color", strconv.Quote(color.String()))
	}
	return true
}

// killEverywhere kills the provider at every API call of a cutover of three
// steps, before the call takes effect and after it did.
func killEverywhere(t *testing.T, open func(t *testing.T) []fixture) {
	t.Helper()
	for when, name := range []string{"before", "after"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newRepeated(t, open(t)...)
			tried := 0
			for tr.point(t, tried+1, moment(when), provider, traffic.Colors()...) {
				tried++
			}
			report(t, "killed %s each of %d API calls, gone on to green and back to blue: %d of %d points", name, tried, 2*tried, 2*tried)
		})
	}
}

func TestRoutersKillEverywhere(t *testing.T) {
	t.Parallel()
	for name, open := range routers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killEverywhere(t, func(t *testing.T) []fixture {
				t.Helper()
				return []fixture{open(t)}
			})
		})
	}
}

// TestRoutersKillBoth kills the CLI with the provider, which leaves nobody to
// write state, around each write.
func TestRoutersKillBoth(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		tr := newRepeated(t, s)
		tr.apply(t, to(traffic.Green)...)
		calls, tried := s.calls(), 0
		for i, c := range calls {
			if !c.writes {
				continue
			}
			for _, when := range []moment{before, after} {
				if tr.point(t, i+1, when, providerAndCLI, traffic.Colors()...) {
					tried++
				}
			}
		}
		report(t, "killed provider and CLI at %d points around writes", tried)
	})
}

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
	tr.wantState(t, "weights", `{"blue":100,"green":0}`)
	said := flat(failure.Output)
	for _, one := range []string{
		"Error: Access Denied", // in the plan
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
	for cloud, open := range routers {
		for name, d := range failureModes {
			t.Run(cloud+"/"+name, func(t *testing.T) {
				t.Parallel()
				newRepeated(t, open(t)).failEverywhere(t, name, d)
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
