package moduletest

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
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
			s.underLoad(t, load.Options{URL: proxy.ServerURL()})
			s.apply(t)
			s.wantServing(t, "blue", "")

			setFailing(s.green, 0.5)
			s.refused(t, to("green"), "Cutover Rolled Back", "error_percent", "is above 5", "Traffic is back as it was found: blue 100, green 0")
			setFailing(s.green, 0)

			if name == "custom" { // HAProxy's averages remember what was before
				setSlow(s.green, 800*time.Millisecond)
				s.refused(t, to("green"), "Cutover Rolled Back", "latency", "is above 0.5", "Traffic is back as it was found: blue 100, green 0")
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
	exporter := freeAddress(t)
	proxy, err := haproxy.Start(context.WithoutCancel(t.Context()), haproxy.Config{
		Blue: addresses(s.blue), Green: addresses(s.green), HealthPath: app.HealthPath,
		Extra: fmt.Sprintf("frontend exporter\n    bind %s\n    http-request use-service prometheus-exporter if { path /metrics }\n", exporter),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := proxy.Stop(); err != nil {
			t.Error(err)
		}
	})
	metrics, err := prometheus.Start(context.WithoutCancel(t.Context()), prometheus.Config{
		Targets:  map[string][]string{"blue": addresses(s.blue), "green": addresses(s.green), "both": {exporter}},
		Interval: 200 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := metrics.Stop(); err != nil {
			t.Error(err)
		}
	})
	s.Workspace = workspace(t, binary(t, "BLUEGREEN_TERRAFORM", "terraform"), fmt.Sprintf(`
variable "active_color" { default = "blue" }
module "metrics" {
  source            = "./modules/metrics"`+arguments+`
  max_error_percent = 5
  max_latency       = "500ms"
  min_requests      = 10
  interval          = "500ms"
  failure_limit     = 0
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
	return s, proxy
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
