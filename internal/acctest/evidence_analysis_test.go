package acctest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/prometheus"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The queries that the documentation gives, over a window that suits a test.
const (
	errorPercent = `100 * (sum(rate(http_requests_total{environment="{{color}}",status=~"5.."}[3s])) or vector(0)) ` +
		`/ (sum(rate(http_requests_total{environment="{{color}}"}[3s])) > 0)`
	p99 = `histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{environment="{{color}}"}[3s])))`
)

// measured is a shop whose applications a real Prometheus scrapes.
type measuredShop struct {
	*shop
	prometheus *prometheus.Prometheus
}

// measuredBy opens a shop with an analysis. Metrics is given Prometheus's
// address for each %q.
func measuredBy(t *testing.T, binary, analysis, metrics string) *measuredShop {
	t.Helper()
	m := &measuredShop{}
	m.shop = opened(t, cli.Options{Binary: binary}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
		*c = c.with(`steps = [{ weight = 10, pause = "8s" }]`)
	})
	targets := map[string][]string{}
	for _, side := range []*awselb.Side{m.s.Blue, m.s.Green} {
		for _, a := range side.Apps {
			targets[side.Color] = append(targets[side.Color], a.Addr())
		}
	}
	p := prometheus.StartT(t, prometheus.Config{Targets: targets, Interval: 200 * time.Millisecond})
	m.prometheus = p
	m.rewrite(t, func(c *config) { *c = c.with(analysisOf(analysis, fmt.Sprintf(metrics, p.URL()))) })
	return m
}

func analysisOf(arguments, metrics string) string {
	return fmt.Sprintf("analysis = {\n    interval = \"500ms\"\n    %s\n    metrics = {\n      %s\n    }\n  }", arguments, metrics)
}

// metricOf is one metric of Prometheus, its address left open.
func metricOf(name, query, condition string) string {
	return fmt.Sprintf("%s = {\n        prometheus = { url = %%[1]q, query = %q }\n        %s\n      }\n      ", name, query, condition)
}

// loaded puts load on an address until the test ends.
func loaded(t *testing.T, url string) *load.Load {
	t.Helper()
	l, err := load.Start(context.WithoutCancel(t.Context()), load.Options{URL: url, Rate: 200, Concurrency: 16})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Stop() })
	return l
}

func eachApp(apps []*app.App, do func(*app.App)) {
	for _, a := range apps {
		do(a)
	}
}

func failing(share float64) func(*app.App) {
	return func(a *app.App) { a.SetFailureShare(share) }
}

// warm is enough for a rate: the window is full of the new weights.
const warm = "warm_up = \"3s\"\n    inconclusive_limit = 20"

// caught applies green, which must be rolled back in the first step.
func (m *measuredShop) caught(t *testing.T, wants ...string) {
	t.Helper()
	_, err := m.Apply(t.Context(), to(traffic.Green)...)
	said := failed(t, err, append([]string{
		"Cutover Rolled Back", "ended at step", "What was measured (UTC):", "Traffic is back as it was found: blue 100, green 0",
	}, wants...)...)
	t.Log(said)
	m.wantSteps(t, traffic.Green, 10, 0)
	m.wantState(t, "active_color", `"blue"`)
	m.wantResult(t, "rolled_back")
}

func TestReleaseThatFailsIsCaught(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		m := measuredBy(t, binary, warm, metricOf("error_rate", errorPercent, "max = 5"))
		eachApp(m.s.Green.Apps, failing(0.2))
		l := loaded(t, m.s.URL())
		m.caught(t, `Metric "error_rate" failed once`, "is above 5", "step error_rate fail")
		total := l.Stop()
		if seen := total.Statuses[500]; seen == 0 || seen*20 > total.Requests {
			t.Errorf("%d of %d requests failed for users", seen, total.Requests)
		}
		report(t, "a release that fails 20 %% of requests, caught at 10 %%: %d of %d requests failed", total.Statuses[500], total.Requests)
	})
}

func TestReleaseThatIsSlowIsCaught(t *testing.T) {
	t.Parallel()
	m := measuredBy(t, "", warm, metricOf("p99", p99, "max = 0.1"))
	eachApp(m.s.Green.Apps, func(a *app.App) { a.SetLatency(300 * time.Millisecond) })
	loaded(t, m.s.URL())
	m.caught(t, `Metric "p99" failed once`, "is above 0.1")
}

