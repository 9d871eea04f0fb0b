// Package datadog is the metric that asks Datadog, by its scalar queries:
// https://docs.datadoghq.com/api/latest/metrics/#query-scalar-data-across-multiple-products
//
// It uses the REST API as it stands: of Datadog's large client one call would
// be needed.
package datadog

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "datadog"

const (
	defaultSite    = "datadoghq.com"
	defaultWindow  = 5 * time.Minute
	defaultTimeout = 10 * time.Second
	scalarPath     = "/api/v2/query/scalar"
)

// ErrConfig reports arguments that name nothing to measure.
var ErrConfig = pkg.New("invalid argument")

// Kind returns the kind datadog.
func Kind() block.Kind[metric.Metric] { return block.New("datadog", attribute(), open, "queries") }

type config struct {
	Queries       map[string]string   `tfsdk:"queries"`
	Formula       types.String        `tfsdk:"formula"`
	SampleFormula types.String        `tfsdk:"sample_formula"`
	Aggregator    types.String        `tfsdk:"aggregator"`
	Window        block.DurationValue `tfsdk:"window"`
	Site          types.String        `tfsdk:"site"`
	URL           types.String        `tfsdk:"url"`
	APIKey        types.String        `tfsdk:"api_key"`
	APIKeyEnv     types.String        `tfsdk:"api_key_env"`
	AppKey        types.String        `tfsdk:"app_key"`
	AppKeyEnv     types.String        `tfsdk:"app_key_env"`
	Timeout       block.DurationValue `tfsdk:"timeout"`
}

// scalar is one opened block.
type scalar struct {
	api             *httpclient.API
	header          http.Header
	url             string
	queries         map[string]string
	formula, sample string
	aggregator      string
	window, timeout time.Duration
}

var _ metric.Describer = (*scalar)(nil)

func open(ctx context.Context, _ *session.Sessions, c config) (metric.Metric, error) {
	apiKey, err := secret("api_key", c.APIKey, c.APIKeyEnv)
	if err != nil {
		return nil, err
	}
	appKey, err := secret("app_key", c.AppKey, c.AppKeyEnv)
	if err != nil {
		return nil, err
	}
	m := &scalar{
		url:     cmp.Or(c.URL.ValueString(), "https://api."+cmp.Or(c.Site.ValueString(), defaultSite)),
		queries: c.Queries, formula: c.Formula.ValueString(), sample: c.SampleFormula.ValueString(),
		aggregator: cmp.Or(c.Aggregator.ValueString(), "avg"),
		window:     block.Duration(c.Window, defaultWindow), timeout: block.Duration(c.Timeout, defaultTimeout),
		header: http.Header{"Content-Type": {"application/json"}, "Dd-Api-Key": {apiKey}, "Dd-Application-Key": {appKey}},
	}
	if err := httpclient.ValidateURL("url", m.url, "api_key and app_key, or api_key_env and app_key_env"); err != nil {
		return nil, err
	}
	if m.formula == "" {
		if len(m.queries) != 1 {
			return nil, &block.AttributeError{
				Path: path.Root("formula"), Summary: "Formula Missing",
				Err: fmt.Errorf("%w: several queries need a formula that makes one number of them", ErrConfig),
			}
		}
		m.formula = slices.Collect(maps.Keys(m.queries))[0]
	}
	web, err := httpclient.New(ctx, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	m.api = httpclient.NewAPI(web, explain)
	return m, nil
}

func secret(name string, value, env types.String) (string, error) {
	text, err := block.Secret(name, value, env)
	switch {
	case err != nil:
		return "", err
	case text == "":
		return "", &block.AttributeError{
			Path: path.Root(name), Summary: "Key Missing",
			Err: fmt.Errorf("%w: give %s, or %s_env", ErrConfig, name, name),
		}
	default:
		return text, httpclient.ValidateHeader(path.Root(name), name, text)
	}
}

// Traits implements metric.Describer.
func (m *scalar) Traits() metric.Traits {
	return metric.TraitsOf(m.sample != "", slices.Collect(maps.Values(m.queries)))
}

// Read implements metric.Metric.
func (m *scalar) Read(ctx context.Context, s metric.Subject) (metric.Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	value, err := m.ask(ctx, s, m.formula)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	reading, err := metric.Of(value)
	if err != nil || m.sample == "" {
		return reading, err
	}
	if reading.Samples, err = m.ask(ctx, s, m.sample); err != nil {
		return metric.Reading{}, pkg.Errorf("sample_formula: %w", err)
	}
	return reading, nil
}

// ask asks what a formula makes of the queries, over the window until now.
func (m *scalar) ask(ctx context.Context, s metric.Subject, formula string) (float64, error) {
	body, err := m.request(s, formula, time.Now())
	if err != nil {
		return 0, err
	}
	answer, err := m.api.Do(ctx, httpclient.Request{Method: http.MethodPost, URL: m.url + scalarPath, Body: body, Header: m.header})
	if err != nil {
		return 0, err
	}
	return m.number(answer)
}
