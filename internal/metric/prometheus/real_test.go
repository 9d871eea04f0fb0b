package prometheus_test

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/prometheus"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/prometheus"
)

// ask is a query to a server.
func ask(url, query string) metrictest.Block {
	return metrictest.Block{"url": url, "query": query}
}

func open(t *testing.T, b metrictest.Block) metric.Metric {
	t.Helper()
	return metrictest.MustOpen(t, prometheus.Kind(), nil, b)
}

func read(t *testing.T, b metrictest.Block) (metric.Reading, error) {
	t.Helper()
	return open(t, b).Read(t.Context(), metrictest.Green)
}

// serve starts an application that answers requests, a share of them with 500.
func serve(t *testing.T, color string, share float64, requests int) *app.App {
	t.Helper()
	a := app.StartT(t, app.Options{Color: color})
	a.SetFailureShare(share)
	for range requests {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL(), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	return a
}

func TestAnswersOfRealPrometheus(t *testing.T) {
	t.Parallel()
	p := lab.StartT(t, lab.Config{})
	for name, test := range map[string]struct {
		query string
		want  float64
		err   error
	}{
		"one series":            {"vector(3)", 3, nil},
		"scalar":                {"scalar(vector(4))", 4, nil},
		"number":                {"2.5", 2.5, nil},
		"zero":                  {"vector(0)", 0, nil},
		"the color":             {`vector(1) and on() label_replace(vector(1), "c", "{{color}}", "", "")`, 1, nil},
		"empty":                 {"absent_metric", 0, metric.ErrNoData},
		"several series":        {`label_replace(vector(1), "a", "1", "", "") or label_replace(vector(2), "a", "2", "", "")`, 0, metric.ErrSeveral},
		"NaN":                   {"vector(0) / vector(0)", 0, metric.ErrNotFinite},
		"infinite":              {"vector(1) / vector(0)", 0, metric.ErrNotFinite},
		"minus infinite":        {"-vector(1) / vector(0)", 0, metric.ErrNotFinite},
		"scalar of nothing":     {"scalar(absent_metric)", 0, metric.ErrNotFinite},
		"comparison not met":    {"vector(1) > 2", 0, metric.ErrNoData},
		"quantile of no bucket": {"histogram_quantile(0.99, sum(rate(absent_bucket[1m])) by (le))", 0, metric.ErrNoData},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := read(t, ask(p.URL(), test.query))
			if !errors.Is(err, test.err) || (err == nil) != (test.err == nil) || got.Value != test.want {
				t.Errorf("Read = %v, %v; want %v, %v", got.Value, err, test.want, test.err)
			}
		})
	}
}

func TestErrorsOfRealPrometheus(t *testing.T) {
	t.Parallel()
	p := lab.StartT(t, lab.Config{})
	for query, want := range map[string]string{
		// It parses here and not there: the server is older, or has it not switched on.
		"limitk(1, vector(1))":                        "unknown function",
		`label_replace(vector(1), "a", "1", "", "(")`: "regular expression",
	} {
		if _, err := read(t, ask(p.URL(), query)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestSamples(t *testing.T) {
	t.Parallel()
	p := lab.StartT(t, lab.Config{})
	b := ask(p.URL(), "vector(1)")
	if got, err := read(t, b); err != nil || !math.IsNaN(got.Samples) {
		t.Errorf("Read = %+v, %v", got, err)
	}
	b["sample_query"] = "vector(17)"
	if got, err := read(t, b); err != nil || got.Samples != 17 {
		t.Errorf("Read = %+v, %v", got, err)
	}
	b["sample_query"] = "absent_metric"
	if _, err := read(t, b); !errors.Is(err, metric.ErrNoData) {
		t.Errorf("Read = %v", err)
	}
}

// errorShare is the query that our documentation gives.
const errorShare = `100 * (sum(rate(http_requests_total{environment="{{color}}",status=~"5.."}[5s])) or vector(0)) ` +
	`/ (sum(rate(http_requests_total{environment="{{color}}"}[5s])) > 0)`

// naive is the query that is often copied. Each series divides by itself.
const naive = `100 * rate(http_requests_total{environment="{{color}}",status=~"5.."}[5s]) / rate(http_requests_total{environment="{{color}}"}[5s])`

// TestErrorShareOfRealTraffic holds the recipe against the one that it stands
// in for: it sees 20 % where that one sees 100, zero where that one sees
// nothing, and nothing where there is no traffic.
func TestErrorShareOfRealTraffic(t *testing.T) {
	t.Parallel()
	green, blue, idle := serve(t, "green", 0, 5), serve(t, "blue", 0, 5), serve(t, "idle", 0, 5)
	green.SetFailureShare(0.2)
	p := lab.StartT(t, lab.Config{Interval: 100 * time.Millisecond, Targets: map[string][]string{"all": {green.Addr(), blue.Addr(), idle.Addr()}}})
	loaded(t, green)
	loaded(t, blue)
	if err := p.Await(t.Context(), `sum(rate(http_requests_total{environment="green",status="500"}[5s])) > 0`, nil); err != nil {
		t.Fatal(err)
	}
	if err := p.Await(t.Context(), `sum(rate(http_requests_total{environment="blue"}[5s])) > 0`, nil); err != nil {
		t.Fatal(err)
	}
	m := open(t, ask(p.URL(), errorShare))
	if got, err := m.Read(t.Context(), metrictest.Green); err != nil || got.Value < 10 || got.Value > 30 {
		t.Errorf("green: %v, %v; want about 20", got.Value, err)
	}
	if got, err := m.Read(t.Context(), metrictest.Blue); err != nil || got.Value != 0 {
		t.Errorf("blue: %v, %v; want 0", got.Value, err)
	}
	if _, err := m.Read(t.Context(), metric.Subject{Color: "idle"}); !errors.Is(err, metric.ErrNoData) {
		t.Errorf("idle: %v", err)
	}
	copied := open(t, ask(p.URL(), naive))
	if got, err := copied.Read(t.Context(), metrictest.Green); err != nil || got.Value < 99 {
		t.Errorf("the naive query: %v, %v", got.Value, err)
	}
	if _, err := copied.Read(t.Context(), metrictest.Blue); !errors.Is(err, metric.ErrNoData) {
		t.Errorf("the naive query without errors: %v", err)
	}
}

// loaded asks without end.
func loaded(t *testing.T, a *app.App) {
	t.Helper()
	l, err := load.Start(context.WithoutCancel(t.Context()), load.Options{URL: a.URL(), Rate: 100})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Stop() })
}

func TestDown(t *testing.T) {
	t.Parallel()
	p := lab.StartT(t, lab.Config{})
	m := open(t, ask(p.URL(), "vector(1)"))
	if _, err := m.Read(t.Context(), metrictest.Green); err != nil {
		t.Fatal(err)
	}
	p.Kill()
	if _, err := m.Read(t.Context(), metrictest.Green); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("Read = %v", err)
	}
}

func TestSlow(t *testing.T) {
	t.Parallel()
	p := lab.StartT(t, lab.Config{})
	b := ask(p.URL(), "vector(1)")
	b["timeout"] = "50ms"
	if err := p.Freeze(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, b); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Read = %v", err)
	}
}

func TestKilledWhileReading(t *testing.T) {
	t.Parallel()
	p := lab.StartT(t, lab.Config{})
	m := open(t, ask(p.URL(), "vector(1)"))
	if err := p.Freeze(t.Context()); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := m.Read(t.Context(), metrictest.Green)
		done <- err
	}()
	p.Kill()
	if err := <-done; err == nil {
		t.Error("a reading of the dead")
	}
}
