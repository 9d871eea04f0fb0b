package moduletest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	grafana "github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/prometheus"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	grafananotify "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/grafana"
)

// none is where a graph has no value.
var none = math.NaN()

// graphs are what the panels show at a moment, by the panel's title and the name
// in its legend: of an exporter with quantiles, and of one with averages.
var graphs = map[string]map[string]map[string]float64{
	"well": {
		"Requests":                     {"blue": bluePerSecond, "green": greenPerSecond},
		"Share of the requests":        {"blue": 100 * 5.0 / 45, "green": 100 * 40.0 / 45},
		"Errors":                       {"blue": 0, "green": 0},
		"Errors a second":              {"blue": 0, "green": 0},
		"Latency of blue":              {"p50": 0.05, "p90": 0.09, "p99": 0.099},
		"Latency of green":             {"p50": 0.1 * 20 / 30, "p90": 0.8, "p99": 0.98},
		"Latency of blue, on average":  {"average": 0.1},
		"Latency of green, on average": {"average": 0.3},
		"Open":                         {"blue": openInPod, "green": 2 * openInPod},
	},
	"errors": {
		"Requests":        {"blue": bluePerSecond, "green": greenPerSecond},
		"Errors":          {"blue": 0, "green": greenErrors},
		"Errors a second": {"blue": 0, "green": 10},
		"Open":            {"blue": openInPod, "green": 2 * openInPod},
	},
	"idle": {
		"Requests":                     {"blue": 0, "green": 0},
		"Share of the requests":        {"blue": none, "green": none},
		"Errors":                       {"blue": none, "green": none},
		"Errors a second":              {"blue": 0, "green": 0},
		"Latency of blue":              {"p50": none, "p90": none, "p99": none},
		"Latency of green":             {"p50": none, "p90": none, "p99": none},
		"Latency of blue, on average":  {"average": none},
		"Latency of green, on average": {"average": none},
	},
}

// dashboards calls the module for each exporter.
func dashboards(t *testing.T) map[string]map[string]any {
	t.Helper()
	calls := map[string]call{}
	for name, e := range exporters {
		calls[name] = e.arguments()
		maps.Copy(calls[name], call{
			"title": "Shop", "switch": "shop", "max_error_percent": 5, "max_latency": "250ms", "min_requests": 1000,
			"window": "2m", "alert_for": "1m", "divided_for": "5m", "runbook_url": "https://wiki.example/shop",
		})
		calls[name+"_busy"] = maps.Clone(calls[name])
		calls[name+"_busy"]["min_requests"] = 100_000
	}
	return evaluate(t, cli.TerraformT(t), "dashboard", calls)
}

// TestDashboardOfEachExporter has Grafana's own library read each dashboard, which
// takes nothing that Grafana does not know, and asks a real Prometheus each of its
// queries in the course of a cutover. Promtool tries the rules on the same.
func TestDashboardOfEachExporter(t *testing.T) {
	t.Parallel()
	registered()
	outputs := dashboards(t)
	for name, e := range exporters {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read := readDashboard(t, get[string](t, outputs[name]["dashboard"]))
			e.wantGraphs(t, read)
			e.wantAlerts(t, get[string](t, outputs[name]["rules"]), true)
			e.wantAlerts(t, get[string](t, outputs[name+"_busy"]["rules"]), false)
		})
	}
}

// strictly reads a dashboard, and returns what Grafana does not know in it. The
// library's own errors are lists that are never nil, and for which it drops what
// it has read; they may be empty.
func strictly(text string) error {
	var board dashboard.Dashboard //nolint:staticcheck // the model that every Grafana takes; the next one is for the newest alone
	err := board.UnmarshalJSONStrict([]byte(text))
	var found cog.BuildErrors
	if errors.As(err, &found) && len(found) == 0 {
		return nil
	}
	return err
}

// TestStrictnessIsStrict has the reader of dashboards find what is wrong deep in one.
func TestStrictnessIsStrict(t *testing.T) {
	text := get[string](t, evaluate(t, cli.TerraformT(t), "dashboard", map[string]call{
		"one": {"title": "Shop", "kind": "envoy", "labels": map[string]string{"envoy_cluster_name": "{{color}}"}},
	})["one"]["dashboard"])
	registered()
	if err := strictly(text); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"option of a panel":   {`"showLegend":true`, `"showLegends":true`},
		"argument of a query": {`"legendFormat":"blue"`, `"legend":"blue"`},
		"way to draw":         {`"drawStyle":"line"`, `"drawStyle":7`},
		"field":               {`"schemaVersion":39`, `"schemaVersion":39,"schema":1`},
	} {
		if err := strictly(strings.Replace(text, change[0], change[1], 1)); err == nil || !strings.Contains(text, change[0]) {
			t.Errorf("%s: it is taken", name)
		}
	}
}

