package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
)

func start(t *testing.T, opts app.Options) *app.App {
	t.Helper()
	a, err := app.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Kill() })
	return a
}

func get(t *testing.T, url string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

func TestAnswersItsColor(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{Color: "blue", Version: "2.0.0"})
	status, body, header := get(t, a.URL()+"/any/path")
	if status != http.StatusOK || body != "blue\n" {
		t.Errorf("%d %q", status, body)
	}
	if header.Get(app.ColorHeader) != "blue" || header.Get("X-Version") != "2.0.0" {
		t.Errorf("%v", header)
	}
	if a.Requests() != 1 || a.Color() != "blue" || a.Port() == 0 || !strings.HasSuffix(a.URL(), a.Addr()) {
		t.Errorf("requests %d, color %q, port %d, addr %q", a.Requests(), a.Color(), a.Port(), a.Addr())
	}
}

func TestHealthCanBeTurned(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{Color: "green"})
	for _, healthy := range []bool{true, false, true} {
		a.SetHealthy(healthy)
		want := http.StatusOK
		if !healthy {
			want = http.StatusServiceUnavailable
		}
		if status, _, _ := get(t, a.URL()+app.HealthPath); status != want {
			t.Errorf("healthy %t: status %d", healthy, status)
		}
	}
	if a.Requests() != 0 {
		t.Errorf("health checks count as requests: %d", a.Requests())
	}
}

func TestFailureShareIsExact(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{Color: "green"})
	a.SetFailureShare(0.1)
	failed := 0
	for range 50 {
		if status, _, _ := get(t, a.URL()); status == http.StatusInternalServerError {
			failed++
		}
	}
	if failed != 5 {
		t.Errorf("%d of 50 failed", failed)
	}
}

func TestMetricsForPrometheus(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{Color: "green"})
	get(t, a.URL())
	a.SetFailureShare(1)
	get(t, a.URL())
	_, text, _ := get(t, a.URL()+app.MetricsPath)
	for _, line := range []string{
		`http_requests_total{environment="green",status="200"} 1`,
		`http_requests_total{environment="green",status="500"} 1`,
		`http_request_duration_seconds_bucket{environment="green",le="+Inf"} 2`,
		`http_request_duration_seconds_count{environment="green"} 2`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}

// ask asks in the background and returns where the outcome will be.
func ask(t *testing.T, a *app.App) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			err = resp.Body.Close()
		}
		done <- err
	}()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for a.Requests() == 0 { // it may be over by then, on a machine that stalls
		<-ticker.C
	}
	return done
}

func TestCloseServesOpenRequests(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{Color: "blue", Latency: 200 * time.Millisecond})
	done := ask(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("an open request was lost: %v", err)
	}
}

func TestKillCutsOpenRequestsOff(t *testing.T) {
	t.Parallel()
	a := start(t, app.Options{Color: "blue", Latency: time.Minute})
	done := ask(t, a)
	if err := a.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err == nil {
		t.Error("an open request outlived the application")
	}
}
