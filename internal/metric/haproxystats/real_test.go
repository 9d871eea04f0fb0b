package haproxystats_test

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/haproxystats"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// world is a HAProxy before two applications, all traffic of both frontends on
// green.
type world struct {
	*lab.HAProxy
	blue, green *app.App
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{blue: serve(t, "blue"), green: serve(t, "green")}
	w.HAProxy = startLab(t, lab.Config{
		Blue: []string{w.blue.Addr()}, Green: []string{w.green.Addr()}, HealthPath: app.HealthPath, Map: lab.Key + " " + lab.GreenBackend + "\n",
	})
	w.command(t, "set server app/green1 weight 100")
	w.command(t, "set server app/blue1 weight 0")
	return w
}

func startLab(t *testing.T, c lab.Config) *lab.HAProxy {
	t.Helper()
	return lab.StartT(t, c)
}

func serve(t *testing.T, color string) *app.App {
	t.Helper()
	return app.StartT(t, app.Options{Color: color})
}

func (w *world) command(t *testing.T, text string) {
	t.Helper()
	if _, err := w.Command(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

// ask asks n times, and waits until HAProxy has counted that: it does so when a
// request is over for itself, a moment after it is for the client. Whatever
// comes back is an answer.
func ask(t *testing.T, h *lab.HAProxy, url string, n int) {
	t.Helper()
	defer settle(t, h)
	for range n {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
}

// settle waits until HAProxy has no request under way.
func settle(t *testing.T, h *lab.HAProxy) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		reply, err := h.Command(t.Context(), "show stat")
		if err != nil {
			t.Fatal(err)
		}
		table, err := haproxyapi.ParseStat("show stat", strings.TrimSuffix(reply, "\n"))
		if err != nil {
			t.Fatal(err)
		}
		busy := slices.ContainsFunc(table, func(r map[string]string) bool { return r["svname"] == "BACKEND" && r["scur"] != "0" })
		if !busy {
			return
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
}

// ofBackend and ofServers are what is measured in the two modes.
func (w *world) ofBackend() metrictest.Block {
	return metrictest.Block{"sockets": []string{w.UserSocket()}, "backend": "{{color}}-backend", "window": "1ms"}
}

func (w *world) ofServers() metrictest.Block {
	return metrictest.Block{"sockets": []string{w.UserSocket()}, "servers": []string{"app/{{color}}1"}, "window": "1ms"}
}

// begun is a metric that has taken its first counters.
func begun(t *testing.T, b metrictest.Block) metric.Metric {
	t.Helper()
	m := metrictest.MustOpen(t, haproxystats.Kind(), nil, b)
	if _, err := m.Read(t.Context(), metrictest.Green); !errors.Is(err, metric.ErrNoData) {
		t.Fatalf("the first reading, without requests: %v", err)
	}
	return m
}

func want(t *testing.T, m metric.Metric, value, samples float64) {
	t.Helper()
	got, err := m.Read(t.Context(), metrictest.Green)
	if err != nil || got.Value != value || got.Samples != samples {
		t.Errorf("Read = %+v, %v; want %v of %v", got, err, value, samples)
	}
}

func wantNone(t *testing.T, m metric.Metric, say string) {
	t.Helper()
	if _, err := m.Read(t.Context(), metrictest.Green); !errors.Is(err, metric.ErrNoData) || !strings.Contains(err.Error(), say) {
		t.Errorf("Read = %v; want %q", err, say)
	}
}

// TestErrorPercent counts what each reading is about, and no more. A column
// taken by its number would read a running count of something else.
func TestErrorPercent(t *testing.T) {
	t.Parallel()
	w := start(t)
	for name, test := range map[string]struct {
		block metrictest.Block
		url   string
	}{
		"backend": {w.ofBackend(), w.MapURL()},
		"servers": {w.ofServers(), w.ServerURL()},
	} {
		w.green.SetFailureShare(0)
		ask(t, w.HAProxy, test.url, 7) // before the first reading: nothing to do with it
		m := begun(t, test.block)
		ask(t, w.HAProxy, test.url, 10)
		want(t, m, 0, 10)
		w.green.SetFailureShare(0.2)
		ask(t, w.HAProxy, test.url, 20)
		want(t, m, 20, 20)
		wantNone(t, m, "0 requests")
		w.green.SetFailureShare(1)
		ask(t, w.HAProxy, test.url, 5)
		want(t, m, 100, 5)
		if _, err := m.Read(t.Context(), metrictest.Blue); !errors.Is(err, metric.ErrNoData) {
			t.Errorf("%s: blue, which has no traffic: %v", name, err)
		}
	}
}

func TestFirstReadingCountsForItsWindow(t *testing.T) {
	t.Parallel()
	w := start(t)
	b := w.ofBackend()
	b["window"] = "2s"
	m := metrictest.MustOpen(t, haproxystats.Kind(), nil, b)
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				resp, err := http.Get(w.MapURL())
				if err == nil {
					_ = resp.Body.Close()
				}
			}
		}
	}()
	got, err := m.Read(t.Context(), metrictest.Green)
	close(stop)
	<-done
	if err != nil || got.Value != 0 || got.Samples < 1 {
		t.Errorf("Read = %+v, %v", got, err)
	}
}