func TestReleaseThatIsWorseIsCaught(t *testing.T) {
	t.Parallel()
	m := measuredBy(t, "", warm, metricOf("error_rate", errorPercent, "max_ratio_to_other = 1.5"))
	eachApp(m.s.Green.Apps, failing(0.2))
	loaded(t, m.s.URL())
	m.caught(t, `Metric "error_rate" failed once`, "is more than 1.5 times the 0 of blue")
}

// TestGoodReleasePasses its steps, and the bake, in which blue has no traffic
// that green could be compared with.
func TestGoodReleasePasses(t *testing.T) {
	t.Parallel()
	m := measuredBy(t, "", warm, metricOf("error_rate", errorPercent, "max = 5\n max_ratio_to_other = 1.5")+metricOf("p99", p99, "within = [0, 0.5]"))
	m.rewrite(t, func(c *config) { *c = c.with(`bake = "8s"`) })
	l := loaded(t, m.s.URL())
	m.apply(t, to(traffic.Green)...)
	m.wantSteps(t, traffic.Green, 10, 100)
	if total := l.Stop(); total.Failures > 0 {
		t.Errorf("%d of %d requests failed: %v", total.Failures, total.Requests, total.Errors)
	}
	m.wantResult(t, "promoted")
}

// TestNoTrafficIsNoAnswer measures what nobody asks: that is no success.
func TestNoTrafficIsNoAnswer(t *testing.T) {
	t.Parallel()
	m := measuredBy(t, "", "inconclusive_limit = 2", metricOf("error_rate", errorPercent, "max = 5"))
	m.caught(t, `Metric "error_rate" gave no answer 3 times in a row`, "no data", "inconclusive")
}

func TestPrometheusKilledInAnAnalysis(t *testing.T) {
	t.Parallel()
	m := measuredBy(t, "", "warm_up = \"3s\"\n    inconclusive_limit = 2", metricOf("error_rate", errorPercent, "max = 5"))
	loaded(t, m.s.URL())
	t.Cleanup(m.at(10, m.prometheus.Kill))
	m.caught(t, `Metric "error_rate" gave no answer 3 times in a row`, "connection refused")
}

// TestPrometheusAwayBefore moves nobody to a release that could not be judged.
func TestPrometheusAwayBefore(t *testing.T) {
	t.Parallel()
	m := measuredBy(t, "", "", metricOf("error_rate", errorPercent, "max = 5"))
	m.prometheus.Kill()
	wantText(t, m.plan(t, to(traffic.Green)...), "gates: health of green, analysis.metrics.error_rate, up to 5m")
	_, err := m.Apply(t.Context(), to(traffic.Green)...)
	failed(t, err, "Cutover Refused, No Traffic Moved", "Gate analysis.metrics.error_rate: after 3 tries", "connection refused")
	m.wantSteps(t, traffic.Green)
	m.wantWeights(t, traffic.All(traffic.Blue))
}

func TestDryRunJudgesNothing(t *testing.T) {
	t.Parallel()
	m := measuredBy(t, "", "", metricOf("error_rate", errorPercent, "max = 5\n dry_run = true"))
	eachApp(m.s.Green.Apps, failing(1))
	loaded(t, m.s.URL())
	m.apply(t, to(traffic.Green)...)
	m.wantResult(t, "promoted")
}

// TestWarmUp lets a release that fails while it is cold settle first.
func TestWarmUp(t *testing.T) {
	t.Parallel()
	m := measuredBy(t, "", "warm_up = \"7s\"\n    inconclusive_limit = 5", metricOf("error_rate", errorPercent, "max = 5"))
	green := m.s.Green.Apps[0]
	green.SetFailureShare(1)
	go func() { // cold for its first requests
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for green.Requests() < 10 {
			select {
			case <-tick.C:
			case <-t.Context().Done():
				return
			}
		}
		green.SetFailureShare(0)
	}()
	loaded(t, m.s.URL())
	m.apply(t, to(traffic.Green)...)
	m.wantResult(t, "promoted")
}

