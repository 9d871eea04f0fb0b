package acctest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// pidVariable names the file to which each provider process adds its id.
const pidVariable = "BLUEGREEN_TEST_PIDS"

// traced makes a folder with a provider that tells its process id, and that of
// the CLI, before it begins, so that they can be killed.
func traced(t *testing.T) cli.Options {
	t.Helper()
	dir := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\necho $$ $PPID >> \"$%s\"\nexec %q \"$@\"\n", pidVariable, filepath.Join(providerDir, "terraform-provider-bluegreen"))
	if err := os.WriteFile(filepath.Join(dir, "terraform-provider-bluegreen"), []byte(script), 0o700); err != nil { //nolint:gosec // it is run
		t.Fatal(err)
	}
	return cli.Options{ProviderDir: dir, Env: []string{pidVariable + "=" + filepath.Join(dir, "pids")}}
}

// victim is what is killed.
type victim int

const (
	provider victim = iota
	providerAndCLI
)

// kill kills the provider process that was started last, the one that makes API
// calls, and the CLI before it if that is asked for, at once and without a
// chance to clean up.
func kill(pids string, v victim) error {
	text, err := os.ReadFile(pids)
	if err != nil {
		return err
	}
	ids := strings.Fields(string(text))
	last := ids[len(ids)-2:] // the provider's, and the CLI's
	if v == provider {
		last = last[:1]
	}
	for _, id := range slices.Backward(last) {
		pid, err := strconv.Atoi(id)
		if err != nil {
			return err
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			return err
		}
	}
	return nil
}

// matrix is a shop in which one cutover is begun again and again.
type matrix struct {
	*shop
	mu    sync.Mutex // of what hooks share
	pids  string
	state []byte // as it is before each cutover
}

// threeSteps is the cutover that is cut short at every point.
const threeSteps = `steps = [{ weight = 10 }, { weight = 50 }]`

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	options := traced(t)
	m := &matrix{pids: filepath.Join(options.ProviderDir, "pids")}
	m.shop = opened(t, options, awselb.ScenarioOptions{}, func(c *config) { *c = c.with(threeSteps) })
	var err error
	if m.state, err = os.ReadFile(stateFile(m.Workspace)); err != nil {
		t.Fatal(err)
	}
	return m
}

// reset brings back blue at 100, with green not even attached, and the state
// of that.
func (m *matrix) reset(t *testing.T) {
	t.Helper()
	m.setActions(t, forward(tuple(m.s.Blue.GroupARN, 100)))
	m.restore(t, m.state)
	m.forget()
}

func (m *matrix) restore(t *testing.T, state []byte) {
	t.Helper()
	if err := os.WriteFile(stateFile(m.Workspace), state, 0o600); err != nil {
		t.Fatal(err)
	}
}

// moment is where in an API call a process is killed.
type moment int

const (
	before moment = iota // the request is lost
	after                // the call took effect, and the reply is lost
)

// cutShort begins a cutover to green and kills it at the nth API call. It
// returns what call that was; none when the cutover ended before.
func (m *matrix) cutShort(t *testing.T, n int, when moment, v victim) string {
	t.Helper()
	killed := ""
	over := make(chan struct{})
	hook := awselb.Hook{Befall: func(c awselb.Call) awselb.Fault {
		m.mu.Lock()
		defer m.mu.Unlock()
		if c.Index < n || killed == "" && c.Index > n {
			return awselb.Fault{}
		}
		if c.Index > n {
			return awselb.Fault{LoseRequest: true} // the dead make no calls
		}
		killed = fmt.Sprintf("%s %d", c.Action, c.Nth)
		if when == after {
			return awselb.Fault{}
		}
		if err := kill(m.pids, v); err != nil {
			t.Error(err)
		}
		return awselb.Fault{LoseRequest: true}
	}, After: func(c awselb.Call) {
		if c.Index == n && when == after {
			if err := kill(m.pids, v); err != nil {
				t.Error(err)
			}
			<-over // no reply gets out
		}
	}}
	remove := m.s.Lab.AddHook(hook)
	_, err := m.Apply(t.Context(), to(traffic.Green)...)
	close(over)
	remove()
	m.mu.Lock()
	defer m.mu.Unlock()
	if killed == "" && err != nil {
		t.Fatal(err)
	}
	return killed
}

// converge plans and applies again, in one direction.
func (m *matrix) converge(ctx context.Context, color traffic.Color) error {
	if out, err := m.Apply(ctx, to(color)...); err != nil {
		return fmt.Errorf("on to %s: %w\n%s", color, err, out)
	}
	if w := m.weights(); w != traffic.All(color) {
		return fmt.Errorf("on to %s: traffic is %s", color, w)
	}
	return nil
}

// sound fails the test when at any instant the sum of weights was zero, or
// traffic was on an environment that was not fit.
func (m *matrix) sound(t *testing.T, point string) {
	t.Helper()
	for _, c := range m.s.Lab.Journal() {
		if c.Sum() == 0 {
			t.Errorf("%s: no weights at all", point)
		}
		for _, w := range c.Weights {
			if w.Weight > 0 && (w.Health.Healthy == 0 || w.Health.Healthy < w.Health.Total) {
				t.Errorf("%s: %d %% on an environment with health %+v", point, w.Weight, w.Health)
			}
		}
	}
}

// point kills a cutover at one call and converges in both directions. It
// returns false when the cutover had no such call.
func (m *matrix) point(t *testing.T, n int, when moment, v victim) bool {
	t.Helper()
	m.reset(t)
	call := m.cutShort(t, n, when, v)
	if call == "" {
		return false
	}
	name := fmt.Sprintf("%v call %d, %s", []string{"before", "after"}[when], n, call)
	left := m.actions(t)
	state, err := os.ReadFile(stateFile(m.Workspace))
	if err != nil {
		t.Fatal(err)
	}
	for _, color := range traffic.Colors() {
		m.restore(t, state)
		m.setActions(t, left...)
		if err := m.converge(t.Context(), color); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		m.wantState(t, "active_color", strconv.Quote(color.String()))
		m.wantState(t, "idle_color", strconv.Quote(color.Other().String()))
	}
	m.sound(t, name)
	return true
}

// TestKillEverywhere kills the provider at every API call of a cutover of
// three steps, before the call takes effect and after it did, and goes on from
// there in both directions.
func TestKillEverywhere(t *testing.T) {
	t.Parallel()
	for when, name := range []string{"before", "after"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMatrix(t)
			tried := 0
			for m.point(t, tried+1, moment(when), provider) {
				tried++
			}
			report(t, "killed %s each of %d API calls, gone on to green and back to blue: %d of %d points", name, tried, 2*tried, 2*tried)
		})
	}
}

// TestKillBoth kills the CLI with the provider, which leaves nobody to write
// state, around each write.
func TestKillBoth(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	m.reset(t)
	m.apply(t, to(traffic.Green)...)
	tried := 0
	for _, c := range m.s.Lab.Calls() {
		if c.Action != "ModifyListener" {
			continue
		}
		for _, when := range []moment{before, after} {
			if m.point(t, c.Index, when, providerAndCLI) {
				tried++
			}
		}
	}
	report(t, "killed provider and CLI at %d points around writes", tried)
}
