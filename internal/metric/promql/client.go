// Package promql asks what speaks Prometheus's HTTP API for one number, for the
// metrics that do: the official client and parser, held to an answer that is
// exactly one finite value and is whole.
package promql

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// ErrNotPrometheus reports an answer that is not in Prometheus's form: that of
// a login page, say.
var ErrNotPrometheus = errors.New("the answer is not Prometheus's")

// remark begins what Prometheus 2.48 to 2.55 puts among the warnings although
// it is advice about the query's style, and the answer is whole; from 3.0 on
// it comes apart from them.
const remark = "PromQL info: "

// maxAnswer is how much of an answer is read, in bytes: a query that forgets to
// sum may give every series that the server has.
const maxAnswer = 4 << 20

// Client asks one server.
type Client struct{ api v1.API }

// New returns a client of the server at address. It follows no redirect.
func New(address string, client *http.Client) (*Client, error) {
	a, err := api.NewClient(api.Config{Address: address, Client: httpclient.Guarded(client, maxAnswer)})
	if err != nil {
		return nil, httpclient.Bare(err)
	}
	return &Client{v1.NewAPI(whole{a})}, nil
}

// whole is a client that refuses an answer which says that it is not whole: the
// library does not read VictoriaMetrics's word for that.
type whole struct{ api.Client }

// Do implements api.Client.
func (w whole) Do(ctx context.Context, r *http.Request) (*http.Response, []byte, error) {
	resp, body, err := w.Client.Do(ctx, r)
	var said struct {
		IsPartial json.RawMessage `json:"isPartial"`
	}
	if err == nil && json.Unmarshal(body, &said) == nil && partial(said.IsPartial) {
		return resp, body, fmt.Errorf("%w: it says isPartial, since some of the servers behind it did not answer", metric.ErrPartial)
	}
	return resp, body, err
}

// partial tells whether a word for it says that an answer is not whole. Whatever
// is not a plain no, as a proxy that rewrites answers may leave it, is one.
func partial(word json.RawMessage) bool {
	switch strings.ToLower(strings.Trim(string(word), `"`)) {
	case "", "false", "null", "0":
		return false
	default:
		return true
	}
}

// One asks an instant query whose answer must be exactly one value. Whether
// that is finite is for the caller to see.
func (c *Client) One(ctx context.Context, text string) (float64, error) {
	answer, warnings, _, err := c.api.Query(ctx, text, time.Time{})
	if err != nil {
		return 0, explain(err)
	}
	for _, warning := range warnings {
		if !strings.HasPrefix(warning, remark) {
			return 0, fmt.Errorf("%w: %s", metric.ErrPartial, remotetext.Clean(warning))
		}
	}
	switch v := answer.(type) {
	case *model.Scalar:
		if v == nil {
			return 0, ErrNotPrometheus
		}
		return float64(v.Value), nil
	case model.Vector:
		return single(v)
	case nil:
		return 0, ErrNotPrometheus // "data": null
	default:
		return 0, fmt.Errorf("%w: the answer is a %s", metric.ErrNoData, answer.Type())
	}
}

func single(v model.Vector) (float64, error) {
	switch len(v) {
	case 0:
		return 0, fmt.Errorf("%w: the query gave no series", metric.ErrNoData)
	case 1:
		if v[0] == nil {
			return 0, ErrNotPrometheus
		}
		if v[0].Histogram != nil {
			return 0, fmt.Errorf("%w: the series is a histogram, not a number", metric.ErrNotFinite)
		}
		return float64(v[0].Value), nil
	default:
		return 0, fmt.Errorf("%w: the query gave %d series; sum them, or select one", metric.ErrSeveral, len(v))
	}
}

// explain says why there is no answer. The library's own errors may quote the
// URL and the body, and either may have what nobody should see.
func explain(err error) error {
	var said *v1.Error
	switch {
	case errors.Is(err, httpclient.ErrTooLong):
		return httpclient.ErrTooLong
	case !errors.As(err, &said):
		return remotetext.Error(httpclient.Bare(err))
	case said.Type == v1.ErrBadResponse:
		return ErrNotPrometheus
	case said.Type == v1.ErrServer || said.Type == v1.ErrClient:
		return fmt.Errorf("%w%s", remotetext.Error(err), remotetext.Clean(words(said.Detail)))
	default:
		return remotetext.Error(err) // Prometheus's own words about the query, or a status
	}
}

// words are Prometheus's own about a query that it gave up, or those of a gateway
// that refuses, which the library does not read.
func words(body string) string {
	var answer struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Error+answer.Message == "" {
		return ""
	}
	return ": " + cmp.Or(answer.Error, answer.Message)
}
