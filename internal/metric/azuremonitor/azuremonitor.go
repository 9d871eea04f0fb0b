// Package azuremonitor is the metric that asks Azure Monitor, by its metrics API:
// https://learn.microsoft.com/rest/api/monitor/metrics/list
package azuremonitor

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "azuremonitor"

const (
	defaultWindow  = 5 * time.Minute
	defaultTimeout = 20 * time.Second
	apiVersion     = "2023-10-01"
	// whole makes Azure answer with one value for the whole time.
	whole = "FULL"
)

// ErrConfig reports arguments that name nothing to measure.
var ErrConfig = pkg.New("invalid argument")

// resource is a resource's identifier once it is expanded. It becomes the
// path of a request.
var resource = regexp.MustCompile(`^/subscriptions/[^/?#%\s]+(/[^/?#%\s]+)+$`)

// Kind returns the kind azure_monitor.
func Kind() block.Kind[metric.Metric] {
	return block.New("azure_monitor", attribute(), open, "resource_id", "filter")
}

type config struct {
	ResourceID  types.String        `tfsdk:"resource_id"`
	Metric      types.String        `tfsdk:"metric"`
	PercentOf   types.String        `tfsdk:"percent_of"`
	Namespace   types.String        `tfsdk:"namespace"`
	Aggregation types.String        `tfsdk:"aggregation"`
	Filter      types.String        `tfsdk:"filter"`
	Window      block.DurationValue `tfsdk:"window"`
	Timeout     block.DurationValue `tfsdk:"timeout"`
}

// question is one opened block.
type question struct {
	sessions               *session.Sessions
	resource, metric, of   string
	namespace, aggregation string
	filter                 string
	window, timeout        time.Duration
}

var _ metric.Describer = (*question)(nil)

func open(_ context.Context, sessions *session.Sessions, c config) (metric.Metric, error) {
	q := &question{
		sessions: sessions, resource: c.ResourceID.ValueString(), metric: c.Metric.ValueString(), of: c.PercentOf.ValueString(),
		namespace: c.Namespace.ValueString(), aggregation: c.Aggregation.ValueString(), filter: c.Filter.ValueString(),
		window: block.Duration(c.Window, defaultWindow), timeout: block.Duration(c.Timeout, defaultTimeout),
	}
	if q.of == "" {
		q.aggregation = cmp.Or(q.aggregation, "Average")
	}
	q.aggregation = cmp.Or(q.aggregation, "Total")
	if _, err := q.path(metric.Subject{Color: "green", Environment: "environment", Version: "version"}); err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"metric": q.metric, "percent_of": q.of} {
		if strings.Contains(text, ",") || (name == "metric" && text == "") {
			return nil, invalid(name, "Metric Not Valid", "it is the name of one metric")
		}
	}
	return q, nil
}

func invalid(name, summary, text string) error {
	return &block.AttributeError{Path: path.Root(name), Summary: summary, Err: fmt.Errorf("%w: %s", ErrConfig, text)}
}

// Traits implements metric.Describer.
func (q *question) Traits() metric.Traits {
	return metric.TraitsOf(q.of != "", []string{q.resource, q.filter})
}

// Read implements metric.Metric.
func (q *question) Read(ctx context.Context, s metric.Subject) (metric.Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	where, err := q.path(s)
	if err != nil {
		return metric.Reading{}, err
	}
	session, err := session.Get[*azurecloud.Session](ctx, q.sessions, azurecloud.Name)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	body, err := session.Get(ctx, where, q.query(s, time.Now()))
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	reading, err := q.reading(body)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	return reading, nil
}

func (q *question) path(s metric.Subject) (string, error) {
	id := s.Expand(q.resource)
	if !resource.MatchString(id) {
		return "", invalid("resource_id", "Resource Not Valid", "it is the whole identifier of a resource, /subscriptions/…")
	}
	return id + "/providers/Microsoft.Insights/metrics", nil
}

func (q *question) query(s metric.Subject, now time.Time) url.Values {
	names := q.metric
	if q.of != "" {
		names += "," + q.of
	}
	values := url.Values{
		"api-version": {apiVersion}, "metricnames": {names}, "aggregation": {q.aggregation}, "interval": {whole},
		"timespan": {now.Add(-q.window).UTC().Format(time.RFC3339) + "/" + now.UTC().Format(time.RFC3339)},
	}
	if q.filter != "" {
		values.Set("$filter", s.Expand(q.filter))
	}
	if q.namespace != "" {
		values.Set("metricnamespace", q.namespace)
	}
	return values
}
