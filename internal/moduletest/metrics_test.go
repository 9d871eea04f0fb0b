package moduletest

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/azuremonitor"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/cloudmonitoring"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/cloudwatch"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/haproxystats"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/prometheus"
)

// sources are the kinds of metric that an analysis may have.
var sources = []block.Kind[metric.Metric]{prometheus.Kind(), cloudmonitoring.Kind(), cloudwatch.Kind(), azuremonitor.Kind(), haproxystats.Kind()}

// monitor is a metric of an analysis as the provider has it, about green beside
// blue, or about blue beside green. An address takes the place of that in a block
// of Prometheus; Google's PromQL is asked there too.
func monitor(t *testing.T, analysis any, name string, of metric.Subject, address string) metric.Monitor {
	t.Helper()
	written := get[map[string]any](t, analysis, "metrics", name)
	m := metric.Monitor{Label: name, Subject: of, Other: metrictest.Blue}
	if of == metrictest.Blue {
		m.Other = metrictest.Green
	}
	m.Condition.MinSamples, _ = written["min_samples"].(float64)
	for key, bound := range map[string]**float64{"max": &m.Condition.Max, "max_ratio_to_other": &m.Condition.MaxRatioToOther} {
		if number, ok := written[key].(float64); ok {
			*bound = &number
		}
	}
	for _, kind := range sources {
		b, ok := written[kind.Name()].(map[string]any)
		if !ok {
			continue
		}
		if kind.Name() == "google_cloud_monitoring" && address != "" {
			kind, b = prometheus.Kind(), map[string]any{"query": b["query"], "sample_query": b["sample_query"]}
		}
		if address != "" {
			b["url"] = address
		}
		values, _ := valuesOf(b).(blocktest.Values)
		m.Metric = metrictest.MustOpen(t, kind, nil, values)
	}
	if m.Metric == nil {
		t.Fatalf("%s has none of the kinds of metric: %v", name, slices.Collect(maps.Keys(written)))
	}
	if err := m.Validate(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return m
}

// valuesOf is a value of an output as blocks are made of.
func valuesOf(value any) any {
	object, ok := value.(map[string]any)
	if !ok {
		return value
	}
	values := blocktest.Values{}
	for key, one := range object {
		values[key] = valuesOf(one)
	}
	return values
}

// TestMetricsOfEachExporter asks a real Prometheus, by the provider's own metric,
// what the module wrote for each exporter.
func TestMetricsOfEachExporter(t *testing.T) {
	t.Parallel()
	calls := map[string]call{}
	for name, e := range exporters {
		arguments := e.arguments()
		maps.Copy(arguments, call{
			"prometheus": e.server(), "window": "2m",
			"max_error_percent": 5, "max_latency": "500ms", "max_latency_ratio": 3, "min_requests": 1000,
		})
		calls[name] = arguments
		apart := maps.Clone(arguments)
		apart["labels"], apart["color_labels"] = e.apart()
		calls[name+"_apart"] = apart
	}
	outputs := evaluate(t, cli.TerraformT(t), "metrics", calls)
	for name, e := range exporters {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := past(t, func(begin time.Time) string { return history(begin, e.shape) })
			for _, call := range []string{name, name + "_apart"} {
				e.judge(t, outputs[call]["analysis"], at)
			}
		})
	}
}