// TestDashboardShowsWhatIsWritten has each notice that the provider writes into Grafana be found by one annotation of
// the dashboard, and by none of a dashboard of another switch.
func TestDashboardShowsWhatIsWritten(t *testing.T) {
	t.Parallel()
	calls := map[string]call{}
	for name, of := range map[string]any{"shop": "shop", "every": nil, "other": "other"} {
		calls[name] = call{"title": "Shop", "kind": "envoy", "labels": map[string]string{"envoy_cluster_name": "{{color}}"}, "switch": of}
	}
	outputs := evaluate(t, cli.TerraformT(t), "dashboard", calls)
	written := make(chan []string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var annotation struct {
			Tags []string `json:"tags"`
		}
		if err := json.NewDecoder(r.Body).Decode(&annotation); err != nil {
			t.Error(err)
		}
		written <- annotation.Tags
		_, _ = w.Write([]byte(`{"id":1,"message":"Annotation added"}`))
	}))
	t.Cleanup(server.Close)
	notifier := blocktest.MustOpen(t, grafananotify.Kind(), blocktest.Values{"url": server.URL, "token": "glsa_1"})
	for _, occasion := range []notify.Occasion{notify.Started, notify.Promoted, notify.RolledBack, notify.Stuck} {
		if err := notifier.Notify(t.Context(), notify.Notice{Occasion: occasion, Switch: "shop", From: "blue", To: "green", Summary: "told", Time: time.Now()}); err != nil {
			t.Fatal(err)
		}
		tags := <-written
		for name, want := range map[string]int{"shop": 1, "every": 1, "other": 0} {
			if got := finding(t, get[string](t, outputs[name]["dashboard"]), tags); got != want {
				t.Errorf("%s: %d annotations of the dashboard of %s have %v; want %d", occasion, got, name, tags, want)
			}
		}
	}
}

// finding is how many annotations of a dashboard show what has these tags.
func finding(t *testing.T, text string, tags []string) int {
	t.Helper()
	var board struct {
		Annotations struct {
			List []struct {
				Target struct {
					Tags []string `json:"tags"`
				} `json:"target"`
			} `json:"list"`
		} `json:"annotations"`
	}
	if err := json.Unmarshal([]byte(text), &board); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, annotation := range board.Annotations.List {
		if !slices.ContainsFunc(annotation.Target.Tags, func(tag string) bool { return !slices.Contains(tags, tag) }) {
			found++
		}
	}
	return found
}

// registered tells Grafana's library what the dashboards are made of.
func registered() {
	runtime := cog.NewRuntime()
	runtime.RegisterPanelcfgVariant(timeseries.VariantConfig())
	runtime.RegisterDataqueryVariant(grafana.VariantConfig())
}

// readDashboard reads a dashboard strictly, and returns its queries: by the
// panel's title and the name in its legend.
func readDashboard(t *testing.T, text string) map[string]map[string]string {
	t.Helper()
	if err := strictly(text); err != nil {
		t.Fatalf("Grafana does not read it: %v\n%s", err, text)
	}
	var board dashboard.Dashboard //nolint:staticcheck // the model that every Grafana takes; the next one is for the newest alone
	if err := json.Unmarshal([]byte(text), &board); err != nil {
		t.Fatal(err)
	}
	if err := board.Validate(); err != nil {
		t.Errorf("Grafana does not take it: %v", err)
	}
	queries := map[string]map[string]string{}
	places := map[string]bool{}
	for _, one := range board.Panels {
		panel := one.Panel
		place := fmt.Sprintf("%d %d", panel.GridPos.X, panel.GridPos.Y)
		if places[place] {
			t.Errorf("two panels are at %s", place)
		}
		places[place] = true
		asked := map[string]string{}
		for _, target := range panel.Targets {
			query, ok := target.(*grafana.Dataquery)
			if !ok {
				t.Fatalf("%s asks no Prometheus: %T", *panel.Title, target)
			}
			asked[*query.LegendFormat] = query.Expr
		}
		queries[*panel.Title] = asked
	}
	return queries
}

