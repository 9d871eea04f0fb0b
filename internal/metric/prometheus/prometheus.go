// Package prometheus is the metric that asks Prometheus, or what speaks like
// it.
package prometheus

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/promql"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "prometheus"

const (
	defaultTimeout = 10 * time.Second
	tenantHeader   = "X-Scope-OrgID"
)

// Kind returns the kind prometheus.
func Kind() block.Kind[metric.Metric] {
	return block.New("prometheus", attribute(), open, "query", "sample_query")
}

type config struct {
	URL            types.String          `tfsdk:"url"`
	Query          types.String          `tfsdk:"query"`
	SampleQuery    types.String          `tfsdk:"sample_query"`
	Username       types.String          `tfsdk:"username"`
	Password       types.String          `tfsdk:"password"`
	PasswordEnv    types.String          `tfsdk:"password_env"`
	BearerToken    types.String          `tfsdk:"bearer_token"`
	BearerTokenEnv types.String          `tfsdk:"bearer_token_env"`
	Tenant         types.String          `tfsdk:"tenant"`
	Timeout        block.DurationValue   `tfsdk:"timeout"`
	Headers        map[string]string     `tfsdk:"headers"`
	HeadersEnv     map[string]string     `tfsdk:"headers_env"`
	TLS            *httpclient.SwitchTLS `tfsdk:"tls"`
	OAuth2         *httpclient.OAuth2    `tfsdk:"oauth2"`
	SigV4          *sigv4                `tfsdk:"sigv4"`
	CheckQuery     types.Bool            `tfsdk:"check_query"`
}

type query struct {
	server       *promql.Client
	text, sample string
	timeout      time.Duration
}

var _ metric.Describer = (*query)(nil)

func open(ctx context.Context, sessions *session.Sessions, c config) (metric.Metric, error) {
	if err := httpclient.ValidateURL("url", c.URL.ValueString(), "username with password or password_env"); err != nil {
		return nil, err
	}
	client, err := c.client(ctx, sessions)
	if err != nil {
		return nil, err
	}
	if c.CheckQuery.IsNull() || c.CheckQuery.ValueBool() {
		if err := errors.Join(promql.Validate("query", c.Query), promql.Validate("sample_query", c.SampleQuery)); err != nil {
			return nil, err
		}
	}
	server, err := promql.New(c.URL.ValueString(), client.HTTP())
	if err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	return &query{
		server: server, text: c.Query.ValueString(), sample: c.SampleQuery.ValueString(),
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
	value, err := q.server.One(ctx, s.Expand(q.text))
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	reading, err := metric.Of(value)
	if err != nil || q.sample == "" {
		return reading, err
	}
	reading.Samples, err = q.server.One(ctx, s.Expand(q.sample))
	if err != nil {
		return metric.Reading{}, pkg.Errorf("sample_query: %w", err)
	}
	return reading, nil
}
