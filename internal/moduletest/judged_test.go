package moduletest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/prometheus"
)

// TestMetricsJudgeACutover gives the analysis of the module metrics to a module that cuts over, under load on a real
// HAProxy: a release that answers with errors is rolled back for them, one that is slow for that, and one that is
// well is promoted. Prometheus scrapes HAProxy's own exporter, or the applications; or HAProxy itself is asked.
func TestMetricsJudgeACutover(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string]string{
		"haproxy": `
  kind       = "haproxy"
  labels     = { proxy = "app", server = "=~{{color}}[0-9]+" }
  prometheus = { url = "%[1]s" }
  window     = "3s"`,
		"custom": `
  kind       = "custom"
  labels     = { environment = "{{color}}" }
  custom     = { requests = "http_requests_total", errors = { status = "=~5.." }, latency = "http_request_duration_seconds" }
  prometheus = { url = "%[1]s" }
  window     = "3s"`,
		"haproxy_socket": `
  kind    = "haproxy_socket"
  haproxy = { sockets = ["%[2]s"], servers = ["app/{{color}}1", "app/{{color}}2"] }
  warm_up = "1s"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, proxy := judged(t, arguments)
			s.underLoad(t, proxy.ServerURL())
			s.apply(t)
			s.wantServing(t, "blue", "")

			setFailing(s.green, 0.5)
			s.refused(t, to("green"), "Cutover Rolled Back", "error_percent", "is above 5", "Traffic is back as it was found: blue 100, green 0")
			setFailing(s.green, 0)

			if name == "custom" { // HAProxy's averages remember what was before
				setSlow(s.green, 1500*time.Millisecond)
				s.refused(t, to("green"), "Cutover Rolled Back", "latency", "is above 1", "Traffic is back as it was found: blue 100, green 0")
				setSlow(s.green, 0)
			}

			s.apply(t, to("green")...)
			s.wantServing(t, "green", "promoted")
			s.wantSettled(t, to("green")...)
			s.destroy(t)
		})
	}
}

// judged is a service behind a real HAProxy, with a real Prometheus that scrapes both the applications and HAProxy, and
// an analysis by the module metrics.
func judged(t *testing.T, arguments string) (*shop, *haproxy.HAProxy) {
	t.Helper()
	s := &shop{}
	s.blue, s.green = startApps(t)
	proxy, exporter := exporting(t, addresses(s.blue), addresses(s.green))
	metrics := prometheus.StartT(t, prometheus.Config{
		Targets:  map[string][]string{"blue": addresses(s.blue), "green": addresses(s.green), "both": {exporter}},
		Interval: 200 * time.Millisecond,
	})
	s.Workspace = workspace(t, cli.TerraformT(t), fmt.Sprintf(`
variable "active_color" { default = "blue" }
module "metrics" {
  source            = "./modules/metrics"`+arguments+`
  max_error_percent = 5
  max_latency       = "1s"
  min_requests      = 10
  interval          = "500ms"
}
module "shop" {
  source       = "./modules/haproxy"
  name         = "shop"
  active_color = var.active_color
  sockets      = ["%[2]s"]
  blue         = { version = "1.9.3", servers = ["app/blue1", "app/blue2"] }
  green        = { version = "2.0.0", servers = ["app/green1", "app/green2"] }
  steps        = [{ weight = 50, pause = "8s" }]
  bake         = "6s"
  drain        = "1s"
  analysis     = module.metrics.analysis
}
output "shop" { value = module.shop }
`, metrics.URL(), proxy.AdminSocket()))
	initialise(t, s.Workspace)
	return s, proxy
}

// exporting is a real HAProxy with its own exporter, and where that is scraped.
func exporting(t *testing.T, blue, green []string) (proxy *haproxy.HAProxy, exporter string) {
	t.Helper()
	exporter = freeAddress(t)
	return haproxy.StartT(t, haproxy.Config{
		Blue: blue, Green: green, HealthPath: app.HealthPath,
		Extra: fmt.Sprintf("frontend exporter\n    bind %s\n    http-request use-service prometheus-exporter if { path /metrics }\n", exporter),
	}), exporter
}

// TestHAProxyHasTheNames looks for each series that the queries ask for in what a real HAProxy exports.
func TestHAProxyHasTheNames(t *testing.T) {
	t.Parallel()
	blue, green := startApps(t)
	_, exporter := exporting(t, addresses(blue), addresses(green))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+exporter+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	exported, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	outputs := evaluate(t, cli.TerraformT(t), "queries", map[string]call{
		"backends": {"kind": "haproxy", "labels": map[string]string{"proxy": "{{color}}-backend"}},
		"servers":  {"kind": "haproxy", "labels": map[string]string{"proxy": "app", "server": "{{color}}1"}},
	})
	series := regexp.MustCompile(`haproxy_\w+\{[^}]*\}`)
	for name, output := range outputs {
		text, err := json.Marshal(output["green"])
		if err != nil {
			t.Fatal(err)
		}
		asked := map[string]bool{}
		for _, one := range series.FindAllString(strings.ReplaceAll(string(text), `\"`, `"`), -1) {
			asked[one] = true
		}
		if len(asked) < 4 {
			t.Errorf("%s are asked for %v alone", name, slices.Collect(maps.Keys(asked)))
		}
		for one := range asked {
			// A selector without the code is the beginning of the series that have one.
			if !strings.Contains(string(exported), strings.TrimSuffix(one, "}")) {
				t.Errorf("%s: HAProxy exports no %s", name, one)
			}
		}
	}
}

// freeAddress is one on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func setFailing(apps []*app.App, share float64) {
	for _, a := range apps {
		a.SetFailureShare(share)
	}
}

func setSlow(apps []*app.App, latency time.Duration) {
	for _, a := range apps {
		a.SetLatency(latency)
	}
}
