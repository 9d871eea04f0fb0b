// Package httpcheck is the check that asks a URL.
package httpcheck

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

const defaultTimeout = 5 * time.Second

// Kind returns the kind http.
func Kind() block.Kind[check.Check] { return block.New("http", attribute(), open) }

type config struct {
	block.TryArguments
	URL          types.String        `tfsdk:"url"`
	Method       types.String        `tfsdk:"method"`
	Headers      map[string]string   `tfsdk:"headers"`
	HeadersEnv   map[string]string   `tfsdk:"headers_env"`
	Body         types.String        `tfsdk:"body"`
	Status       []string            `tfsdk:"status"`
	BodyContains types.String        `tfsdk:"body_contains"`
	BodyMatches  types.String        `tfsdk:"body_matches"`
	JSONPath     types.String        `tfsdk:"json_path"`
	JSONEquals   types.String        `tfsdk:"json_equals"`
	JSONAll      types.Bool          `tfsdk:"json_all"`
	JSONNull     types.Bool          `tfsdk:"json_null"`
	MaxLatency   block.DurationValue `tfsdk:"max_latency"`
	TLS          *httpclient.TLS     `tfsdk:"tls"`
	H2C          types.Bool          `tfsdk:"h2c"`
}

// httpCheck is one opened block.
type httpCheck struct {
	client     *httpclient.Client
	method     string
	url, body  string
	statuses   []span
	contains   string
	matches    *regexp.Regexp
	json       *httpclient.JSONPath
	jsonEquals string
	jsonAll    bool // each of several values
	jsonNull   bool // instead of jsonEquals
	maxLatency time.Duration
	tries      check.Tries
}

func open(ctx context.Context, _ *session.Sessions, c config) (check.Check, error) {
	if err := httpclient.ValidateURL("url", c.URL.ValueString(), "headers_env"); err != nil {
		return nil, err
	}
	h := &httpCheck{
		method: http.MethodGet, url: c.URL.ValueString(), body: c.Body.ValueString(), contains: c.BodyContains.ValueString(),
		jsonEquals: c.JSONEquals.ValueString(), jsonAll: c.JSONAll.ValueBool(), jsonNull: c.JSONNull.ValueBool(), maxLatency: block.Duration(c.MaxLatency, 0),
	}
	if !c.Method.IsNull() {
		h.method = strings.ToUpper(c.Method.ValueString())
	}
	h.tries.Each, h.tries.Retries, h.tries.Backoff = c.Tries(defaultTimeout)
	var err error
	if h.client, err = httpclient.New(ctx, c.TLS, c.Headers, c.HeadersEnv); err != nil {
		return nil, err
	}
	if c.H2C.ValueBool() {
		if !strings.HasPrefix(strings.ToLower(h.url), "http://") {
			return nil, &block.AttributeError{Path: path.Root("h2c"), Summary: "HTTP/2 Without TLS", Err: fmt.Errorf("%w: h2c is for http:// alone", httpclient.ErrConfig)}
		}
		h.client.Plain2()
	}
	if h.statuses, err = parseStatuses(c.Status); err != nil {
		return nil, err
	}
	if !c.BodyMatches.IsNull() {
		if h.matches, err = regexp.Compile(c.BodyMatches.ValueString()); err != nil {
			return nil, &block.AttributeError{Path: path.Root("body_matches"), Summary: "Regular Expression Does Not Compile", Err: err}
		}
	}
	return h, h.openJSON(c)
}

func (h *httpCheck) openJSON(c config) (err error) {
	wanted := !c.JSONEquals.IsNull() || h.jsonNull
	if c.JSONPath.IsNull() == wanted || c.JSONPath.IsNull() && h.jsonAll {
		return &block.AttributeError{
			Path: path.Root("json_path"), Summary: "JSON Path Without A Value",
			Err: fmt.Errorf("%w: json_path goes together with json_equals, or with json_null", httpclient.ErrConfig),
		}
	}
	if h.jsonNull && (h.jsonAll || !c.JSONEquals.IsNull()) {
		return &block.AttributeError{
			Path: path.Root("json_null"), Summary: "Two Values Wanted",
			Err: fmt.Errorf("%w: json_null goes with neither json_equals nor json_all", httpclient.ErrConfig),
		}
	}
	if c.JSONPath.IsNull() {
		return nil
	}
	if h.json, err = httpclient.ParseJSONPath(c.JSONPath.ValueString()); err != nil {
		return &block.AttributeError{Path: path.Root("json_path"), Summary: "JSON Path Does Not Parse", Err: err}
	}
	return nil
}

// Limit implements check.Check.
func (h *httpCheck) Limit() time.Duration { return h.tries.Limit() }

// Run implements check.Check.
func (h *httpCheck) Run(ctx context.Context, _ check.Subject) error {
	return h.tries.Do(ctx, func(ctx context.Context) error {
		answer, err := h.client.Do(ctx, h.method, h.url, h.body, nil)
		wanted := errors.Is(err, httpclient.ErrRedirect) && allowed(redirects(h.statuses), answer.Status)
		if err != nil && !wanted {
			return err
		}
		if err := h.judge(answer); err != nil {
			return fmt.Errorf("%s %s: %w: %w", h.method, httpclient.Redacted(h.url), check.ErrFailed, err)
		}
		return nil
	})
}

// judge returns why an answer does not pass. It never quotes the body, which
// may have secrets.
func (h *httpCheck) judge(a httpclient.Answer) error {
	switch {
	case !allowed(h.statuses, a.Status):
		return fmt.Errorf("status %d, and %s passes", a.Status, spans(h.statuses))
	case h.maxLatency > 0 && a.Took > h.maxLatency:
		return fmt.Errorf("the answer took %s, and max_latency is %s", a.Took.Round(time.Millisecond), h.maxLatency)
	case !strings.Contains(string(a.Body), h.contains):
		return fmt.Errorf("the answer (%d bytes) does not contain %q", len(a.Body), h.contains)
	case h.matches != nil && !h.matches.Match(a.Body):
		return fmt.Errorf("the answer (%d bytes) does not match %q", len(a.Body), h.matches)
	case h.json != nil:
		return h.judgeJSON(a.Body)
	default:
		return nil
	}
}

func (h *httpCheck) judgeJSON(body []byte) error {
	switch {
	case h.jsonNull:
		if null, err := h.json.IsNull(body); err != nil || !null {
			return cmp.Or(err, fmt.Errorf("%s is not null", h.json))
		}
		return nil
	case h.jsonAll:
		texts, err := h.json.Texts(body)
		for i, text := range texts {
			if text != h.jsonEquals {
				return fmt.Errorf("of the %d values of %s, number %d is not %q", len(texts), h.json, i+1, h.jsonEquals)
			}
		}
		return err
	}
	text, err := h.json.Text(body)
	if err == nil && text != h.jsonEquals {
		err = fmt.Errorf("%s is not %q", h.json, h.jsonEquals)
	}
	return err
}
