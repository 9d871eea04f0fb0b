package haproxy_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

// start starts HAProxy before two applications.
func start(t *testing.T, change func(*haproxy.Config)) *haproxy.HAProxy {
	t.Helper()
	c := haproxy.Config{Blue: []string{serve(t, "blue")}, Green: []string{serve(t, "green")}, HealthPath: app.HealthPath}
	if change != nil {
		change(&c)
	}
	return haproxy.StartT(t, c)
}

func serve(t *testing.T, color string) string {
	t.Helper()
	return app.StartT(t, app.Options{Color: color}).Addr()
}

// color asks url once, on a connection of its own.
func color(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.Header.Get(app.ColorHeader)
}

func command(t *testing.T, h *haproxy.HAProxy, line string) string {
	t.Helper()
	reply, err := h.Command(t.Context(), line)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func TestServesBlueAtFirst(t *testing.T) {
	h := start(t, nil)
	for _, url := range []string{h.MapURL(), h.ServerURL()} {
		if got := color(t, url); got != "blue" {
			t.Errorf("%s answers %q, want blue", url, got)
		}
	}
}

func TestMapAndWeightsAreObeyed(t *testing.T) {
	h := start(t, nil)
	command(t, h, "set map "+h.MapFile()+" "+haproxy.Key+" "+haproxy.GreenBackend)
	command(t, h, "set server app/green1 weight 100; set server app/blue1 weight 0")
	for _, url := range []string{h.MapURL(), h.ServerURL()} {
		if got := color(t, url); got != "green" {
			t.Errorf("%s answers %q, want green", url, got)
		}
	}
}

// TestReloadLosesNothing reloads under load, with and without kept-alive
// connections.
func TestReloadLosesNothing(t *testing.T) {
	for _, fresh := range []bool{false, true} {
		h := start(t, nil)
		l, err := load.Start(t.Context(), load.Options{URL: h.MapURL(), Rate: 200, Fresh: fresh})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if err := h.Reload(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if total := l.Stop(); total.Failures != 0 || total.Requests == 0 {
			t.Errorf("fresh %t: %d of %d requests failed: %q", fresh, total.Failures, total.Requests, total.Errors)
		}
	}
}

func TestReloadReadsTheMapFile(t *testing.T) {
	h := start(t, nil)
	text := haproxy.Key + " " + haproxy.GreenBackend + "\n"
	if err := os.WriteFile(h.MapFile(), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := color(t, h.MapURL()); got != "blue" {
		t.Errorf("before the reload %q answers", got)
	}
	if err := h.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := color(t, h.MapURL()); got != "green" {
		t.Errorf("after the reload %q answers", got)
	}
}

func TestReloadKeepsStateWhenAsked(t *testing.T) {
	for _, keep := range []bool{false, true} {
		h := start(t, func(c *haproxy.Config) { c.KeepState = keep })
		command(t, h, "set server app/green1 weight 100; set server app/blue1 weight 0; set server app/blue1 state drain")
		if err := h.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := map[bool]string{false: "blue", true: "green"}[keep]
		if got := color(t, h.ServerURL()); got != want {
			t.Errorf("keeping state %t: %q answers, want %q", keep, got, want)
		}
	}
}

func TestReconfigure(t *testing.T) {
	h := start(t, nil)
	c := h.Config()
	c.Extra = "backend another\n"
	if err := h.Reconfigure(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if got := command(t, h, "show backend"); !slices.Contains(strings.Fields(got), "another") {
		t.Errorf("show backend = %q", got)
	}
}

func TestReloadWithABadConfigurationServesOn(t *testing.T) {
	h := start(t, nil)
	c := h.Config()
	c.Extra = "nonsense here\n"
	err := h.Reconfigure(t.Context(), c)
	if err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("Reconfigure = %v, want HAProxy's own words", err)
	}
	if got := color(t, h.MapURL()); got != "blue" {
		t.Errorf("%q answers", got)
	}
}

func TestSocketsHaveTheirLevels(t *testing.T) {
	h := start(t, nil)
	for _, address := range []string{h.AdminSocket(), h.OperatorSocket(), h.UserSocket(), h.TCPSocket()} {
		if !strings.HasPrefix(address, "unix:///") && !strings.HasPrefix(address, "tcp://127.0.0.1:") {
			t.Errorf("socket %q", address)
		}
	}
	if got := command(t, h, "show cli level"); got != "admin\n\n" {
		t.Errorf("the admin socket has level %q", got)
	}
}

func TestKill(t *testing.T) {
	h := start(t, nil)
	h.Kill()
	<-h.Done()
	if _, err := h.Command(t.Context(), "show info"); err == nil {
		t.Error("a killed HAProxy answers")
	}
	if err := h.Reload(t.Context()); err == nil {
		t.Error("a killed HAProxy reloads")
	}
}

func TestEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	h, err := haproxy.Start(ctx, haproxy.Config{Blue: []string{serve(t, "blue")}, Green: []string{serve(t, "green")}})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-h.Done()
	dir := h.Dir()
	if err := h.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its folder is still there: %v", err)
	}
}

func TestStartTellsWhatHAProxySays(t *testing.T) {
	_, err := haproxy.Start(t.Context(), haproxy.Config{
		Blue: []string{"127.0.0.1:1"}, Green: []string{"127.0.0.1:1"}, Extra: "nonsense\n",
	})
	if err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("Start = %v, want HAProxy's own words", err)
	}
}
