package haproxy

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

var (
	allBlue  = traffic.All(traffic.Blue)
	allGreen = traffic.All(traffic.Green)
)

func TestMapSurvivesReload(t *testing.T) {
	w := newWorld(t, 1, nil)
	r := w.mapRouter(w.AdminSocket())
	must(t, r.SetWeights(t.Context(), allBlue, allGreen))
	must(t, r.Verify(t.Context(), allGreen))
	w.reload()
	must(t, r.Verify(t.Context(), allGreen))
	if got := w.liveMap(); got != allGreen {
		t.Errorf("after a reload the map has %s", got)
	}
}

// TestMapFileThatDiffers has a file that somebody else edited: traffic is where
// the live map says, the difference is told, and set right in either direction.
func TestMapFileThatDiffers(t *testing.T) {
	for _, to := range []traffic.Weights{allBlue, allGreen} {
		w := newWorld(t, 1, nil)
		r := w.mapRouter(w.AdminSocket())
		edited := strings.Replace(w.fileText(), "\t"+lab.BlueBackend, "\t"+lab.GreenBackend, 1)
		must(t, os.WriteFile(w.MapFile(), []byte(edited), 0o600))
		got, err := r.Weights(t.Context())
		must(t, err)
		if got != allBlue {
			t.Errorf("Weights = %s, want what is live", got)
		}
		wantErr(t, "Verify", r.Verify(t.Context(), allBlue), traffic.ErrNotInEffect)
		must(t, r.SetWeights(t.Context(), allBlue, to))
		must(t, r.Verify(t.Context(), to))
		w.reload()
		must(t, r.Verify(t.Context(), to))
	}
}

func TestMapWithoutItsFile(t *testing.T) {
	w := newWorld(t, 1, nil)
	before, persist := w.fileText(), false
	block := w.mapBlock(w.AdminSocket())
	block.Map.Persist = &persist
	blue, green := mapBackends()
	r := openAll(t, block, blue, green)[0].Router.(*mapped)
	must(t, r.SetWeights(t.Context(), allBlue, allGreen))
	must(t, r.Verify(t.Context(), allGreen))
	if after := w.fileText(); after != before {
		t.Errorf("the file became %q", after)
	}
	w.reload()
	err := r.Verify(t.Context(), allGreen)
	wantErr(t, "Verify after a reload", err, traffic.ErrNotInEffect)
	if !strings.Contains(err.Error(), "it was reloaded") {
		t.Errorf("%v: it does not say why", err)
	}
}

// TestFleetSharesAFile moves two HAProxies that load the same file, one after
// the other and both at once, and back again from half-way.
func TestFleetSharesAFile(t *testing.T) {
	first := newWorld(t, 1, nil)
	second := newWorld(t, 1, func(c *lab.Config) {
		c.Extra = "backend uses-it\n    http-request set-header X %[str(shop),map_str(" + first.MapFile() + ")]\n"
	})
	blue, green := mapBackends()
	members := openAll(t, first.mapBlock(first.AdminSocket(), second.AdminSocket()), blue, green)
	each := func(do func(traffic.Router) error) {
		t.Helper()
		errs := make([]error, len(members))
		var wg sync.WaitGroup
		for i, m := range members {
			wg.Go(func() { errs[i] = do(m.Router) })
		}
		wg.Wait()
		must(t, errors.Join(errs...))
	}
	must(t, members[0].SetWeights(t.Context(), allBlue, allGreen))
	must(t, members[0].SetWeights(t.Context(), allGreen, allBlue)) // the second one refused, say
	each(func(r traffic.Router) error { return r.(traffic.Verifier).Verify(t.Context(), allBlue) })
	from, to := allBlue, allGreen
	for range 6 {
		each(func(r traffic.Router) error { return r.SetWeights(t.Context(), from, to) })
		each(func(r traffic.Router) error { return r.(traffic.Verifier).Verify(t.Context(), to) })
		from, to = to, from
	}
}

func TestServerWeightsAndReload(t *testing.T) {
	for _, keep := range []bool{false, true} {
		w := newWorld(t, 2, func(c *lab.Config) { c.KeepState = keep })
		r := w.serverRouter(w.AdminSocket(), 2)
		to := traffic.Split(traffic.Green, 37)
		must(t, r.SetWeights(t.Context(), allBlue, to))
		must(t, r.Verify(t.Context(), to))
		w.reload()
		if keep {
			must(t, r.Verify(t.Context(), to))
			continue
		}
		err := r.Verify(t.Context(), to)
		wantErr(t, "Verify after a reload", err, traffic.ErrNotInEffect)
		if !strings.Contains(err.Error(), "it was reloaded") {
			t.Errorf("%v: it does not say why", err)
		}
	}
}