// held is a shop whose bad release was held at 10 %.
func held(t *testing.T) *measuredShop {
	t.Helper()
	m := measuredBy(t, "", warm+"\n    on_failure = \"hold\"", metricOf("error_rate", errorPercent, "max = 5"))
	eachApp(m.s.Green.Apps, failing(0.2))
	loaded(t, m.s.URL())
	_, err := m.Apply(t.Context(), to(traffic.Green)...)
	failed(t, err, "Cutover Held, Traffic Is Divided", "is above 5", "as on_failure says: blue 90, green 10",
		`To go on from here, apply with active_color = "green" again; to go back at once, with "blue"`)
	m.wantWeights(t, traffic.Weights{Blue: 90, Green: 10})
	m.wantResult(t, "held")
	return m
}

func TestHeldGoesOn(t *testing.T) {
	t.Parallel()
	m := held(t)
	eachApp(m.s.Green.Apps, failing(0))
	m.apply(t, to(traffic.Green)...)
	m.wantSteps(t, traffic.Green, 10, 100)
	m.wantResult(t, "promoted")
}

func TestHeldGoesBack(t *testing.T) {
	t.Parallel()
	m := held(t)
	m.apply(t, to(traffic.Blue)...)
	m.wantSteps(t, traffic.Green, 10, 0)
	m.wantNoChanges(t, to(traffic.Blue)...)
}

// TestHAProxyJudgesByItself needs no metrics server.
func TestHAProxyJudgesByItself(t *testing.T) {
	t.Parallel()
	for name, share := range map[string]float64{"good": 0, "bad": 0.2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ti := openedTier(t, tierOptions{mode: byServers}, func(ti *tier) {
				ti.config = ti.config.with(`steps = [{ weight = 10, pause = "4s" }]`).with(analysisOf("inconclusive_limit = 20", fmt.Sprintf(
					`http_errors = {
        haproxy = { sockets = %s, servers = ["app/{{color}}1", "app/{{color}}2"], min_requests = 20 }
        max     = 5
      }`, list(ti.sockets))))
			})
			eachApp(ti.apps[traffic.Green], failing(share))
			loaded(t, ti.proxies[0].url())
			_, err := ti.Apply(t.Context(), to(traffic.Green)...)
			if share == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			failed(t, err, "Cutover Rolled Back", "ended at step", `Metric "http_errors" failed once`, "is above 5", "What was measured (UTC):")
			ti.wantAll(t, traffic.All(traffic.Blue))
		})
	}
}

// TestConditionsThatProveNothingAreRefusedAtPlan are those that no release
// could fail.
func TestConditionsThatProveNothingAreRefusedAtPlan(t *testing.T) {
	t.Parallel()
	for want, metric := range map[string]string{
		"the query is the same for both": `m = { prometheus = { url = "http://127.0.0.1:1", query = "up" }, max_ratio_to_other = 2 }`,
		"nothing tells how many samples": `m = { prometheus = { url = "http://127.0.0.1:1", query = "up" }, max = 2, min_samples = 5 }`,
		"give max, min, within or":       `m = { prometheus = { url = "http://127.0.0.1:1", query = "up" } }`,
		"its answer is a range vector":   `m = { prometheus = { url = "http://127.0.0.1:1", query = "up[5m]" }, max = 2 }`,
		"unclosed left parenthesis":      `m = { prometheus = { url = "http://127.0.0.1:1", query = "sum(up" }, max = 2 }`,
		"must be of exactly one kind":    `m = { max = 2 }`,
		"give backend or servers":        `m = { haproxy = { sockets = ["unix:///run/h.sock"] }, max = 2 }`,
		"json_path":                      `m = { web = { url = "http://127.0.0.1:1", json_path = "$.[" }, max = 2 }`,
		"several queries need a formula": `m = { datadog = { api_key = "a", app_key = "b", queries = { a = "x", b = "y" } }, max = 2 }`,
		"api_key":                        `m = { new_relic = { account_id = 1, query = "SELECT 1 FROM T" }, max = 2 }`,
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			sh := open(t, cli.Options{}, awselb.ScenarioOptions{}, func(c *config) { *c = c.with(analysisOf("", metric)) })
			_, err := sh.Run(t.Context(), "validate", "-no-color")
			failed(t, err, want)
		})
	}
}
