// Package prometheus is the metric that asks Prometheus, or what speaks like
// it.
package prometheus

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/webclient"
)

const (
	defaultTimeout = 10 * time.Second
	tenantHeader   = "X-Scope-OrgID"
)

// ErrQuery reports a query that could never be answered by one number.
var ErrQuery = errors.New("prometheus: invalid query")

// Kind returns the kind prometheus.
func Kind() block.Kind[metric.Metric] { return block.New("prometheus", attribute(), open) }

type config struct {
	URL            types.String         `tfsdk:"url"`
	Query          types.String         `tfsdk:"query"`
	SampleQuery    types.String         `tfsdk:"sample_query"`
	Username       types.String         `tfsdk:"username"`
	Password       types.String         `tfsdk:"password"`
	PasswordEnv    types.String         `tfsdk:"password_env"`
	BearerToken    types.String         `tfsdk:"bearer_token"`
	BearerTokenEnv types.String         `tfsdk:"bearer_token_env"`
	Tenant         types.String         `tfsdk:"tenant"`
	Timeout        timetypes.GoDuration `tfsdk:"timeout"`
	Headers        map[string]string    `tfsdk:"headers"`
	HeadersEnv     map[string]string    `tfsdk:"headers_env"`
	TLS            *webclient.TLS       `tfsdk:"tls"`
}

type query struct {
	api          v1.API
	text, sample string
	timeout      time.Duration
}

func open(_ context.Context, _ *cloud.Sessions, c config) (metric.Metric, error) {
	if err := webclient.ValidateURL("url", c.URL.ValueString()); err != nil {
		return nil, err
	}
	headers, err := c.headers()
	if err != nil {
		return nil, err
	}
	client, err := webclient.New(c.TLS, headers, c.HeadersEnv)
	if err != nil {
		return nil, err
	}
	for name, text := range map[string]types.String{"query": c.Query, "sample_query": c.SampleQuery} {
		if err := validate(name, text); err != nil {
			return nil, err
		}
	}
	a, err := api.NewClient(api.Config{Address: c.URL.ValueString(), Client: client.HTTP()})
	if err != nil {
		return nil, fmt.Errorf("prometheus: %w", err)
	}
	return &query{
		api: v1.NewAPI(a), text: c.Query.ValueString(), sample: c.SampleQuery.ValueString(),
		timeout: block.Duration(c.Timeout, defaultTimeout),
	}, nil
}

// headers are the user's, with credentials and tenant.
func (c config) headers() (map[string]string, error) {
	password, err := block.Secret("password", c.Password, c.PasswordEnv)
	if err != nil {
		return nil, err
	}
	token, err := block.Secret("bearer_token", c.BearerToken, c.BearerTokenEnv)
	if err != nil {
		return nil, err
	}
	if token != "" && (password != "" || !c.Username.IsNull()) {
		return nil, &block.AttributeError{Path: path.Root("bearer_token"), Summary: "Credentials Given Twice",
			Err: errors.New("give a bearer token, or a user name and password, not both")}
	}
	headers := map[string]string{}
	maps.Copy(headers, c.Headers)
	switch {
	case token != "":
		headers["Authorization"] = "Bearer " + token
	case !c.Username.IsNull():
		pair := c.Username.ValueString() + ":" + password
		headers["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
	}
	if !c.Tenant.IsNull() {
		headers[tenantHeader] = c.Tenant.ValueString()
	}
	return headers, nil
}

// validate refuses a query that does not parse, or whose answer is not one
// number for each of its series. The subject's names are stood in for.
func validate(name string, text types.String) error {
	if text.IsNull() {
		return nil
	}
	stand := metric.Subject{Color: traffic.Green, Environment: "environment", Version: "version"}
	expression, err := parser.NewParser(parser.Options{}).ParseExpr(stand.Expand(text.ValueString()))
	if err != nil {
		return queryError(name, "Query Does Not Parse", err)
	}
	switch kind := expression.Type(); kind {
	case parser.ValueTypeVector, parser.ValueTypeScalar:
		return nil
	default:
		return queryError(name, "Query Gives No Number", fmt.Errorf(
			"its answer is a %s; wrap it, as in sum(rate(…[1m])), so that it gives one number", parser.DocumentedType(kind)))
	}
}

func queryError(name, summary string, err error) error {
	return &block.AttributeError{Path: path.Root(name), Summary: summary, Err: fmt.Errorf("%w: %w", ErrQuery, err)}
}

// Read implements metric.Metric.
func (q *query) Read(ctx context.Context, s metric.Subject) (metric.Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	value, err := q.one(ctx, s.Expand(q.text))
	if err != nil {
		return metric.Reading{}, err
	}
	reading, err := metric.Of(value)
	if err != nil || q.sample == "" {
		return reading, err
	}
	reading.Samples, err = q.one(ctx, s.Expand(q.sample))
	if err != nil {
		return metric.Reading{}, fmt.Errorf("sample_query: %w", err)
	}
	return reading, nil
}

// one asks a query whose answer must be exactly one value.
func (q *query) one(ctx context.Context, text string) (float64, error) {
	answer, warnings, _, err := q.api.Query(ctx, text, time.Time{})
	switch {
	case err != nil:
		return 0, fmt.Errorf("prometheus: %w", webclient.Bare(err))
	case len(warnings) > 0:
		return 0, fmt.Errorf("prometheus: %w: %s", metric.ErrPartial, warnings[0])
	}
	switch v := answer.(type) {
	case *model.Scalar:
		return float64(v.Value), nil
	case model.Vector:
		return single(v)
	default:
		return 0, fmt.Errorf("prometheus: %w: the answer is a %s", metric.ErrNoData, answer.Type())
	}
}

func single(v model.Vector) (float64, error) {
	switch len(v) {
	case 0:
		return 0, fmt.Errorf("prometheus: %w: the query gave no series", metric.ErrNoData)
	case 1:
		if v[0].Histogram != nil {
			return 0, fmt.Errorf("prometheus: %w: the series is a histogram, not a number", metric.ErrNotFinite)
		}
		return float64(v[0].Value), nil
	default:
		return 0, fmt.Errorf("prometheus: %w: the query gave %d series; sum them, or select one", metric.ErrSeveral, len(v))
	}
}
