package acctest

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestHAProxyByAnotherSocket goes there by a Unix socket and back by a TCP one:
// the same HAProxy, so that the change moves nothing, and all of the map file
// but our value is as it was.
func TestHAProxyByAnotherSocket(t *testing.T) {
	t.Parallel()
	eachMode(t, func(t *testing.T, mode haproxyMode) {
		ti := openedTier(t, tierOptions{mode: mode}, func(ti *tier) { ti.config = ti.config.with(mode.steps()) })
		was := ti.picture(t)
		ti.apply(t, to(traffic.Green)...)
		ti.throughTCP(t)
		ti.apply(t)
		ti.wantAll(t, traffic.All(traffic.Blue))
		ti.wantNoChanges(t)
		if ti.mode == byMap {
			ti.wantUntouched(t, was)
		}
	})
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
