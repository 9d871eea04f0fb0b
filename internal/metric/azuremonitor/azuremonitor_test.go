package azuremonitor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/azuremonitor"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/azurecloud"
)

const token = "eyJ.s3cret"

// found is one metric as the reference gives it.
func found(name, code, series string) string {
	return fmt.Sprintf(`{"id":"x","type":"Microsoft.Insights/metrics","name":{"value":%q,"localizedValue":%q},"unit":"Count","errorCode":%q,"timeseries":[%s]}`,
		name, name, code, series)
}

func series(points string) string { return `{"metadatavalues":[],"data":[` + points + `]}` }

func total(value string) string {
	return `{"timeStamp":"2026-01-01T00:00:00Z","total":` + value + `}`
}

func body(metrics ...string) string {
	return `{"cost":0,"timespan":"a/b","interval":"FULL","value":[` + strings.Join(metrics, ",") + `],"namespace":"Microsoft.Web/sites"}`
}

func serve(t *testing.T, handle http.HandlerFunc) *session.Sessions {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		begin, end, _ := strings.Cut(q.Get("timespan"), "/")
		from, err1 := time.Parse(time.RFC3339, begin)
		to, err2 := time.Parse(time.RFC3339, end)
		if r.URL.Path != "/subscriptions/1/resourceGroups/g/providers/Microsoft.Web/sites/shop-green/providers/Microsoft.Insights/metrics" ||
			r.Header.Get("Authorization") != "Bearer "+token || q.Get("metricnames") != "Http5xx,Requests" || q.Get("aggregation") != "Total" ||
			q.Get("$filter") != "Instance eq 'green'" || errors.Join(err1, err2) != nil || to.Sub(from) != 5*time.Minute {
			t.Errorf("%s %v", r.URL, r.Header)
		}
		handle(w, r)
	}))
	t.Cleanup(server.Close)
	return metrictest.Sessions(t, azurecloud.New(), metrictest.Block{"access_token": token, "endpoint": server.URL})
}

func always(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

func errorsOfRequests() metrictest.Block {
	return metrictest.Block{
		"resource_id": "/subscriptions/1/resourceGroups/g/providers/Microsoft.Web/sites/shop-{{color}}",
		"metric":      "Http5xx", "percent_of": "Requests", "filter": "Instance eq '{{color}}'",
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	requests := found("Requests", "Success", series(total("80")))
	for name, test := range map[string]struct {
		status int
		body   string
		value  float64
		err    error
		say    string
	}{
		"share":         {200, body(found("Http5xx", "Success", series(total("2"))), requests), 2.5, nil, ""},
		"no errors":     {200, body(found("Http5xx", "Success", ""), requests), 0, nil, ""},
		"null errors":   {200, body(found("Http5xx", "Success", series(total("null"))), requests), 0, nil, ""},
		"part missing":  {200, body(requests), 0, azuremonitor.ErrAnswer, "Http5xx"},
		"no requests":   {200, body(found("Http5xx", "Success", series(total("2"))), found("Requests", "Success", "")), 0, metric.ErrNoData, "Requests"},
		"zero requests": {200, body(found("Http5xx", "Success", series(total("0"))), found("Requests", "Success", series(total("0")))), 0, metric.ErrNoData, ""},
		"several":       {200, body(found("Http5xx", "Success", series(total("1"))+","+series(total("2"))), requests), 0, metric.ErrSeveral, ""},
		"error":         {200, body(found("Http5xx", "InternalServerError", ""), requests), 0, metric.ErrPartial, "InternalServerError"},
		"nothing":       {200, `{}`, 0, azuremonitor.ErrAnswer, ""},
		"HTML":          {200, "<html>", 0, azuremonitor.ErrAnswer, ""},
		"bad request":   {400, `{"error":{"code":"BadRequest","message":"Failed to find metric configuration"}}`, 0, nil, "Failed to find metric configuration"},
		"denied":        {403, `{"error":{"code":"AuthorizationFailed","message":"no"}}`, 0, session.ErrAccessDenied, "Monitoring Reader"},
		"token":         {401, `{"error":{"code":"ExpiredAuthenticationToken","message":"expired"}}`, 0, session.ErrCredentials, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := metrictest.MustOpen(t, azuremonitor.Kind(), serve(t, always(test.status, test.body)), errorsOfRequests())
			got, err := m.Read(t.Context(), metrictest.Green)
			switch {
			case test.status == 200 && test.err == nil:
				if err != nil || got.Value != test.value || got.Samples != 80 {
					t.Errorf("Read = %+v, %v", got, err)
				}
			case err == nil, test.err != nil && !errors.Is(err, test.err), !strings.Contains(err.Error(), test.say), strings.Contains(err.Error(), "s3cret"):
				t.Errorf("Read = %v; want %v %q", err, test.err, test.say)
			}
		})
	}
}

func TestRateLimitIsWaitedOut(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	sessions := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	b := errorsOfRequests()
	b["timeout"] = "5s" // enough to be asked once on a busy machine, and far below what Azure asks to wait
	_, err := metrictest.MustOpen(t, azuremonitor.Kind(), sessions, b).Read(t.Context(), metrictest.Green)
	if !errors.Is(err, context.DeadlineExceeded) || asked.Load() != 1 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
}

func TestRefusedAtPlan(t *testing.T) {
	t.Parallel()
	for at, change := range map[string]metrictest.Block{
		"resource_id": {"resource_id": "shop-{{color}}"},
		"metric":      {"metric": "a,b"},
		"percent_of":  {"percent_of": "a,b"},
	} {
		b := errorsOfRequests()
		for argument, value := range change {
			b[argument] = value
		}
		_, err := metrictest.Open(t, azuremonitor.Kind(), nil, b)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || attribute.Path.String() != at {
			t.Errorf("%s: Open = %v", at, err)
		}
	}
}
