package acctest

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// odd replaces the servers of the switch by those of a backend of the test's.
func (ti *tier) odd(t *testing.T, extra string, blue, green []string) {
	t.Helper()
	replacer := strings.NewReplacer("BLUE", ti.apps[traffic.Blue][0].Addr(), "GREEN", ti.apps[traffic.Green][0].Addr())
	ti.reconfigure(t, replacer.Replace(extra))
	ti.rewrite(t, func(ti *tier) {
		ti.config.blue, ti.config.green = "haproxy = { servers = "+list(blue)+" }", "haproxy = { servers = "+list(green)+" }"
	})
	ti.proxies[0].awaitHealth(t, traffic.Blue, true)
}

// adminStates are the states of the servers, by their names.
func (b *balancer) adminStates(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, f := range b.rows(t) {
		all[f[columnBackend]+"/"+f[columnServer]] = f[columnAdmin]
	}
	return all
}

// TestHAProxyTrack: servers that track others of the switch go there and back,
// and one outside of it serves all the time.
func TestHAProxyTrack(t *testing.T) {
	t.Parallel()
	ti := openTier(t, tierOptions{mode: byServers})
	ti.reconfigure(t, strings.NewReplacer("BLUE", ti.apps[traffic.Blue][0].Addr(), "GREEN", ti.apps[traffic.Green][0].Addr()).Replace(
		"backend api\n    server blue1 BLUE no-check track app/blue1 weight 100\n    server green1 GREEN no-check track app/green1 weight 0\n"+
			"backend outside\n    server one BLUE no-check track app/blue1\n"))
	ti.rewrite(t, func(ti *tier) {
		ti.config = ti.config.with(threeSteps)
		ti.config.blue, ti.config.green = `haproxy = { servers = ["app/blue1", "app/blue2", "api/blue1"] }`, `haproxy = { servers = ["app/green1", "app/green2", "api/green1"] }`
	})
	ti.apply(t)
	for _, c := range []traffic.Color{traffic.Green, traffic.Blue, traffic.Green} {
		ti.apply(t, to(c)...)
		ti.wantNoChanges(t, to(c)...)
		if states := ti.proxies[0].adminStates(t); states["outside/one"] != "0" || states["api/"+c.String()+"1"] != "0" {
			t.Errorf("at %s the states are %v", c, states)
		}
	}
}

// TestHAProxyDisabledMadeReady: a server that the configuration calls disabled
// serves once it is made ready. That is drift, and no maintenance.
func TestHAProxyDisabledMadeReady(t *testing.T) {
	t.Parallel()
	ti := openTier(t, tierOptions{mode: byServers})
	ti.odd(t, "backend odd\n    server blue1 BLUE weight 100\n    server green9 GREEN weight 100 disabled\n", []string{"odd/blue1"}, []string{"odd/green9"})
	ti.apply(t)
	ti.proxies[0].order(t, "set server odd/green9 state ready")
	wantText(t, ti.plan(t), "found: blue 50, green 50", "promote: blue 100, green 0")
	ti.apply(t)
	ti.wantNoChanges(t)
	ti.apply(t, to(traffic.Green)...)
	ti.wantNoChanges(t, to(traffic.Green)...)
}

// zero takes all weight from both colors by hand.
func (b *balancer) zero(t *testing.T) {
	t.Helper()
	for _, server := range []string{"blue1", "blue2", "green1", "green2"} {
		b.order(t, "set server app/"+server+" weight 0")
	}
}

// TestHAProxyNobodyServes: in a pause another hand takes all weight from both
// colors. Nobody is served, and what was found is written back at once.
func TestHAProxyNobodyServes(t *testing.T) {
	t.Parallel()
	f := openHAProxy(t, byServers)
	e := adopted(t, cli.Options{}, nil, f)
	e.wait(t, "10m")
	var zeroed atomic.Bool
	remove := f.watch(observer{after: func(c apiCall) {
		if c.readsHealth && !zeroed.Load() && f.weights().Green == 50 && zeroed.CompareAndSwap(false, true) {
			f.proxy.zero(t)
		}
	}})
	defer remove()
	_, err := e.Apply(t.Context(), to(traffic.Green)...)
	t.Log(failed(t, err, "Cutover Rolled Back"))
	e.wantWeights(t, traffic.All(traffic.Blue))
}

// TestHAProxyRollsBackExactly: what percent do not say, and who was drained,
// comes back.
func TestHAProxyRollsBackExactly(t *testing.T) {
	t.Parallel()
	f := openHAProxy(t, byServers)
	e := adopted(t, cli.Options{}, nil, f)
	green := e.wait(t, "10m")
	f.proxy.order(t, "set server app/blue1 weight 256", "set server app/blue2 weight 199", "set server app/green1 weight 1",
		"set server app/green1 state ready", "set server app/green2 weight 7", "set server app/green2 state drain")
	was := f.proxy.servers(t)
	stop := e.at(green, func() { e.setHealthy(t, traffic.Green, false) })
	defer stop()
	_, err := e.Apply(t.Context(), to(traffic.Green)...)
	failed(t, err, "Cutover Rolled Back")
	if is := f.proxy.servers(t); is != was {
		t.Errorf("it was\n%s\nand is\n%s", was, is)
	}
}
