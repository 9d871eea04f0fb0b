package haproxy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestFrontendOfTheSameName: "show stat NAME" tells of the frontend where both
// have the name, and an outgoing color would look drained at once.
func TestFrontendOfTheSameName(t *testing.T) {
	address := t.TempDir() + "/odd.sock"
	w := newWorld(t, 1, func(c *lab.Config) {
		c.Extra = "frontend odd\n    bind unix@" + address + "\n    default_backend odd\nbackend odd\n    balance roundrobin\n" +
			"    server blue1 " + c.Blue[0] + " weight 100\n    server green1 " + c.Green[0] + " weight 0\n"
	})
	odd, green := "odd", lab.GreenBackend
	routers := []traffic.Router{
		openAll(t, w.mapBlock(w.AdminSocket()), Backend{Backend: &odd}, Backend{Backend: &green})[0].Router,
		openAll(t, over(w.AdminSocket()), servers("odd/blue1"), servers("odd/green1"))[0].Router,
	}
	for _, r := range routers {
		w.eventually("blue is healthy", func() bool {
			h, err := r.(traffic.HealthReader).Health(t.Context(), traffic.Blue)
			must(t, err)
			return h.Healthy == h.Total
		})
	}
	if facts, err := routers[1].(traffic.Inspector).Inspect(t.Context(), traffic.Green); err != nil || facts.AllOrNothing {
		t.Errorf("Inspect = %+v, %v", facts, err)
	}
	w.apps[traffic.Blue][0].SetLatency(time.Hour)
	done := w.askOver(address)
	for _, r := range routers {
		w.eventually("one request is open", func() bool {
			n, err := r.(traffic.InFlightCounter).InFlight(t.Context(), traffic.Blue)
			must(t, err)
			return n == 1
		})
	}
	done()
}

// askOver opens a request to a frontend on a Unix socket, until it is told to
// end it.
func (w *world) askOver(address string) (end func()) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", address)
	}}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://odd/", http.NoBody)
	must(w.t, err)
	go func() {
		defer close(ended)
		if response, err := client.Do(request); err == nil {
			_ = response.Body.Close()
		}
	}()
	return func() { cancel(); <-ended }
}

// TestGoneInFlight: work that cannot be counted is not none.
func TestGoneInFlight(t *testing.T) {
	w := newWorld(t, 1, nil)
	gone, green := "gone", lab.GreenBackend
	for _, r := range []traffic.Router{
		openAll(t, w.mapBlock(w.AdminSocket()), Backend{Backend: &gone}, Backend{Backend: &green})[0].Router,
		openAll(t, over(w.AdminSocket()), servers("app/blue9"), servers("app/green1"))[0].Router,
	} {
		n, err := r.(traffic.InFlightCounter).InFlight(t.Context(), traffic.Blue)
		wantErr(t, "InFlight", err, traffic.ErrNotFound)
		if n != 0 {
			t.Errorf("InFlight = %d", n)
		}
	}
}

// TestBackupServersAreRefused: weights do not divide between a server and a
// backup, so that a step would be none.
func TestBackupServersAreRefused(t *testing.T) {
	w := newWorld(t, 1, func(c *lab.Config) {
		c.Extra = "backend odd\n    balance roundrobin\n    server blue1 " + c.Blue[0] + "\n    server green1 " + c.Green[0] + " backup\n"
	})
	r := openAll(t, over(w.AdminSocket()), servers("odd/blue1"), servers("odd/green1"))[0].Router
	for _, to := range traffic.Colors() {
		_, err := r.(traffic.Inspector).Inspect(t.Context(), to)
		var at *router.AttributeError
		if !errors.As(err, &at) || at.In != router.InGreen || !strings.Contains(err.Error(), "odd/green1 is a backup") {
			t.Errorf("Inspect for %s = %v", to, err)
		}
	}
}

// TestKnownNamesAreTold: whoever mistyped a name sees those that there are.
func TestKnownNamesAreTold(t *testing.T) {
	w := newWorld(t, 1, nil)
	r := openAll(t, over(w.AdminSocket()), servers("app/blue1"), servers("app/gren1"))[0].Router
	_, inspect := r.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
	none := openAll(t, over(w.AdminSocket()), servers("none/b"), servers("none/g"))[0].Router
	_, backends := none.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
	if backends == nil || !strings.Contains(backends.Error(), `has the backends ["blue-backend" "green-backend" "app"]`) {
		t.Errorf("Inspect = %v", backends)
	}
	_, health := r.(traffic.HealthReader).Health(t.Context(), traffic.Green)
	for what, err := range map[string]error{"Inspect": inspect, "Health": health} {
		if err == nil || !strings.Contains(err.Error(), `app/gren1: not found: backend app has ["blue1" "green1"]`) {
			t.Errorf("%s = %v", what, err)
		}
	}
}