// wantGraphs asks each query at each moment.
func (e exporter) wantGraphs(t *testing.T, queries map[string]map[string]string) {
	t.Helper()
	begin := time.Now().Add(-5 * phase).Truncate(time.Minute)
	server := prometheus.StartT(t, prometheus.Config{History: history(begin, e.shape), Interval: time.Hour})
	asked := 0
	for moment, panels := range graphs {
		for title, legend := range queries {
			for name, query := range legend {
				want, ok := panels[title][name]
				if !ok {
					continue
				}
				asked++
				got := valueAt(t, server, query, begin.Add(moments[moment]))
				if math.Abs(got-want) > 0.01 || math.IsNaN(got) != math.IsNaN(want) {
					t.Errorf("%s, %s, %s: %v; it must be %v", moment, title, name, got, want)
				}
			}
		}
	}
	all := 0
	for title, legend := range queries {
		for name := range legend {
			if _, ok := graphs["well"][title][name]; !ok {
				t.Errorf("nobody knows what %s of %s is", name, title)
			}
			all++
		}
	}
	if all == 0 || asked < 2*all {
		t.Errorf("%d queries were asked %d times", all, asked)
	}
}

// valueAt asks what a graph has at a time: one value, or none.
func valueAt(t *testing.T, server *prometheus.Prometheus, query string, at time.Time) float64 {
	t.Helper()
	query = strings.ReplaceAll(query, "$__rate_interval", "2m")
	values, err := server.ValuesAt(t.Context(), query, at)
	if err != nil {
		t.Fatal(err)
	}
	switch len(values) {
	case 0:
		return none
	case 1:
		return values[0]
	default:
		t.Errorf("%d values: %s", len(values), query)
		return values[0]
	}
}

// wantAlerts has promtool try rules on the history of a cutover: what fires at
// each moment. Rules that want more requests than there are fire for nobody, but
// for the one that wants none.
func (e exporter) wantAlerts(t *testing.T, rules string, enough bool) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rules.yml"), []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, dir, "check", "rules", "rules.yml")
	begin := time.Unix(1_700_000_000, 0)
	var tests []any
	for _, moment := range []string{"before", "well", "errors", "anew", "idle"} {
		for alert, fires := range e.alerts(moment, enough) {
			tests = append(tests, map[string]any{"eval_time": moments[moment].String(), "alertname": alert, "exp_alerts": fires})
		}
	}
	text, err := json.Marshal(map[string]any{ // JSON is YAML as well
		"rule_files": []string{"rules.yml"}, "evaluation_interval": tick.String(),
		"tests": []any{map[string]any{"interval": tick.String(), "input_series": seriesOf(t, history(begin, e.shape), begin), "alert_rule_test": tests}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tests.yml"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, dir, "test", "rules", "tests.yml")
}

// alerts are what fires at a moment, by the alert.
func (e exporter) alerts(moment string, enough bool) map[string][]any {
	fires := map[string][]any{"BluegreenErrors": {}, "BluegreenLatency": {}, "BluegreenDivided": {}}
	add := func(alert, color, summary string) {
		labels := map[string]string{"severity": "warning", "switch": "shop"}
		if color != "" {
			labels["color"] = color
		}
		fires[alert] = append(fires[alert], map[string]any{"exp_labels": labels, "exp_annotations": map[string]string{"summary": summary, "runbook_url": "https://wiki.example/shop"}})
	}
	asked := moment != "before" && moment != "idle"
	if enough && (moment == "errors" || moment == "anew") {
		add("BluegreenErrors", "green", "shop: green answers 25.00 % of its requests with an error, more than 5 %.")
	}
	if enough && asked && (!e.mean || moment == "well") { // what cannot be reached is in no average
		took := map[bool]string{false: "980ms", true: "300ms"}[e.mean]
		add("BluegreenLatency", "green", "shop: green takes "+took+" to answer, more than 250ms.")
	}
	if e.mean && moment != "well" {
		delete(fires, "BluegreenLatency")
	}
	if asked {
		add("BluegreenDivided", "", "shop: blue and green have each had more than 1 % of the requests for 5m. A cutover was held or killed, or somebody divided it by hand.")
	}
	return fires
}

// seriesOf is a history as promtool's tests have it: a value for each tick.
func seriesOf(t *testing.T, text string, begin time.Time) []any {
	t.Helper()
	values := map[string][]string{}
	for line := range strings.Lines(text) {
		end := strings.LastIndex(line, "} ")
		if end < 0 {
			continue
		}
		series, fields := line[:end+1], strings.Fields(line[end+1:])
		at, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		n := int(time.Unix(at, 0).Sub(begin) / tick)
		for len(values[series]) < n {
			values[series] = append(values[series], "_")
		}
		values[series] = append(values[series], fields[0])
	}
	var all []any
	for series, ticks := range values {
		all = append(all, map[string]string{"series": series, "values": strings.Join(ticks, " ")})
	}
	return all
}

func promtool(t *testing.T, dir string, arguments ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "promtool", arguments...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", arguments[0], err, out)
	}
}