// TestServerStates looks at what operators see: drain while idle, ready while
// in use, maintenance left alone.
func TestServerStates(t *testing.T) {
	w := newWorld(t, 2, nil)
	r := w.serverRouter(w.AdminSocket(), 2)
	w.order("set server app/green2 state maint")
	must(t, r.SetWeights(t.Context(), allBlue, allGreen))
	want := map[string][2]int{"app/blue1": {8, 0}, "app/blue2": {8, 0}, "app/green1": {0, 100}, "app/green2": {1, 100}}
	for name, is := range want {
		row := w.rows()[name]
		if got := [2]int{column(t, row, 6), column(t, row, 7)}; got != is {
			t.Errorf("%s has state and weight %v, want %v", name, got, is)
		}
	}
	w.order("set server app/blue1 state maint", "set server app/blue2 state maint")
	err := r.SetWeights(t.Context(), allGreen, traffic.Split(traffic.Green, 50))
	wantErr(t, "SetWeights to servers in maintenance", err, ErrMaintenance)
	if got := w.liveServers(); got != allGreen {
		t.Errorf("a refused movement left %s", got)
	}
}

// TestSlotsWithoutAddress: a slot that DNS has no address for was drained, and
// serves with its color when it gets one.
func TestSlotsWithoutAddress(t *testing.T) {
	w := newWorld(t, 1, func(c *lab.Config) {
		c.Extra = "resolvers nobody\n    nameserver none 127.0.0.1:9\nbackend odd\n    balance roundrobin\n    server blue1 " + c.Blue[0] + "\n    server green1 " +
			c.Green[0] + "\n    server green2 green.invalid:80 resolvers nobody init-addr none\n"
	})
	w.order("set server odd/green2 state drain", "set server odd/green2 weight 0", "set server odd/green1 weight 0")
	r := openAll(t, over(w.AdminSocket()), servers("odd/blue1"), servers("odd/green1", "odd/green2"))[0].Router
	must(t, r.SetWeights(t.Context(), allBlue, allGreen))
	row := w.rows()["odd/green2"]
	if admin, weight := column(t, row, 6), column(t, row, 7); admin != adminUnresolved || weight != 1 {
		t.Errorf("the slot has state %d and weight %d", admin, weight)
	}
	must(t, r.SetWeights(t.Context(), allGreen, allBlue))
	if weight := column(t, w.rows()["odd/green2"], 7); weight != 0 {
		t.Errorf("the idle slot has weight %d", weight)
	}
}

// TestStaticBalance: a backend that takes no shares must say so before, and
// must be as it was after a share was asked for anyhow.
func TestStaticBalance(t *testing.T) {
	for _, test := range []struct {
		balance string
		fixed   bool
	}{
		{"roundrobin", false},
		{"leastconn", false},
		{"random", false},
		{"static-rr", true},
		{"first", true},
		{"source", true},
		{"source\n    hash-type consistent", true}, // HAProxy does not tell
		{"uri", true},
	} {
		w := newWorld(t, 1, func(c *lab.Config) {
			c.Extra = "backend odd\n    balance " + test.balance + "\n    server blue1 " + c.Blue[0] + " weight 50\n    server green1 " + c.Green[0] + " weight 50\n"
		})
		w.order("set server odd/green1 weight 0")
		r := openAll(t, Router{Sockets: []string{w.AdminSocket()}}, Backend{Servers: []string{"odd/blue1"}},
			Backend{Servers: []string{"odd/green1"}})[0].Router.(*weighted)
		facts, err := r.Inspect(t.Context(), traffic.Green)
		if err != nil || facts.AllOrNothing != test.fixed {
			t.Errorf("%s: Inspect = %+v, %v", test.balance, facts, err)
		}
		err = r.SetWeights(t.Context(), allBlue, traffic.Split(traffic.Green, 10))
		if test.fixed {
			wantErr(t, test.balance, err, ErrWhole)
			live, err := r.Weights(t.Context())
			if err != nil || live != allBlue {
				t.Errorf("%s: a refused share left %s, %v", test.balance, live, err)
			}
			must(t, r.SetWeights(t.Context(), allBlue, allGreen))
			must(t, r.SetWeights(t.Context(), allGreen, allBlue))
		}
	}
}

// TestStaticBalanceGoesBack: servers of both colors that served when they were
// found can do so again, although their backend takes no shares.
func TestStaticBalanceGoesBack(t *testing.T) {
	for _, balance := range []string{"static-rr", "source"} {
		w := newWorld(t, 1, func(c *lab.Config) {
			c.Extra = "backend odd\n    balance " + balance + "\n    server blue1 " + c.Blue[0] + " weight 50\n    server blue2 " + c.Blue[0] +
				" weight 50\n    server green1 " + c.Green[0] + " weight 50\n"
		})
		r := openAll(t, over(w.AdminSocket()), servers("odd/blue1", "odd/blue2"), servers("odd/green1"))[0].Router
		found, err := r.Weights(t.Context())
		must(t, err)
		must(t, r.SetWeights(t.Context(), found, allGreen))
		must(t, r.SetWeights(t.Context(), allGreen, found))
		if live, err := r.Weights(t.Context()); err != nil || live != found || found != traffic.Split(traffic.Green, 33) {
			t.Errorf("%s: found %s, and back to %s, %v", balance, found, live, err)
		}
	}
}

