package acctest

import (
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestHAProxyLifecycle goes through the whole life of a switch over a real
// HAProxy: there by a Unix socket, back by a TCP one.
func TestHAProxyLifecycle(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		eachMode(t, func(t *testing.T, mode haproxyMode) {
			ti := openTier(t, tierOptions{Options: cli.Options{Binary: binary}, mode: mode})
			ti.rewrite(t, func(ti *tier) { ti.config = ti.config.with(mode.steps()) })
			was := ti.picture(t)
			ti.apply(t)
			ti.wantUntouched(t, was) // a switch that is created over what it wants adopts it
			ti.wantState(t, "weights", `{"blue":100,"green":0}`)
			ti.wantNoChanges(t)

			ti.there(t, was)
			ti.throughTCP(t)
			ti.andBack(t, was)

			was = ti.picture(t)
			if _, err := ti.Destroy(t.Context()); err != nil {
				t.Fatal(err)
			}
			ti.wantUntouched(t, was)
		})
	})
}

// there cuts over to green.
func (ti *tier) there(t *testing.T, was string) {
	t.Helper()
	plan := ti.plan(t, to(traffic.Green)...)
	wantText(t, plan, `active_color = "blue" -> "green"`, "found: blue 100, green 0", "gates: health of green, up to 5m", "promote: blue 0, green 100")
	if steps := strings.Contains(plan, "step: blue 90, green 10"); steps != (ti.mode == byServers) {
		t.Errorf("steps in the plan: %t", steps)
	}
	ti.wantUntouched(t, was)
	ti.apply(t, to(traffic.Green)...)
	ti.wantAll(t, traffic.All(traffic.Green))
	ti.wantResult(t, "promoted")
	ti.wantState(t, "weights", `{"blue":0,"green":100}`)
	ti.wantState(t, "idle_color", `"blue"`)
	ti.wantNoChanges(t, to(traffic.Green)...)
}

// throughTCP reaches the same HAProxy by another socket, which moves nothing.
func (ti *tier) throughTCP(t *testing.T) {
	t.Helper()
	was := ti.picture(t)
	ti.rewrite(t, func(ti *tier) { ti.sockets = []string{ti.proxies[0].TCPSocket()} })
	wantText(t, ti.plan(t, to(traffic.Green)...), "tcp://127.0.0.1:", "0 to add, 1 to change, 0 to destroy")
	ti.apply(t, to(traffic.Green)...)
	ti.wantUntouched(t, was)
	ti.wantNoChanges(t, to(traffic.Green)...)
}

// andBack returns to blue, where all of the map file but our value is as it was.
func (ti *tier) andBack(t *testing.T, was string) {
	t.Helper()
	wantText(t, ti.plan(t), "found: blue 0, green 100", "promote: blue 100, green 0")
	ti.apply(t)
	ti.wantAll(t, traffic.All(traffic.Blue))
	ti.wantResult(t, "promoted")
	ti.wantNoChanges(t)
	if ti.mode == byMap {
		ti.wantUntouched(t, was)
	}
}

func TestHAProxyImport(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		eachMode(t, func(t *testing.T, mode haproxyMode) {
			ti := openTier(t, tierOptions{Options: cli.Options{Binary: binary}, mode: mode})
			was := ti.picture(t)
			ti.run(t, "import", "-no-color", "bluegreen_switch.shop", mode.importID(ti.sockets, ti.file))
			ti.apply(t)
			ti.wantUntouched(t, was)
			ti.wantState(t, "weights", `{"blue":100,"green":0}`)
			ti.wantState(t, "id", `"shop"`)
			ti.wantNoChanges(t)
			ti.apply(t, to(traffic.Green)...)
			ti.wantAll(t, traffic.All(traffic.Green))
		})
	})
}

// TestHAProxyMovedByHand has an operator move traffic on the Runtime API, as
// they do at night: the plan shows it, and the apply corrects it.
func TestHAProxyMovedByHand(t *testing.T) {
	t.Parallel()
	eachMode(t, func(t *testing.T, mode haproxyMode) {
		ti := openedTier(t, tierOptions{mode: mode}, nil)
		ti.proxies[0].move(t, traffic.Green)
		was := ti.picture(t)
		wantText(t, ti.plan(t), `~ active_color = "green" -> "blue"`, "found: blue 0, green 100", "promote: blue 100, green 0")
		ti.wantUntouched(t, was)
		ti.apply(t)
		ti.wantAll(t, traffic.All(traffic.Blue))
		ti.wantNoChanges(t)
	})
}

// TestHAProxyReload has HAProxy reloaded after a cutover. A map is in its file;
// weights come back as configured unless HAProxy hands them on, and that is
// drift.
func TestHAProxyReload(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mode            haproxyMode
		keepState, lost bool
	}{
		"map":              {mode: byMap},
		"servers, kept":    {mode: byServers, keepState: true},
		"servers, dropped": {mode: byServers, lost: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ti := openedTier(t, tierOptions{mode: test.mode, keepState: test.keepState}, nil)
			ti.apply(t, to(traffic.Green)...)
			ti.reload(t)
			if test.lost {
				wantText(t, ti.plan(t, to(traffic.Green)...), `~ active_color = "blue" -> "green"`, "~ blue = 100 -> 0")
				ti.apply(t, to(traffic.Green)...)
			}
			ti.wantNoChanges(t, to(traffic.Green)...)
			ti.wantAll(t, traffic.All(traffic.Green))
		})
	}
}

// TestHAProxyFileBehind has the live map moved and its file not, as a crash
// between the two leaves them: going on to where the live map points mends the
// file, and so a reload keeps it.
func TestHAProxyFileBehind(t *testing.T) {
	t.Parallel()
	ti := openedTier(t, tierOptions{mode: byMap}, nil)
	ti.proxies[0].move(t, traffic.Green)
	wantText(t, ti.plan(t, to(traffic.Green)...), "found: blue 0, green 100; a restart of the router would undo it: "+ti.file+` says \"blue-backend\" for \"shop\"`, "promote: blue 0, green 100")
	ti.apply(t, to(traffic.Green)...)
	ti.wantAll(t, traffic.All(traffic.Green))
	ti.wantNoChanges(t, to(traffic.Green)...)
	ti.reload(t)
	ti.wantAll(t, traffic.All(traffic.Green))
	ti.wantNoChanges(t, to(traffic.Green)...)
}

func TestHAProxyUnhealthyIsRefused(t *testing.T) {
	t.Parallel()
	eachMode(t, func(t *testing.T, mode haproxyMode) {
		ti := openedTier(t, tierOptions{mode: mode}, func(ti *tier) { ti.config.green += "\n  health = { timeout = \"1s\" }" })
		ti.setHealthy(t, traffic.Green, false)
		was := ti.picture(t)
		_, err := ti.Apply(t.Context(), to(traffic.Green)...)
		t.Log(failed(t, err, "Cutover Refused, No Traffic Moved", "ended at gates", "Health did not hold within 1s",
			"0 of 2 targets are healthy", "is down: its health check fails", "Traffic now: blue 100, green 0"))
		ti.wantUntouched(t, was)
		ti.wantState(t, "active_color", `"blue"`)
		ti.setHealthy(t, traffic.Green, true)
		ti.apply(t, to(traffic.Green)...)
		ti.wantAll(t, traffic.All(traffic.Green))
	})
}
