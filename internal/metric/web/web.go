// Package web is the metric that asks any JSON API.
package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
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
const pkg errs.Package = "web"

const defaultTimeout = 10 * time.Second

// Kind returns the kind web.
func Kind() block.Kind[metric.Metric] { return block.New("web", attribute(), open) }

type config struct {
	URL            types.String        `tfsdk:"url"`
	Method         types.String        `tfsdk:"method"`
	Body           types.String        `tfsdk:"body"`
	JSONPath       types.String        `tfsdk:"json_path"`
	SampleJSONPath types.String        `tfsdk:"sample_json_path"`
	Require        map[string]string   `tfsdk:"require"`
	BearerToken    types.String        `tfsdk:"bearer_token"`
	BearerTokenEnv types.String        `tfsdk:"bearer_token_env"`
	Timeout        block.DurationValue `tfsdk:"timeout"`
	Headers        map[string]string   `tfsdk:"headers"`
	HeadersEnv     map[string]string   `tfsdk:"headers_env"`
	TLS            *httpclient.TLS     `tfsdk:"tls"`
}

// question is one opened block.
type question struct {
	api               *httpclient.API
	method, url, body string
	header            http.Header
	value, samples    *httpclient.JSONPath // samples may be nil
	required          []required
	timeout           time.Duration
}

var _ metric.Describer = (*question)(nil)

func open(_ context.Context, _ *session.Sessions, c config) (metric.Metric, error) {
	q := &question{
		url: c.URL.ValueString(), body: c.Body.ValueString(), method: strings.ToUpper(c.Method.ValueString()), header: http.Header{},
		timeout: block.Duration(c.Timeout, defaultTimeout),
	}
	if err := httpclient.ValidateURL("url", stand.ExpandURL(q.url), "bearer_token, bearer_token_env or headers_env"); err != nil {
		return nil, err
	}
	q.method = cmp.Or(q.method, map[bool]string{true: http.MethodGet, false: http.MethodPost}[q.body == ""])
	if q.isJSON() {
		q.header.Set("Content-Type", "application/json")
	}
	var err error
	if q.api, err = c.client(); err != nil {
		return nil, err
	}
	if q.value, err = parse("json_path", c.JSONPath); err != nil {
		return nil, err
	}
	if q.samples, err = parse("sample_json_path", c.SampleJSONPath); err != nil {
		return nil, err
	}
	q.required, err = requirements(c.Require)
	return q, err
}

func (c config) client() (*httpclient.API, error) {
	token, err := block.Secret("bearer_token", c.BearerToken, c.BearerTokenEnv)
	if err != nil {
		return nil, err
	}
	headers := maps.Clone(c.Headers)
	if token != "" {
		if headers == nil {
			headers = map[string]string{}
		}
		headers["Authorization"] = "Bearer " + token
	}
	client, err := httpclient.New(c.TLS, headers, c.HeadersEnv)
	if err != nil {
		return nil, err
	}
	return httpclient.NewAPI(client, nil), nil
}

func parse(name string, text types.String) (*httpclient.JSONPath, error) {
	if text.IsNull() {
		return nil, nil
	}
	parsed, err := httpclient.ParseJSONPath(text.ValueString())
	if err != nil {
		return nil, &block.AttributeError{Path: path.Root(name), Summary: "JSON Path Does Not Parse", Err: err}
	}
	return parsed, nil
}

// required is what an answer must say to be a whole one.
type required struct {
	path *httpclient.JSONPath
	text string
}

func requirements(texts map[string]string) ([]required, error) {
	var all []required
	for _, text := range slices.Sorted(maps.Keys(texts)) {
		parsed, err := httpclient.ParseJSONPath(text)
		if err != nil {
			return nil, &block.AttributeError{Path: path.Root("require").AtMapKey(text), Summary: "JSON Path Does Not Parse", Err: err}
		}
		all = append(all, required{parsed, texts[text]})
	}
	return all, nil
}

// Traits implements metric.Describer.
func (q *question) Traits() metric.Traits {
	return metric.TraitsOf(q.samples != nil, []string{q.url, q.body})
}

// Read implements metric.Metric.
func (q *question) Read(ctx context.Context, s metric.Subject) (metric.Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	body, err := q.api.Do(ctx, httpclient.Request{Method: q.method, URL: s.ExpandURL(q.url), Body: q.expand(s), Header: q.header})
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	reading, err := q.reading(body)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	return reading, nil
}

func (q *question) reading(body []byte) (metric.Reading, error) {
	if err := httpclient.CheckJSON(body); err != nil {
		return metric.Reading{}, err
	}
	for _, r := range q.required {
		if text, err := r.path.Text(body); err != nil || text != r.text {
			return metric.Reading{}, fmt.Errorf("%w: %s is not %q", metric.ErrPartial, r.path, r.text)
		}
	}
	value, err := number(q.value, body)
	if err != nil {
		return metric.Reading{}, err
	}
	reading, err := metric.Of(value)
	if err != nil || q.samples == nil {
		return reading, err
	}
	reading.Samples, err = number(q.samples, body)
	return reading, err
}

// number is what a path selects, with the errors that metrics tell apart.
func number(p *httpclient.JSONPath, body []byte) (float64, error) {
	value, err := p.Number(body)
	if err != nil {
		return 0, classify(err)
	}
	return value, nil
}

func (q *question) isJSON() bool { return json.Valid([]byte(stand.Expand(q.body))) }

// expand puts the subject into the body. In one that is JSON, names stay
// inside of the texts that they stand in.
func (q *question) expand(s metric.Subject) string {
	if !q.isJSON() {
		return s.Expand(q.body)
	}
	return s.ExpandAs(q.body, asJSON)
}
