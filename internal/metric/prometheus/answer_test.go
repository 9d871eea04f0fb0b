package prometheus_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/promql"
)

// one is the answer 5, with more of the envelope.
func one(more string) string {
	return `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1700000000.1,"5"]}]}` + more + `}`
}

// reply answers every request in the same way.
func reply(t *testing.T, status int, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

const page = `<html><body><form action="/login">shibboleth</form></body></html>`

func TestAnswersThatPrometheusCanGive(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		err    error
		say    string
	}{
		"value":                   {200, one(""), nil, ""},
		"info of 3.0":             {200, one(`,"infos":["PromQL info: metric might not be a counter"]`), nil, ""},
		"info of 2.48":            {200, one(`,"warnings":["PromQL info: metric might not be a counter"]`), nil, ""},
		"warning":                 {200, one(`,"warnings":["store gateway unreachable"]`), metric.ErrPartial, "store gateway unreachable"},
		"warning after info":      {200, one(`,"warnings":["PromQL info: x","PromQL warning: y"]`), metric.ErrPartial, "y"},
		"warning without value":   {200, `{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["gone"]}`, metric.ErrPartial, "gone"},
		"part, as text":           {200, one(`,"isPartial":"true"`), metric.ErrPartial, "isPartial"},
		"part, as a number":       {200, one(`,"isPartial":1`), metric.ErrPartial, "isPartial"},
		"info that it is whole":   {200, one(`,"isPartial":"false"`), nil, ""},
		"part of VictoriaMetrics": {200, one(`,"isPartial":true`), metric.ErrPartial, "isPartial"},
		"every series":            {200, one(strings.Repeat(" ", 4<<20)), httpclient.ErrTooLong, ""},
		"string":                  {200, `{"status":"success","data":{"resultType":"string","result":[1,"5"]}}`, promql.ErrNotPrometheus, ""},
		"matrix":                  {200, `{"status":"success","data":{"resultType":"matrix","result":[]}}`, metric.ErrNoData, "matrix"},
		"histogram": {
			200, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"1","sum":"1","buckets":[]}]}]}}`,
			metric.ErrNotFinite, "histogram",
		},
		"error with status 200":  {200, `{"status":"error","errorType":"execution","error":"too many samples"}`, nil, "too many samples"},
		"query timed out":        {503, `{"status":"error","errorType":"timeout","error":"query timed out"}`, nil, "query timed out"},
		"page of HTML":           {200, page, promql.ErrNotPrometheus, ""},
		"other JSON":             {200, `{"status":"success","data":[1,2]}`, nil, ""},
		"nothing":                {200, ``, promql.ErrNotPrometheus, ""},
		"half of it":             {200, one("")[:60], promql.ErrNotPrometheus, ""},
		"not signed in":          {401, page, nil, "401"},
		"too many requests":      {429, page, nil, "429"},
		"bad gateway":            {502, page, nil, "502"},
		"value not to be parsed": {200, strings.Replace(one(""), `"5"`, `"five"`, 1), promql.ErrNotPrometheus, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := read(t, ask(reply(t, test.status, test.body), "vector(1)"))
			if name == "value" || strings.HasPrefix(name, "info") {
				if err != nil || got.Value != 5 {
					t.Errorf("Read = %v, %v", got, err)
				}
				return
			}
			if err == nil || (test.err != nil && !errors.Is(err, test.err)) || !strings.Contains(err.Error(), test.say) {
				t.Errorf("Read = %v, %v; want %v, %q", got, err, test.err, test.say)
			}
			if err != nil && strings.Contains(err.Error(), "shibboleth") {
				t.Errorf("it quotes the page: %v", err)
			}
		})
	}
}

// TestRedirectIsNotFollowed points to a page that would answer in form.
func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	login := reply(t, http.StatusOK, one(""))
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := httptest.NewServer(http.RedirectHandler(login+"/login?token=s3cret", status))
		_, err := read(t, ask(server.URL, "vector(1)"))
		server.Close()
		if !errors.Is(err, httpclient.ErrRedirect) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%d: Read = %v", status, err)
		}
	}
}

func TestSlowAnswerEndsWithItsTimeout(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // without it the server does not notice that the client has gone
		_, _ = io.WriteString(w, one("")[:20])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	b := ask(server.URL, "vector(1)")
	b["timeout"] = "50ms"
	if _, err := read(t, b); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Read = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, ask(server.URL, "vector(1)")).Read(ctx, metrictest.Green); !errors.Is(err, context.Canceled) {
		t.Errorf("Read = %v", err)
	}
}

func TestConnectionCutInTheAnswer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, one(""))
	}))
	t.Cleanup(server.Close)
	if _, err := read(t, ask(server.URL, "vector(1)")); err == nil {
		t.Error("half an answer was taken for a whole one")
	}
}