// judge looks at what is read and how that is judged at each moment.
func (e exporter) judge(t *testing.T, analysis any, at func(string) string) {
	t.Helper()
	slow := 0.98 // of the 40 in a second the slowest 10 are within 0.5 and 1 s: 0.5 + 0.5 * 9.6/10
	if e.mean {
		slow = 0.3 // 30 of 0.1 s and 10 of 0.9 s
	}
	for _, test := range []struct {
		moment, metric string
		of             metric.Subject
		value          float64 // NaN: no answer
		verdict        cutover.Verdict
	}{
		{"before", "error_percent", metrictest.Green, math.NaN(), cutover.Inconclusive},
		{"before", "latency", metrictest.Green, math.NaN(), cutover.Inconclusive},
		{"well", "error_percent", metrictest.Green, 0, cutover.Pass},
		{"well", "error_percent", metrictest.Blue, 0, cutover.Inconclusive}, // 600 requests, and 1000 are needed
		{"well", "latency", metrictest.Green, slow, map[bool]cutover.Verdict{true: cutover.Inconclusive, false: cutover.Fail}[e.mean]},
		{"errors", "error_percent", metrictest.Green, greenErrors, cutover.Fail},
		{"anew", "error_percent", metrictest.Green, greenErrors, cutover.Fail},
		{"idle", "error_percent", metrictest.Green, math.NaN(), cutover.Inconclusive},
		{"idle", "latency", metrictest.Green, math.NaN(), cutover.Inconclusive},
	} {
		m := monitor(t, analysis, test.metric, test.of, at(test.moment))
		reading, err := m.Metric.Read(t.Context(), test.of)
		switch {
		case math.IsNaN(test.value):
			if !errors.Is(err, metric.ErrNoData) {
				t.Errorf("%s of %s, %s: %v, %v; it must be no data", test.metric, test.of.Color, test.moment, reading.Value, err)
			}
		case err != nil || math.Abs(reading.Value-test.value) > 0.001:
			t.Errorf("%s of %s, %s: %v, %v; it must be %v", test.metric, test.of.Color, test.moment, reading.Value, err, test.value)
		case !near(reading.Samples, requestsOf(test.of)):
			t.Errorf("%s of %s, %s: of %v requests; it must be %v", test.metric, test.of.Color, test.moment, reading.Samples, requestsOf(test.of))
		}
		if got := m.Measure(t.Context()); got.Verdict != test.verdict {
			t.Errorf("%s of %s, %s: %v, %v; it must be %v", test.metric, test.of.Color, test.moment, got.Verdict, got.Err, test.verdict)
		}
	}
}

// requestsOf is how many requests a color had in the window, of two minutes.
func requestsOf(s metric.Subject) float64 {
	if s == metrictest.Blue {
		return 120 * bluePerSecond
	}
	return 120 * greenPerSecond
}

// near allows for what Prometheus adds at the ends of a window.
func near(got, want float64) bool { return math.Abs(got-want) <= want/50 }

// TestAnalysisOfEachSource opens what the module wrote for the sources that are
// no Prometheus as the provider does.
func TestAnalysisOfEachSource(t *testing.T) {
	t.Parallel()
	sites := "/subscriptions/0/resourceGroups/shop/providers/"
	calls := map[string]call{
		"cloudwatch_alb": {"kind": "cloudwatch_alb", "cloudwatch": map[string]any{
			"load_balancer": "app/shop/1", "target_groups": map[string]string{"blue": "targetgroup/b/1", "green": "targetgroup/g/2"}, "region": "eu-west-1",
		}},
		"cloudwatch_ecs": {"kind": "cloudwatch_ecs", "cloudwatch": map[string]any{"discovery_names": map[string]string{"blue": "shop-blue", "green": "shop-green"}}},
		"google_lb":      {"kind": "google_lb", "labels": map[string]string{"backend_target_name": "shop-{{color}}"}, "google": map[string]any{"project": "shop"}},
		"azure_app":      {"kind": "azure_app_service", "azure": map[string]any{"resource_id": sites + "Microsoft.Web/sites/shop-{{color}}"}},
		"azure_gateway": {"kind": "azure_application_gateway", "azure": map[string]any{
			"resource_id": sites + "Microsoft.Network/applicationGateways/shop", "filter": "BackendSettingsPool eq 'shop-{{color}}~https'", "latency_filter": "BackendPool eq 'shop-{{color}}'",
		}},
		"haproxy_backend": {"kind": "haproxy_socket", "haproxy": map[string]any{"sockets": []string{"unix:///run/haproxy/admin.sock"}, "backend": "{{color}}-backend"}},
		"haproxy_servers": {"kind": "haproxy_socket", "haproxy": map[string]any{"sockets": []string{"tcp://127.0.0.1:9999"}, "servers": []string{"app/{{color}}1"}}},
		"signed": {"kind": "istio", "labels": map[string]string{"destination_workload": "shop-{{color}}"}, "prometheus": map[string]any{
			"url": "https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1", "sigv4": map[string]any{"region": "eu-west-1"}, "timeout": "5s",
		}},
	}
	for _, arguments := range calls {
		arguments["max_latency"], arguments["max_latency_ratio"], arguments["latency_quantile"] = "500ms", 1.5, 0.95
	}
	outputs := evaluate(t, cli.TerraformT(t), "metrics", calls)
	for name := range calls {
		t.Run(name, func(t *testing.T) {
			for _, m := range []string{"error_percent", "latency"} {
				if m := monitor(t, outputs[name]["analysis"], m, metrictest.Green, ""); m.Condition.Max == nil {
					t.Errorf("%s is not bounded", m.Label)
				}
			}
		})
	}
}

