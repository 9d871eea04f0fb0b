// Package catalog is the list of everything that the provider is built of. To
// add a router, a cloud, a check, a metric or a notification is to write its
// package, and a line here.
package catalog

import (
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/grpccheck"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/httpcheck"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/prewarm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/sqlgate"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/tcpcheck"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/windowgate"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/azuremonitor"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/cloudmonitoring"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/cloudwatch"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/datadog"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/haproxystats"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/newrelic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/prometheus"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/web"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/grafana"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/opsgenie"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/pagerduty"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/slack"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/teams"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/webhook"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/awslb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

// New returns the catalog, made anew: each instance of the provider has its
// own, with what its routers share among themselves.
func New() provider.Catalog {
	return provider.Catalog{
		Sessions: []session.Kind{
			awscloud.New(),
			azurecloud.New(),
			gcpcloud.New(),
		},
		Routers: []router.Kind{
			awslb.New(),
			azuretm.New(),
			gcplb.New(),
			haproxy.New(),
		},
		Checks: []block.Kind[check.Check]{
			httpcheck.Kind(),
			tcpcheck.Kind(),
			grpccheck.Kind(),
		},
		Gates: []block.Kind[check.Check]{
			sqlgate.Kind(),
			windowgate.Kind(),
		},
		Prewarm: prewarm.Kind(),
		Metrics: []block.Kind[metric.Metric]{
			azuremonitor.Kind(),
			cloudmonitoring.Kind(),
			cloudwatch.Kind(),
			datadog.Kind(),
			haproxystats.Kind(),
			newrelic.Kind(),
			prometheus.Kind(),
			web.Kind(),
		},
		Notifiers: []block.Kind[notify.Notifier]{
			grafana.Kind(),
			opsgenie.Kind(),
			pagerduty.Kind(),
			slack.Kind(),
			teams.Kind(),
			webhook.Kind(),
		},
	}
}
