package acctest

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// haproxyFixture is one real HAProxy, reached through a relay that sees and
// fails what passes.
type haproxyFixture struct {
	t *testing.T
	*tier
	proxy *balancer
	relay *relay

	mu        sync.Mutex
	observers []*observer
	journal   []traffic.Weights // after each line that moved traffic
	lost      []int             // the lines whose replies are lost
}

func openHAProxy(t *testing.T, mode haproxyMode) *haproxyFixture {
	t.Helper()
	ti := startTier(t, tierOptions{mode: mode, keepState: true})
	f := &haproxyFixture{t: t, tier: ti, proxy: ti.proxies[0], relay: newRelay(t, ti.proxies[0].HAProxy)}
	f.forget()
	return f
}

func (*haproxyFixture) kind() string { return "haproxy" }

func (f *haproxyFixture) id() string { return f.mode.importID([]string{f.relay.socket()}, f.file) }

func (*haproxyFixture) provider() string { return "" }

func (f *haproxyFixture) backend(c traffic.Color) string { return f.mode.backend(c) }

func (f *haproxyFixture) router() string { return f.mode.router([]string{f.relay.socket()}, f.file) }

func (f *haproxyFixture) url() string { return f.proxy.url() }

func (*haproxyFixture) whyUnhealthy() string { return "is down: its health check fails" }

func (*haproxyFixture) probes() bool { return false }

func (f *haproxyFixture) allOrNothing() bool { return f.mode == byMap }

func (f *haproxyFixture) weights() traffic.Weights { return f.proxy.weights(f.t) }

// setWeights moves the live map and its file, or the servers.
func (f *haproxyFixture) setWeights(t *testing.T, w traffic.Weights) {
	t.Helper()
	if f.mode == byMap {
		c, _ := w.Active()
		f.setEntry(t, backends[c], strings.ReplaceAll(f.proxy.fileText(t), backends[c.Other()], backends[c]))
		return
	}
	var rows [][]string
	for _, row := range f.proxy.rows(t) {
		c := traffic.Green
		if strings.HasPrefix(row[columnServer], "blue") {
			c = traffic.Blue
		}
		row[columnAdmin], row[columnWeight] = "0", strconv.Itoa(w.Of(c))
		rows = append(rows, row)
	}
	f.setServers(t, rows)
}

// setLive moves the live map alone, as an operator does on the Runtime API, or
// the servers.
func (f *haproxyFixture) setLive(t *testing.T, w traffic.Weights) {
	t.Helper()
	if c, _ := w.Active(); f.mode == byMap {
		f.proxy.move(t, c)
		return
	}
	f.setWeights(t, w)
}

func (f *haproxyFixture) setEntry(t *testing.T, backend, file string) {
	t.Helper()
	if err := os.WriteFile(f.file, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	f.proxy.order(t, "set map "+f.file+" "+haproxy.Key+" "+backend)
}

// setServers gives servers the weights and states of rows. It raises first, so
// that not all are at 0 between.
func (f *haproxyFixture) setServers(t *testing.T, rows [][]string) {
	t.Helper()
	for _, rises := range []bool{true, false} {
		for _, row := range rows {
			ready := row[columnAdmin] == "0"
			if row[columnBackend] != haproxy.Backend || (ready && row[columnWeight] != "0") != rises {
				continue
			}
			server, state := haproxy.Backend+"/"+row[columnServer], map[bool]string{true: "ready", false: "drain"}
			f.proxy.order(t, "set server "+server+" weight "+row[columnWeight])
			f.proxy.order(t, "set server "+server+" state "+state[ready])
		}
	}
}

func (f *haproxyFixture) keep(t *testing.T) func(*testing.T) {
	t.Helper()
	rows, file := f.proxy.rows(t), f.proxy.fileText(t)
	entry, _ := f.proxy.entry(t).Active()
	return func(t *testing.T) {
		t.Helper()
		f.setEntry(t, backends[entry], file)
		f.setServers(t, rows)
	}
}

func (f *haproxyFixture) forget() {
	f.mu.Lock()
	f.journal, f.lost = nil, nil
	f.mu.Unlock()
	f.relay.watch(watcher{before: f.before, after: f.after})
}

func (f *haproxyFixture) calls() []apiCall {
	var all []apiCall
	for _, e := range f.relay.passed() {
		all = append(all, haproxyCall(e))
	}
	return all
}

func haproxyCall(e exchange) apiCall {
	return apiCall{index: e.index, action: e.line, writes: e.moves(), readsHealth: strings.Contains(e.line, "show stat -1 4 -1")}
}

func (f *haproxyFixture) steps(c traffic.Color) []int {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []int
	for _, w := range f.journal {
		all = append(all, w.Of(c))
	}
	return distinct(all)
}

// unsound leaves to the load what clients see in between.
func (f *haproxyFixture) unsound(traffic.Color) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.journal {
		if w.Validate() != nil {
			return []string{"no weights at all"}
		}
	}
	return nil
}

func (f *haproxyFixture) watch(o observer) func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.observers = append(f.observers, &o)
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.observers = slices.DeleteFunc(slices.Clone(f.observers), func(other *observer) bool { return other == &o })
	}
}

func (f *haproxyFixture) watching() []*observer {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.observers
}

// before says what befalls a line. A lost reply is held back when HAProxy has
// obeyed.
func (f *haproxyFixture) before(e exchange) (reply string, pass bool) {
	for _, o := range f.watching() {
		if o.befall == nil {
			continue
		}
		switch o.befall(haproxyCall(e)) {
		case denial:
			return strings.Repeat("Permission denied.\n\n", strings.Count(e.line, ";")+1), true
		case lostRequest:
			return "", false
		case lostReply:
			f.lose(e)
		default:
		}
	}
	return "", true
}

func (f *haproxyFixture) after(e exchange) bool {
	if e.moves() {
		w := f.weights()
		f.mu.Lock()
		f.journal = append(f.journal, w)
		f.mu.Unlock()
	}
	for _, o := range f.watching() {
		if o.after != nil {
			o.after(haproxyCall(e))
		}
	}
	return !f.isLost(e)
}

func (f *haproxyFixture) lose(e exchange) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lost = append(f.lost, e.index)
}

func (f *haproxyFixture) isLost(e exchange) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.lost, e.index)
}