func TestHealthIsEvidence(t *testing.T) {
	w := newWorld(t, 1, func(c *lab.Config) {
		c.Extra = "backend bare\n    server blue1 " + c.Blue[0] + " no-check\n    server green1 " + c.Green[0] +
			" no-check track green-backend/green1\n    server green2 " + c.Green[0] + " disabled\n"
	})
	r := openAll(t, Router{Sockets: []string{w.AdminSocket()}}, Backend{Servers: []string{"bare/blue1"}},
		Backend{Servers: []string{"bare/green1", "bare/green2"}})[0].Router.(*weighted)
	w.eventually("checked", func() bool { return column(t, w.rows()["green-backend/green1"], 11) == 3 })
	blue, err := r.Health(t.Context(), traffic.Blue)
	if err != nil || blue.Healthy != 0 || blue.Total != 1 || !strings.Contains(blue.Unhealthy[0], "no health check") {
		t.Errorf("without a check: %+v, %v", blue, err)
	}
	green, err := r.Health(t.Context(), traffic.Green)
	if err != nil || green.Healthy != 1 || green.Total != 2 || !strings.Contains(green.Unhealthy[0], "bare/green2 is in maintenance") {
		t.Errorf("one tracks, one is disabled: %+v, %v", green, err)
	}
}

func TestInFlight(t *testing.T) {
	w := newWorld(t, 1, nil)
	w.apps[traffic.Blue][0].SetLatency(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{}, 2)
	for _, url := range []string{w.MapURL(), w.ServerURL()} {
		go func() {
			defer func() { done <- struct{}{} }()
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
			if err != nil {
				t.Error(err)
				return
			}
			if response, err := http.DefaultClient.Do(request); err == nil {
				_ = response.Body.Close()
			}
		}()
	}
	for _, r := range []traffic.InFlightCounter{w.mapRouter(w.AdminSocket()), w.serverRouter(w.TCPSocket(), 1)} {
		count := func(c traffic.Color) int {
			n, err := r.InFlight(t.Context(), c)
			must(t, err)
			return n
		}
		w.eventually("one request is open", func() bool { return count(traffic.Blue) == 1 })
		if n := count(traffic.Green); n != 0 {
			t.Errorf("green has %d in flight", n)
		}
	}
	cancel()
	<-done
	<-done
}

// TestNoRequestIsLost moves both ways under load, with reloads in between.
func TestNoRequestIsLost(t *testing.T) {
	w := newWorld(t, 2, func(c *lab.Config) { c.KeepState = true })
	for url, r := range map[string]traffic.Router{
		w.MapURL(): w.mapRouter(w.AdminSocket()), w.ServerURL(): w.serverRouter(w.AdminSocket(), 2),
	} {
		l, err := load.Start(t.Context(), load.Options{URL: url, Rate: 300})
		must(t, err)
		from, to := allBlue, allGreen
		for range 10 {
			must(t, r.SetWeights(t.Context(), from, to))
			from, to = to, from
			w.reload()
		}
		if total := l.Stop(); total.Failures != 0 || total.Requests == 0 {
			t.Errorf("%s: %d of %d requests failed: %q\n%s", url, total.Failures, total.Requests, total.Errors, w.Log())
		}
	}
}

// TestByHand: what the guide has people type at 3 a.m. brings traffic back after
// a cutover.
func TestByHand(t *testing.T) {
	guide, err := os.ReadFile("../../../templates/guides/router-haproxy.md")
	must(t, err)
	w := newWorld(t, 1, nil)
	must(t, w.serverRouter(w.AdminSocket(), 1).SetWeights(t.Context(), allBlue, allGreen))
	must(t, w.mapRouter(w.AdminSocket()).SetWeights(t.Context(), allBlue, allGreen))
	for line := range strings.Lines(string(guide)) {
		if commands, ok := strings.CutPrefix(line, `echo "set `); ok {
			commands, _, _ = strings.Cut(commands, `"`)
			w.order(strings.ReplaceAll("set "+commands, "/etc/haproxy/maps/backend.map", w.MapFile()))
		}
	}
	if m, s := w.liveMap(), w.liveServers(); m != allBlue || s != allBlue {
		t.Errorf("the map has %s, the servers %s", m, s)
	}
}
