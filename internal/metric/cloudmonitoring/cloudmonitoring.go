// Package cloudmonitoring is the metric that asks Google Cloud Monitoring, by
// PromQL. MQL, and timeSeries.query with it, is deprecated, and the console
// offers it no more; PromQL reads all of Cloud Monitoring's metrics:
// https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.location.prometheus.api.v1/query
package cloudmonitoring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/promql"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "cloudmonitoring"

const defaultTimeout = 20 * time.Second

// ErrConfig reports a project that neither the block nor the provider names.
var ErrConfig = pkg.New("invalid argument")

// Kind returns the kind google_cloud_monitoring.
func Kind() block.Kind[metric.Metric] {
	return block.New("google_cloud_monitoring", attribute(), open, "query", "sample_query")
}

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "One number of Google Cloud Monitoring, by PromQL, with the credentials of the provider's `gcp` block, which need " +
			"`monitoring.timeSeries.list` (the role *Monitoring Viewer*). An answer that is empty, has several series, is not a finite number or " +
			"comes with a warning is no answer.",
		Attributes: map[string]schema.Attribute{
			"query": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The query, an instant one: `100 * (sum(rate(loadbalancing_googleapis_com:https_backend_request_count{" +
					"backend_target_name=\"shop-{{color}}\",response_code_class=\"500\"}[2m])) or vector(0)) / (sum(rate(…[2m])) > 0)`. " +
					"`{{color}}`, `{{environment}}` and `{{version}}` stand for those of the environment that is measured.",
			},
			"sample_query": schema.StringAttribute{
				Optional: true, MarkdownDescription: "A query that tells how many samples the value stands on, for `min_samples`.",
			},
			"project": schema.StringAttribute{
				Optional: true, MarkdownDescription: "The project whose metrics scope is read. Default: that of the provider's `gcp` block.",
			},
			"timeout": block.DurationAttribute("How long one reading may take. Default: `20s`.", time.Millisecond),
		},
	}
}

type config struct {
	Query       types.String        `tfsdk:"query"`
	SampleQuery types.String        `tfsdk:"sample_query"`
	Project     types.String        `tfsdk:"project"`
	Timeout     block.DurationValue `tfsdk:"timeout"`
}

// query is one opened block.
type query struct {
	sessions              *session.Sessions
	project, text, sample string
	timeout               time.Duration
}

var _ metric.Describer = (*query)(nil)

func open(_ context.Context, sessions *session.Sessions, c config) (metric.Metric, error) {
	if err := errors.Join(promql.Validate("query", c.Query), promql.Validate("sample_query", c.SampleQuery)); err != nil {
		return nil, err
	}
	return &query{
		sessions: sessions, project: c.Project.ValueString(), text: c.Query.ValueString(), sample: c.SampleQuery.ValueString(),
		timeout: block.Duration(c.Timeout, defaultTimeout),
	}, nil
}

// Traits implements metric.Describer.
func (q *query) Traits() metric.Traits {
	return metric.TraitsOf(q.sample != "", []string{q.text}, q.sample)
}

// Read implements metric.Metric.
func (q *query) Read(ctx context.Context, s metric.Subject) (metric.Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	server, err := q.server(ctx)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	value, err := server.One(ctx, s.Expand(q.text))
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	reading, err := metric.Of(value)
	if err != nil || q.sample == "" {
		return reading, err
	}
	if reading.Samples, err = server.One(ctx, s.Expand(q.sample)); err != nil {
		return metric.Reading{}, pkg.Errorf("sample_query: %w", err)
	}
	return reading, nil
}

// server is the project's Prometheus API.
func (q *query) server(ctx context.Context) (*promql.Client, error) {
	session, err := session.Get[*gcpcloud.Session](ctx, q.sessions, gcpcloud.Name)
	if err != nil {
		return nil, err
	}
	project := cmp.Or(q.project, session.Project())
	if project == "" {
		return nil, fmt.Errorf("%w: there is no project: give the metric's, or project in the provider's gcp block", ErrConfig)
	}
	address, client := session.Monitoring()
	client.Transport = asGet{client.Transport}
	return promql.New(address+"/v1/projects/"+project+"/location/global/prometheus", client)
}

// asGet asks by GET, the one method of Google's reference, what the library
// asks by POST.
type asGet struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t asGet) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodPost {
		return t.next.RoundTrip(req)
	}
	form, err := io.ReadAll(req.Body)
	if closed := req.Body.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, err
	}
	get := req.Clone(req.Context())
	get.Method, get.Body, get.ContentLength, get.GetBody = http.MethodGet, http.NoBody, 0, nil
	get.Header.Del("Content-Type")
	get.URL.RawQuery = string(form)
	return t.next.RoundTrip(get)
}
