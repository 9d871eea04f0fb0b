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
func Kind() block.Kind[metric.Metric] {
	return block.New("web", attribute(), open, "url", "body", "json_path", "sample_json_path", "require")
}

type config struct {
	URL            types.String          `tfsdk:"url"`
	Method         types.String          `tfsdk:"method"`
	Body           types.String          `tfsdk:"body"`
	JSONPath       types.String          `tfsdk:"json_path"`
	SampleJSONPath types.String          `tfsdk:"sample_json_path"`
	Require        map[string]string     `tfsdk:"require"`
	BearerToken    types.String          `tfsdk:"bearer_token"`
	BearerTokenEnv types.String          `tfsdk:"bearer_token_env"`
	Timeout        block.DurationValue   `tfsdk:"timeout"`
	Headers        map[string]string     `tfsdk:"headers"`
	HeadersEnv     map[string]string     `tfsdk:"headers_env"`
	TLS            *httpclient.SwitchTLS `tfsdk:"tls"`
}

// question is one opened block.
type question struct {
	api               *httpclient.API
	method, url, body string
	header            http.Header
	value, samples    string            // JSONPaths; samples may be empty
	required          map[string]string // from a JSONPath to what it selects
	timeout           time.Duration
}

var _ metric.Describer = (*question)(nil)

func open(ctx context.Context, _ *session.Sessions, c config) (metric.Metric, error) {
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
	if q.api, err = c.client(ctx); err != nil {
		return nil, err
	}
	q.value, q.samples, q.required = c.JSONPath.ValueString(), c.SampleJSONPath.ValueString(), c.Require
	return q, q.parses()
}

func (c config) client(ctx context.Context) (*httpclient.API, error) {
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
	client, err := httpclient.New(ctx, c.TLS.Arguments(), headers, c.HeadersEnv)
	if err != nil {
		return nil, err
	}
	return httpclient.NewAPI(client, nil), nil
}

// parses returns an error on the argument whose JSONPath does not parse.
func (q *question) parses() error {
	if _, err := jsonPath(stand, q.value); err != nil {
		return notAPath(path.Root("json_path"), err)
	}
	if _, err := jsonPath(stand, q.samples); q.samples != "" && err != nil {
		return notAPath(path.Root("sample_json_path"), err)
	}
	for _, text := range slices.Sorted(maps.Keys(q.required)) {
		if _, err := jsonPath(stand, text); err != nil {
			return notAPath(path.Root("require").AtMapKey(text), err)
		}
	}
	return nil
}

func notAPath(at path.Path, err error) error {
	return &block.AttributeError{Path: at, Summary: "JSON Path Does Not Parse", Err: err}
}

// jsonPath is a JSONPath with the subject in it.
func jsonPath(s metric.Subject, text string) (*httpclient.JSONPath, error) {
	return httpclient.ParseJSONPath(s.ExpandAs(text, inQuotes))
}

// Traits implements metric.Describer.
func (q *question) Traits() metric.Traits {
	return metric.TraitsOf(q.samples != "", []string{q.url, q.body, q.value}, append(slices.Collect(maps.Values(q.required)), q.samples)...)
}

// Read implements metric.Metric.
func (q *question) Read(ctx context.Context, s metric.Subject) (metric.Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, q.timeout)
	defer cancel()
	body, err := q.api.Do(ctx, httpclient.Request{Method: q.method, URL: s.ExpandURL(q.url), Body: q.expand(s), Header: q.header})
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	reading, err := q.reading(body, s)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	return reading, nil
}

func (q *question) reading(body []byte, s metric.Subject) (metric.Reading, error) {
	if err := httpclient.CheckJSON(body); err != nil {
		return metric.Reading{}, err
	}
	for _, text := range slices.Sorted(maps.Keys(q.required)) {
		if err := required(s, text, q.required[text], body); err != nil {
			return metric.Reading{}, err
		}
	}
	value, err := number(s, q.value, body)
	if err != nil {
		return metric.Reading{}, err
	}
	reading, err := metric.Of(value)
	if err != nil || q.samples == "" {
		return reading, err
	}
	reading.Samples, err = number(s, q.samples, body)
	return reading, err
}

// required returns an error unless a path selects what an answer that is whole
// has there.
func required(s metric.Subject, text, wanted string, body []byte) error {
	where, err := jsonPath(s, text)
	if err != nil {
		return err
	}
	wanted = s.Expand(wanted)
	if found, err := where.Text(body); err != nil || found != wanted {
		return fmt.Errorf("%w: %s is not %q", metric.ErrPartial, where, wanted)
	}
	return nil
}

// number is what a path selects, with the errors that metrics tell apart.
func number(s metric.Subject, text string, body []byte) (float64, error) {
	where, err := jsonPath(s, text)
	if err != nil {
		return 0, err
	}
	value, err := where.Number(body)
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
