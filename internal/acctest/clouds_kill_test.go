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

// trials is an estate in which one cutover is begun again and again, and cut
// short.
type trials struct {
	*estate
	mu    sync.Mutex // of what hooks share
	pids  string
	begin scenery // before each cutover
}

// scenery is how everything was at some time.
type scenery struct {
	state   []byte
	restore func(*testing.T)
}

func newTrials(t *testing.T, sites ...site) *trials {
	t.Helper()
	options := traced(t)
	tr := &trials{pids: filepath.Join(options.ProviderDir, "pids")}
	tr.estate = adopted(t, options, func(c *estateConfig) { *c = c.with(threeSteps) }, sites...)
	tr.begin = tr.scenery(t)
	return tr
}

// scenery remembers everything as it is.
func (tr *trials) scenery(t *testing.T) scenery {
	t.Helper()
	state, err := os.ReadFile(stateFile(tr.Workspace))
	if err != nil {
		t.Fatal(err)
	}
	return scenery{state, tr.keep(t)}
}

// bring makes everything as it was.
func (tr *trials) bring(t *testing.T, s scenery) {
	t.Helper()
	if err := os.WriteFile(stateFile(tr.Workspace), s.state, 0o600); err != nil {
		t.Fatal(err)
	}
	s.restore(t)
}

// cutShort begins a cutover to green and kills it at the nth API call. It
// returns what call that was; none when the cutover ended before.
func (tr *trials) cutShort(t *testing.T, n int, when moment, v victim) (killed string) {
	t.Helper()
	over := make(chan struct{})
	remove := tr.watch(func(i int, at site, c apiCall) mishap {
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
func (tr *trials) goOn(ctx context.Context, color traffic.Color) error {
	if _, err := tr.Apply(ctx, to(color)...); err != nil {
		return fmt.Errorf("on to %s: %w", color, err)
	}
	for _, s := range tr.sites {
		if w := s.weights(); w != traffic.All(color) {
			return fmt.Errorf("on to %s: traffic is %s in %s", color, w, s.kind())
		}
	}
	return nil
}

// point kills a cutover at one call, and goes on from there in each of the
// directions. It returns false when the cutover had no such call.
func (tr *trials) point(t *testing.T, n int, when moment, v victim, directions ...traffic.Color) bool {
	t.Helper()
	tr.bring(t, tr.begin)
	call := tr.cutShort(t, n, when, v)
	if call == "" {
		return false
	}
	name := fmt.Sprintf("%s call %d, %s", []string{"before", "after"}[when], n, call)
	tr.sound(t, name, traffic.Green)
	left := tr.scenery(t)
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
func killEverywhere(t *testing.T, open func(t *testing.T) []site) {
	t.Helper()
	for when, name := range []string{"before", "after"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newTrials(t, open(t)...)
			tried := 0
			for tr.point(t, tried+1, moment(when), provider, traffic.Colors()...) {
				tried++
			}
			report(t, "killed %s each of %d API calls, gone on to green and back to blue: %d of %d points", name, tried, 2*tried, 2*tried)
		})
	}
}

func TestCloudsKillEverywhere(t *testing.T) {
	t.Parallel()
	for name, open := range oneCloud {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killEverywhere(t, func(t *testing.T) []site {
				t.Helper()
				return []site{open(t)}
			})
		})
	}
}

// TestCloudsKillBoth kills the CLI with the provider, which leaves nobody to
// write state, around each write.
func TestCloudsKillBoth(t *testing.T) {
	eachCloud(t, func(t *testing.T, s site) {
		tr := newTrials(t, s)
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

// disaster is a way in which API calls fail.
type disaster struct {
	mishap
	times    int  // how many calls of the action in a row, from the one on
	promoted bool // whether the cutover must get over it
	writes   bool // whether it befalls writes alone
}

// The rights come back after some calls, so that a rollback gets through.
var disasters = map[string]disaster{
	"error":        {mishap: internalError, times: 1, promoted: true},
	"throttled":    {mishap: throttled, times: 3, promoted: true},
	"lost request": {mishap: lostRequest, times: 1, promoted: true},
	"lost reply":   {mishap: lostReply, times: 1, promoted: true},
	"denied once":  {mishap: denial, times: 1},
	"denied often": {mishap: denial, times: 4},
}

// befall lets the nth call fail, and those of its action there that follow. It
// returns a function that ends it and says what call it was: none when there
// was no such call.
func (tr *trials) befall(n int, d disaster) (end func() (string, bool)) {
	where, action, name, writes, left := "", "", "", false, d.times
	remove := tr.watch(func(i int, at site, c apiCall) mishap {
		tr.mu.Lock()
		defer tr.mu.Unlock()
		if i == n {
			where, action, name, writes = at.id(), c.action, at.kind()+" "+c.action, c.writes
		}
		if i < n || c.action != action || at.id() != where || left == 0 || d.writes && !writes {
			return nothing
		}
		left--
		return d.mishap
	}, nil)
	return func() (string, bool) {
		remove()
		tr.mu.Lock()
		defer tr.mu.Unlock()
		return name, writes
	}
}

// fail has one call fail. It returns false when the cutover had no such call.
func (tr *trials) fail(t *testing.T, n int, d disaster, count *tally) bool {
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
func (tr *trials) wantTruth(t *testing.T, name string, err error) {
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

// TestCloudsFailEverywhere has every API call of a cutover of three steps fail
// in turn, in every way.
func TestCloudsFailEverywhere(t *testing.T) {
	t.Parallel()
	for cloud, open := range oneCloud {
		for name, d := range disasters {
			t.Run(cloud+"/"+name, func(t *testing.T) {
				t.Parallel()
				newTrials(t, open(t)).failEverywhere(t, name, d)
			})
		}
	}
}

func (tr *trials) failEverywhere(t *testing.T, name string, d disaster) {
	t.Helper()
	var count tally
	for tr.fail(t, count.points+1, d, &count) {
	}
	report(t, "each of %d API calls %s: %d promoted, %d as found", count.points, name, count.promoted, count.asFound)
}