func TestFewRequestsAddUp(t *testing.T) {
	t.Parallel()
	w := start(t)
	b := w.ofBackend()
	b["min_requests"] = 10
	m := begun(t, b)
	w.green.SetFailureShare(0.5)
	for range 4 {
		ask(t, w.HAProxy, w.MapURL(), 2)
		wantNone(t, m, "10 are needed")
	}
	ask(t, w.HAProxy, w.MapURL(), 2)
	want(t, m, 50, 10)
}

// TestConnectionsThatFail takes the application away. The backend counts
// HAProxy's own 503, the server what could not be sent to it.
func TestConnectionsThatFail(t *testing.T) {
	t.Parallel()
	gone := serve(t, "gone")
	silent := slam(t)
	h := startLab(t, lab.Config{
		Blue: []string{serve(t, "blue").Addr()}, Green: []string{serve(t, "green").Addr()},
		Extra: "backend gone\n no option redispatch\n retries 0\n server one " + gone.Addr() + " no-check\n" +
			"backend silent\n retries 0\n server one " + silent + " no-check\n",
		Map: lab.Key + " gone\n",
	})
	if err := gone.Kill(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"gone", "silent"} {
		if _, err := h.Command(t.Context(), "set map "+h.MapFile()+" "+lab.Key+" "+name); err != nil {
			t.Fatal(err)
		}
		for _, b := range []metrictest.Block{
			{"sockets": []string{h.UserSocket()}, "backend": name, "window": "1ms"},
			{"sockets": []string{h.UserSocket()}, "servers": []string{name + "/one"}, "window": "1ms"},
		} {
			m := begun(t, b)
			ask(t, h, h.MapURL(), 4)
			want(t, m, 100, 4)
		}
	}
}

// slam takes connections and closes them without an answer.
func slam(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_ = conn.Close()
		}
	}()
	return listener.Addr().String()
}

func TestReloadIsNoAnswer(t *testing.T) {
	t.Parallel()
	w := start(t)
	m := begun(t, w.ofBackend())
	ask(t, w.HAProxy, w.MapURL(), 3)
	want(t, m, 0, 3)
	if err := w.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	ask(t, w.HAProxy, w.MapURL(), 50) // more than before: the counters alone do not tell
	wantNone(t, m, "anew")
	ask(t, w.HAProxy, w.MapURL(), 4)
	want(t, m, 0, 4)
}

func TestClearedCountersAreNoAnswer(t *testing.T) {
	t.Parallel()
	w := start(t)
	m := begun(t, w.ofBackend())
	ask(t, w.HAProxy, w.MapURL(), 5)
	want(t, m, 0, 5)
	w.command(t, "clear counters all")
	ask(t, w.HAProxy, w.MapURL(), 2)
	wantNone(t, m, "anew")
	ask(t, w.HAProxy, w.MapURL(), 3)
	want(t, m, 0, 3)
}

