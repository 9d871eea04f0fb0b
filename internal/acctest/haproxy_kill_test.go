package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// victims is a tier in which one cutover is begun again and again, and killed.
type victims struct {
	*tier
	relay *relay
	pids  string
	state []byte // before each cutover
}

func newVictims(t *testing.T, mode haproxyMode) *victims {
	t.Helper()
	options := traced(t)
	ti := openTier(t, tierOptions{Options: options, mode: mode})
	v := &victims{tier: ti, relay: newRelay(t, ti.proxies[0].HAProxy), pids: filepath.Join(options.ProviderDir, "pids")}
	ti.rewrite(t, func(ti *tier) {
		ti.config = ti.config.with(mode.steps())
		ti.sockets = []string{v.relay.socket()}
	})
	ti.apply(t)
	v.state = v.read(t)
	return v
}

func (v *victims) read(t *testing.T) []byte {
	t.Helper()
	state, err := os.ReadFile(stateFile(v.Workspace))
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// scene is where a kill has left everything.
type scene struct {
	state, file []byte
	servers     [][]string
	entry       traffic.Weights
}

func (v *victims) scene(t *testing.T) scene {
	t.Helper()
	p := v.proxies[0]
	return scene{state: v.read(t), file: []byte(p.fileText(t)), servers: p.rows(t), entry: p.entry(t)}
}

// restore brings a scene back.
func (v *victims) restore(t *testing.T, s scene) {
	t.Helper()
	p := v.proxies[0]
	for name, text := range map[string][]byte{stateFile(v.Workspace): s.state, p.file: s.file} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, _ := s.entry.Active()
	p.order(t, "set map "+p.file+" "+haproxy.Key+" "+backends[c])
	for _, rising := range []bool{true, false} { // never all at 0
		for _, f := range s.servers {
			if f[columnBackend] == haproxy.Backend && (f[columnAdmin] == "0") == rising {
				server := haproxy.Backend + "/" + f[columnServer]
				p.order(t, "set server "+server+" weight "+f[columnWeight])
				p.order(t, "set server "+server+" state "+map[bool]string{true: "ready", false: "drain"}[rising])
			}
		}
	}
}

// cutShort begins a cutover to green and kills the provider at the nth line,
// before HAProxy gets it or after it obeyed.
func (v *victims) cutShort(t *testing.T, n int, when moment) string {
	t.Helper()
	killed := make(chan string, 1) // only one line is the nth
	strike := func(e exchange) {
		if err := kill(v.pids, provider); err != nil {
			t.Error(err)
		}
		killed <- e.line
	}
	v.relay.watch(watcher{
		before: func(e exchange) (string, bool) {
			if e.index == n && when == before {
				strike(e)
			}
			return "", e.index < n || (e.index == n && when == after) // the dead send nothing more
		},
		after: func(e exchange) bool {
			if e.index == n {
				strike(e)
			}
			return e.index < n
		},
	})
	_, err := v.Apply(t.Context(), to(traffic.Green)...)
	v.relay.watch(watcher{})
	select {
	case line := <-killed:
		return line
	default:
		t.Fatalf("the cutover had no line %d: %v", n, err)
		return ""
	}
}

// point kills a cutover at one line, and goes on from there to either color.
func (v *victims) point(t *testing.T, begin scene, n int, when moment) {
	t.Helper()
	v.restore(t, begin)
	name := fmt.Sprintf("%s line %d, %s", []string{"before", "after"}[when], n, v.cutShort(t, n, when))
	left := v.scene(t)
	for _, color := range traffic.Colors() {
		v.restore(t, left)
		if _, err := v.Apply(t.Context(), to(color)...); err != nil {
			t.Errorf("%s: on to %s: %v", name, color, err)
			continue
		}
		v.wantAll(t, traffic.All(color))
		v.wantState(t, "active_color", strconv.Quote(color.String()))
		v.wantNoChanges(t, to(color)...)
	}
}

// TestHAProxyKill kills the provider around every movement of a cutover, before
// HAProxy gets the line and after it obeyed, and goes on from there in both
// directions. Under it all a load loses no request.
func TestHAProxyKill(t *testing.T) {
	t.Parallel()
	eachMode(t, func(t *testing.T, mode haproxyMode) {
		v := newVictims(t, mode)
		begin := v.scene(t)
		v.relay.watch(watcher{})
		v.apply(t, to(traffic.Green)...)
		points := around(v.relay.passed())
		l, err := load.Start(t.Context(), load.Options{URL: v.proxies[0].url(), Rate: 50, Concurrency: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range points {
			for _, when := range []moment{before, after} {
				v.point(t, begin, n, when)
			}
		}
		total := l.Stop()
		if total.Failures > 0 {
			t.Errorf("%d of %d requests failed: %v", total.Failures, total.Requests, total.Errors)
		}
		report(t, "killed at %d points around movements, gone on to green and back to blue: %d of %d; %d requests, %d failed",
			2*len(points), 4*len(points), 4*len(points), total.Requests, total.Failures)
	})
}

// around are the movements, and the lines directly before and after them.
func around(lines []exchange) []int {
	var points []int
	for _, e := range lines {
		if e.moves() {
			points = append(points, e.index-1, e.index, min(e.index+1, len(lines)))
		}
	}
	slices.Sort(points)
	return slices.Compact(points)
}