// TestMetricsAlike has both command line tools write the same.
func TestMetricsAlike(t *testing.T) {
	t.Parallel()
	calls := map[string]call{}
	for name, e := range exporters {
		calls[name] = e.arguments()
		calls[name]["prometheus"] = e.server()
		calls[name]["max_latency"], calls[name]["latency_quantile"] = "250ms", 0.999
	}
	terraform, tofu := evaluate(t, cli.TerraformT(t), "metrics", calls), evaluate(t, cli.TofuT(t), "metrics", calls)
	for name := range calls {
		one := get[map[string]any](t, terraform[name]["analysis"], "metrics", "latency")
		other := get[map[string]any](t, tofu[name]["analysis"], "metrics", "latency")
		for _, source := range []string{"prometheus", "google_cloud_monitoring"} {
			if one[source] == nil {
				continue
			}
			query := get[string](t, one, source, "query")
			if query != get[string](t, other, source, "query") || !exporters[name].mean && !strings.Contains(query, "histogram_quantile(0.999, ") {
				t.Errorf("%s: %s and %v", name, query, other[source])
			}
		}
	}
}

// TestMetricsOfWhatIsYetToBeMade plans with names that only an apply will know, as those of target groups that the same
// configuration makes.
func TestMetricsOfWhatIsYetToBeMade(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		w := workspace(t, binary, `
resource "terraform_data" "made" {
  for_each = toset(["app/shop/1", "targetgroup/blue/1", "targetgroup/green/2", "http://prometheus.example", "old", "new"])
  input    = each.key
}
locals { made = { for name, one in terraform_data.made : name => one.output } }
module "alb" {
  source      = "./modules/metrics"
  kind        = "cloudwatch_alb"
  max_latency = "1s"
  cloudwatch = {
    load_balancer = local.made["app/shop/1"]
    target_groups = { blue = local.made["targetgroup/blue/1"], green = local.made["targetgroup/green/2"] }
  }
}
module "mesh" {
  source       = "./modules/metrics"
  kind         = "linkerd"
  max_latency  = "1s"
  prometheus   = { url = local.made["http://prometheus.example"] }
  color_labels = { blue = { deployment = local.made["old"] }, green = { deployment = local.made["new"] } }
}
module "dashboard" {
  source       = "./modules/dashboard"
  title        = "Shop"
  kind         = "linkerd"
  color_labels = { blue = { deployment = local.made["old"] }, green = { deployment = local.made["new"] } }
}
output "group" { value = module.alb.analysis.metrics.latency.cloudwatch.metrics.green_latency.dimensions.TargetGroup }
output "query" { value = module.mesh.analysis.metrics.latency.prometheus.query }
output "rules" { value = module.dashboard.rules }
`)
		initialise(t, w)
		if _, err := w.Apply(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"group": "targetgroup/green/2", "query": `deployment="new"`, "rules": "BluegreenErrors"} {
			if text, err := w.Run(t.Context(), "output", "-raw", name); err != nil || !strings.Contains(text, want) {
				t.Errorf("%s: %v: %s", name, err, text)
			}
		}
		if text, changes, err := w.Plan(t.Context()); err != nil || changes {
			t.Errorf("%v: the plan is not empty:\n%s", err, text)
		}
	})
}