func TestFleetIsAddedUp(t *testing.T) {
	t.Parallel()
	one, two := start(t), start(t)
	b := one.ofBackend()
	b["sockets"] = []string{one.UserSocket(), two.TCPSocket()}
	m := begun(t, b)
	one.green.SetFailureShare(1)
	ask(t, one.HAProxy, one.MapURL(), 2)
	ask(t, two.HAProxy, two.MapURL(), 6)
	want(t, m, 25, 8)
	two.Kill()
	ask(t, one.HAProxy, one.MapURL(), 2)
	if _, err := m.Read(t.Context(), metrictest.Green); !errors.Is(err, haproxyapi.ErrUnreachable) {
		t.Errorf("half of the fleet: %v", err)
	}
}

func TestResponseTime(t *testing.T) {
	t.Parallel()
	w := start(t)
	b := w.ofBackend()
	b["of"] = "response_ms"
	m := begun(t, b)
	w.green.SetLatency(100 * time.Millisecond)
	ask(t, w.HAProxy, w.MapURL(), 5)
	if got, err := m.Read(t.Context(), metrictest.Green); err != nil || got.Value < 50 || got.Samples != 5 {
		t.Errorf("Read = %+v, %v", got, err)
	}
	wantNone(t, m, "0 requests") // HAProxy still shows the old average
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	w := start(t)
	for say, change := range map[string]metrictest.Block{
		"backend green-nowhere":     {"backend": "{{color}}-nowhere"},
		"server app/green9":         {"backend": nil, "servers": []string{"app/green9"}},
		"server green-backend/blue": {"backend": nil, "servers": []string{"{{color}}-backend/blue"}},
	} {
		b := w.ofBackend()
		for argument, value := range change {
			b[argument] = value
		}
		_, err := metrictest.MustOpen(t, haproxystats.Kind(), nil, b).Read(t.Context(), metrictest.Green)
		if !errors.Is(err, traffic.ErrNotFound) || !strings.Contains(err.Error(), say) {
			t.Errorf("Read = %v; want %q", err, say)
		}
	}
	b := w.ofBackend()
	b["sockets"] = []string{"unix:///nowhere/admin.sock"}
	_, err := metrictest.MustOpen(t, haproxystats.Kind(), nil, b).Read(t.Context(), metrictest.Green)
	if !errors.Is(err, haproxyapi.ErrUnreachable) || !strings.Contains(err.Error(), "/nowhere/admin.sock") {
		t.Errorf("Read = %v", err)
	}
}

func TestRefusedAtPlan(t *testing.T) {
	t.Parallel()
	for at, change := range map[string]metrictest.Block{
		"sockets[0]": {"sockets": []string{"/run/haproxy.sock"}},
		"servers[1]": {"backend": nil, "servers": []string{"app/a", "b"}},
		"backend":    {"servers": []string{"app/a"}},
	} {
		b := metrictest.Block{"sockets": []string{"unix:///run/haproxy.sock"}, "backend": "{{color}}"}
		for argument, value := range change {
			b[argument] = value
		}
		_, err := metrictest.Open(t, haproxystats.Kind(), nil, b)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || attribute.Path.String() != at {
			t.Errorf("%s: Open = %v", at, err)
		}
	}
	for _, name := range []string{"", "two words", "a;b"} {
		b := metrictest.Block{"sockets": []string{"unix:///run/haproxy.sock"}, "backend": name}
		if _, err := metrictest.Open(t, haproxystats.Kind(), nil, b); err == nil {
			t.Errorf("backend %q was taken", name)
		}
	}
}

func TestTraits(t *testing.T) {
	t.Parallel()
	for backend, tells := range map[string]bool{"{{color}}-backend": true, "app": false} {
		b := metrictest.Block{"sockets": []string{"unix:///run/haproxy.sock"}, "backend": backend}
		got := metrictest.MustOpen(t, haproxystats.Kind(), nil, b).(metric.Describer).Traits()
		if !got.Counts || got.Tells != tells {
			t.Errorf("%s: %+v", backend, got)
		}
	}
}
