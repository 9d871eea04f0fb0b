package haproxy

import (
	"io"
	"net"
	"strings"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// tracked has a backend whose servers track those of app, and one outside of
// every switch that does.
func tracked(t *testing.T) (*world, *weighted) {
	t.Helper()
	w := newWorld(t, 1, func(c *lab.Config) {
		c.Extra = "backend api\n    balance roundrobin\n    server blue1 " + c.Blue[0] + " no-check track app/blue1 weight 100\n    server green1 " + c.Green[0] +
			" no-check track app/green1 weight 100\nbackend outside\n    server one " + c.Blue[0] + " no-check track app/blue1\n"
	})
	w.order("set server api/green1 weight 0")
	r := openAll(t, over(w.AdminSocket()), servers("app/blue1", "api/blue1"), servers("app/green1", "api/green1"))[0].Router.(*weighted)
	return w, r
}

// TestTrackers: those of the switch move there and back, and those outside of
// it serve all the time.
func TestTrackers(t *testing.T) {
	w, r := tracked(t)
	from := allBlue
	for _, to := range []traffic.Weights{allGreen, traffic.Split(traffic.Green, 30), allBlue, allGreen} {
		_, err := r.Inspect(t.Context(), traffic.Green)
		must(t, err)
		must(t, r.SetWeights(t.Context(), from, to))
		must(t, r.Verify(t.Context(), to))
		if admin := w.rows()["outside/one"][6]; admin != "0" {
			t.Errorf("at %s the server outside has state %s", to, admin)
		}
		from = to
	}
}

// TestInheritedDrain: one that is found, as an operator or an earlier version
// leaves it, is ours to end, as it ends with what it follows.
func TestInheritedDrain(t *testing.T) {
	w, r := tracked(t)
	w.order("set server app/green1 weight 100", "set server api/green1 weight 100", "set server app/blue1 state drain")
	if admin := w.rows()["api/blue1"][6]; admin != "16" {
		t.Fatalf("api/blue1 has state %s", admin)
	}
	found, err := r.Found(t.Context())
	must(t, err)
	_, err = r.Inspect(t.Context(), traffic.Blue)
	must(t, err)
	must(t, r.SetWeights(t.Context(), allGreen, allBlue))
	must(t, r.Verify(t.Context(), allBlue))
	must(t, found.Restore(t.Context(), allBlue))
	must(t, found.Restored(t.Context()))
	must(t, r.SetWeights(t.Context(), allGreen, allBlue))

	// The drain of a server that is not ours is an operator's.
	alone := openAll(t, over(w.AdminSocket()), servers("api/blue1"), servers("api/green1"))[0].Router.(*weighted)
	w.order("set server app/green1 state drain")
	wantErr(t, "SetWeights to servers that another's drain holds", alone.SetWeights(t.Context(), allBlue, allGreen), ErrMaintenance)
}

// agent is an agent-check that says one word.
func agent(t *testing.T, word string) (port string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	must(t, err)
	ended := make(chan struct{})
	t.Cleanup(func() { _ = listener.Close(); <-ended })
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, word+"\n")
			_ = conn.Close()
		}
	}()
	_, port, err = net.SplitHostPort(listener.Addr().String())
	must(t, err)
	return port
}

// TestAgentIsRefused: what an agent says would replace our weights. Switched
// off on the socket it is not in the way.
func TestAgentIsRefused(t *testing.T) {
	w := newWorld(t, 1, func(c *lab.Config) {
		check := " agent-check agent-inter 50ms agent-port " + agent(t, "up 100%")
		c.Extra = "backend odd\n    balance roundrobin\n    server blue1 " + c.Blue[0] + " weight 100" + check + "\n    server green1 " + c.Green[0] + " weight 0" + check + "\n"
	})
	r := openAll(t, over(w.AdminSocket()), servers("odd/blue1"), servers("odd/green1"))[0].Router.(*weighted)
	_, err := r.Inspect(t.Context(), traffic.Green)
	if err == nil || !strings.Contains(err.Error(), "HAProxy Agent Sets Weights") || !strings.Contains(err.Error(), `send "disable agent odd/green1"`) {
		t.Errorf("Inspect = %v", err)
	}
	w.order("disable agent odd/blue1", "disable agent odd/green1")
	_, err = r.Inspect(t.Context(), traffic.Green)
	must(t, err)
	must(t, r.SetWeights(t.Context(), allBlue, allGreen))
}

// TestNobodyServes: from no weight at all both colors lead out, and a rollback
// leads back.
func TestNobodyServes(t *testing.T) {
	for _, to := range []traffic.Weights{allGreen, allBlue, traffic.Split(traffic.Green, 10)} {
		w := newWorld(t, 2, nil)
		r := w.serverRouter(w.AdminSocket(), 2)
		w.order("set server app/blue1 weight 0", "set server app/blue2 state drain")
		_, err := r.Weights(t.Context())
		wantErr(t, "Weights", err, traffic.ErrNoWeight)
		_, err = r.Inspect(t.Context(), traffic.Green)
		must(t, err)
		found, err := r.Found(t.Context())
		must(t, err)
		wantErr(t, "SetWeights from weights that are not", r.SetWeights(t.Context(), allBlue, to), traffic.ErrConflict)
		must(t, r.SetWeights(t.Context(), traffic.Weights{}, to))
		must(t, r.Verify(t.Context(), to))
		wantErr(t, "SetWeights from none", r.SetWeights(t.Context(), traffic.Weights{}, to), traffic.ErrConflict)
		wantErr(t, "Restored", found.Restored(t.Context()), traffic.ErrNotInEffect)
		must(t, found.Restore(t.Context(), to))
		must(t, found.Restored(t.Context()))
		_, err = r.Weights(t.Context())
		wantErr(t, "Weights after the way back", err, traffic.ErrNoWeight)
	}
}

// TestClaims: two switches over the same entry, file or server have one in common.
func TestClaims(t *testing.T) {
	claims := func(r Router, blue, green Backend) map[string]bool {
		all := map[string]bool{}
		for _, m := range openAll(t, r, blue, green) {
			for _, claim := range m.Router.(traffic.Claimer).Claims() {
				all[claim] = true
			}
		}
		return all
	}
	common := func(a, b map[string]bool) bool {
		for claim := range a {
			if b[claim] {
				return true
			}
		}
		return false
	}
	b, g := backend("blue"), backend("green")
	other := byMap(file, "shop")
	other.Sockets = []string{socketB}
	for name, test := range map[string]struct {
		one, two map[string]bool
		want     bool
	}{
		"the same entry":           {claims(byMap(file, "shop"), b, g), claims(join(byMap(file, "shop"), socketB), b, backend("other")), true},
		"another key":              {claims(byMap(file, "shop"), b, g), claims(byMap(file, "api"), b, g), false},
		"the same file":            {claims(byMap(file, "shop"), b, g), claims(other, b, g), true},
		"another HAProxy, no file": {claims(unpersisted(file), b, g), claims(over(socketB), servers("app/b"), servers("app/g")), false},
		"a server":                 {claims(over(socketA), servers("app/b"), servers("app/g")), claims(over("unix:///run//haproxy/a.sock"), servers("app/b"), servers("app/x")), true},
		"other servers":            {claims(over(socketA), servers("app/b"), servers("app/g")), claims(over(socketA), servers("api/b"), servers("api/g")), false},
	} {
		if got := common(test.one, test.two); got != test.want {
			t.Errorf("%s: in common %t, want %t: %v, %v", name, got, test.want, test.one, test.two)
		}
	}
}
