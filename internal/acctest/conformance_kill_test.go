package acctest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// repeated is a project in which one cutover is begun again and again, and cut
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
	tr.project = found(t, options, nil, fixtures...)
	tr.inSteps(t, threeSteps)
	tr.apply(t)
	tr.forget()
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

// underLoad has clients ask where they can, and fails the test when one got no
// answer.
func (tr *repeated) underLoad(t *testing.T) (stop func()) {
	t.Helper()
	url := tr.fixtures[0].url()
	if url == "" {
		return func() {}
	}
	l, err := load.Start(t.Context(), load.Options{URL: url, Rate: 50, Concurrency: 2})
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		total := l.Stop()
		if total.Failures > 0 {
			t.Errorf("%d of %d requests failed: %v", total.Failures, total.Requests, total.Errors)
		}
		report(t, "%d requests meanwhile, %d failed", total.Requests, total.Failures)
	}
}

// killEverywhere kills the provider at every API call of a cutover of three
// steps, before the call takes effect and after it did.
func killEverywhere(t *testing.T, open func(t *testing.T) []fixture) {
	t.Helper()
	for when, name := range []string{"before", "after"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newRepeated(t, open(t)...)
			tried, stop := 0, tr.underLoad(t)
			for tr.point(t, tried+1, moment(when), providerAlone, traffic.Colors()...) {
				tried++
			}
			stop()
			report(t, "killed %s each of %d API calls, gone on to green and back to blue: %d of %d points", name, tried, 2*tried, 2*tried)
		})
	}
}

func TestRoutersKillEverywhere(t *testing.T) {
	t.Parallel()
	for name, r := range routers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killEverywhere(t, func(t *testing.T) []fixture {
				t.Helper()
				return []fixture{r.open(t)}
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
