package acctest

import (
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestHAProxyFleetMovesTogether(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		eachMode(t, func(t *testing.T, mode haproxyMode) {
			ti := openTier(t, tierOptions{Options: cli.Options{Binary: binary}, mode: mode, proxies: 2})
			ti.rewrite(t, func(ti *tier) {
				ti.config = ti.config.with(mode.steps())
				ti.sockets[1] = ti.proxies[1].TCPSocket()
			})
			was := ti.picture(t)
			ti.apply(t)
			ti.wantUntouched(t, was)
			ti.apply(t, to(traffic.Green)...)
			ti.wantAll(t, traffic.All(traffic.Green))
			ti.wantNoChanges(t, to(traffic.Green)...)
			ti.apply(t)
			ti.wantAll(t, traffic.All(traffic.Blue))
			ti.wantNoChanges(t)
		})
	})
}

// TestHAProxyFleetGoesBackTogether has the second of two HAProxies refuse what
// the first has done already, and then take what is put back.
func TestHAProxyFleetGoesBackTogether(t *testing.T) {
	t.Parallel()
	for mode, refuses := range map[haproxyMode]func(line string) bool{
		byMap:     func(line string) bool { return strings.Contains(line, backends[traffic.Green]) },
		byServers: func(line string) bool { return strings.Contains(line, "/green1 weight 50") },
	} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			ti := openTier(t, tierOptions{mode: mode, proxies: 2})
			second := newRelay(t, ti.proxies[1].HAProxy)
			ti.rewrite(t, func(ti *tier) {
				ti.config = ti.config.with(mode.steps())
				ti.sockets[1] = second.socket()
			})
			ti.apply(t)
			was := ti.picture(t)
			second.watch(watcher{before: func(e exchange) (string, bool) {
				if e.moves() && refuses(e.line) {
					return strings.Repeat("Permission denied.\n\n", strings.Count(e.line, ";")+1), true
				}
				return "", true
			}})
			_, err := ti.Apply(t.Context(), to(traffic.Green)...)
			t.Log(failed(t, err, "Cutover Rolled Back", second.socket(), "Permission denied", "Traffic is back as it was found: blue 100, green 0"))
			ti.wantAll(t, traffic.All(traffic.Blue))
			ti.wantState(t, "weights", `{"blue":100,"green":0}`)
			ti.wantState(t, "active_color", `"blue"`)
			if mode == byMap {
				ti.wantUntouched(t, was)
			}
			second.watch(watcher{})
			ti.apply(t, to(traffic.Green)...)
			ti.wantAll(t, traffic.All(traffic.Green))
		})
	}
}

// TestHAProxyFleetApart has the members differ, as a cutover that was killed
// leaves them: the plan names each, and the apply goes on from there.
func TestHAProxyFleetApart(t *testing.T) {
	t.Parallel()
	eachMode(t, func(t *testing.T, mode haproxyMode) {
		ti := openedTier(t, tierOptions{mode: mode, proxies: 2}, nil)
		ti.proxies[1].move(t, traffic.Green)
		wantText(t, ti.plan(t, to(traffic.Green)...), "blue 100, green 0 in "+ti.sockets[0], "blue 0, green 100 in "+ti.sockets[1])
		ti.apply(t, to(traffic.Green)...)
		ti.wantAll(t, traffic.All(traffic.Green))
		ti.wantNoChanges(t, to(traffic.Green)...)
	})
}

// TestHAProxyDeadMemberIsTakenOut has one of two HAProxies die. Whoever takes
// it out of the switch can move the one that lives.
func TestHAProxyDeadMemberIsTakenOut(t *testing.T) {
	t.Parallel()
	eachMode(t, func(t *testing.T, mode haproxyMode) {
		ti := openedTier(t, tierOptions{mode: mode, proxies: 2}, nil)
		ti.proxies[1].Kill()
		_, _, err := ti.Plan(t.Context(), to(traffic.Green)...)
		t.Log(failed(t, err, "HAProxy Socket Unreachable", "The attribute is haproxy.sockets[1]"))
		ti.rewrite(t, func(ti *tier) { ti.sockets, ti.proxies = ti.sockets[:1], ti.proxies[:1] })
		wantText(t, ti.plan(t, to(traffic.Green)...), "found: blue 100, green 0", "promote: blue 0, green 100")
		ti.apply(t, to(traffic.Green)...)
		ti.wantAll(t, traffic.All(traffic.Green))
		ti.wantNoChanges(t, to(traffic.Green)...)
	})
}
