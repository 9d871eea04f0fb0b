// Package newrelic is the metric that asks New Relic, by NRQL over NerdGraph:
// https://docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-nrql-tutorial
package newrelic

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
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
const pkg errs.Package = "newrelic"

const defaultTimeout = 10 * time.Second

// addresses are NerdGraph's, by region.
var addresses = map[string]string{"US": "https://api.newrelic.com/graphql", "EU": "https://api.eu.newrelic.com/graphql"}

// ErrConfig reports an argument that is missing.
var ErrConfig = pkg.New("invalid argument")

// Kind returns the kind new_relic.
func Kind() block.Kind[metric.Metric] {
	return block.New("new_relic", attribute(), open, "query", "sample_query")
}

type config struct {
	AccountID   types.Int64         `tfsdk:"account_id"`
	Query       types.String        `tfsdk:"query"`
	SampleQuery types.String        `tfsdk:"sample_query"`
	Region      types.String        `tfsdk:"region"`
	URL         types.String        `tfsdk:"url"`
	APIKey      types.String        `tfsdk:"api_key"`
	APIKeyEnv   types.String        `tfsdk:"api_key_env"`
	Timeout     block.DurationValue `tfsdk:"timeout"`
}

// nrql is one opened block.
type nrql struct {
	api          *httpclient.API
	header       http.Header
	url          string
	account      int64
	text, sample string
	timeout      time.Duration
}

var _ metric.Describer = (*nrql)(nil)

func open(ctx context.Context, _ *session.Sessions, c config) (metric.Metric, error) {
	key, err := block.Secret("api_key", c.APIKey, c.APIKeyEnv)
	if err == nil && key == "" {
		err = &block.AttributeError{Path: path.Root("api_key"), Summary: "Key Missing", Err: fmt.Errorf("%w: give api_key, or api_key_env", ErrConfig)}
	}
	if err := errors.Join(err, httpclient.ValidateHeader(path.Root("api_key"), "api_key", key)); err != nil {
		return nil, err
	}
	address := cmp.Or(c.URL.ValueString(), addresses[cmp.Or(c.Region.ValueString(), "US")])
	if err := httpclient.ValidateURL("url", address, "api_key or api_key_env"); err != nil {
		return nil, err
	}
	web, err := httpclient.New(ctx, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	return &nrql{
		api: httpclient.NewAPI(web, explain), url: address, account: c.AccountID.ValueInt64(),
		header: http.Header{"Content-Type": {"application/json"}, "Api-Key": {key}},
		text:   c.Query.ValueString(), sample: c.SampleQuery.ValueString(), timeout: block.Duration(c.Timeout, defaultTimeout),
	}, nil
}

// Traits implements metric.Describer.
func (m *nrql) Traits() metric.Traits {
	return metric.TraitsOf(m.sample != "", []string{m.text}, m.sample)
}

// Read implements metric.Metric.
func (m *nrql) Read(ctx context.Context, s metric.Subject) (metric.Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	value, err := m.ask(ctx, s.Expand(m.text))
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	reading, err := metric.Of(value)
	if err != nil || m.sample == "" {
		return reading, err
	}
	if reading.Samples, err = m.ask(ctx, s.Expand(m.sample)); err != nil {
		return metric.Reading{}, pkg.Errorf("sample_query: %w", err)
	}
	return reading, nil
}

// document is the question. The query goes beside it, never into it.
const document = `query($account: Int!, $query: Nrql!) {
  actor { account(id: $account) { nrql(query: $query) { results metadata { messages } } } }
}`

func (m *nrql) ask(ctx context.Context, query string) (float64, error) {
	body, err := json.Marshal(map[string]any{
		"query": document, "variables": map[string]any{"account": m.account, "query": query},
	})
	if err != nil {
		return 0, err
	}
	answer, err := m.api.Do(ctx, httpclient.Request{Method: http.MethodPost, URL: m.url, Body: string(body), Header: m.header})
	if err != nil {
		return 0, err
	}
	return m.number(answer)
}
