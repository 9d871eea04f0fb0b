package datadog_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/datadog"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
)

const apiKey, appKey = "s3cret-api", "s3cret-app"

// answer has columns as the reference gives them.
func answer(columns string) string {
	return `{"data":{"id":"0","type":"scalar_response","attributes":{"columns":[` + columns + `]}}}`
}

func number(values string) string {
	return `{"name":"100 * errors / hits","type":"number","values":[` + values + `],"meta":{"unit":null}}`
}

func serve(t *testing.T, handle http.HandlerFunc) metrictest.Block {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return metrictest.Block{
		"url": server.URL, "api_key": apiKey, "app_key": appKey, "formula": "100 * errors / hits",
		"queries": map[string]string{"errors": "sum:errors{color:{{color}}}", "hits": "sum:hits{color:{{color}}}"},
	}
}

func always(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if status == http.StatusTooManyRequests {
			w.Header().Set("X-RateLimit-Reset", "30")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func read(t *testing.T, b metrictest.Block) (metric.Reading, error) {
	t.Helper()
	return metrictest.MustOpen(t, datadog.Kind(), nil, b).Read(t.Context(), metrictest.Green)
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		value  float64
		err    error
		say    string
	}{
		"one":              {200, answer(number("2.5")), 2.5, nil, ""},
		"zero":             {200, answer(number("0")), 0, nil, ""},
		"one group":        {200, answer(`{"name":"host","type":"group","values":[["a"]]},` + number("2.5")), 2.5, nil, ""},
		"several groups":   {200, answer(`{"name":"host","type":"group","values":[["a"],["b"]]},` + number("1,2")), 0, metric.ErrSeveral, "2"},
		"null":             {200, answer(number("null")), 0, metric.ErrNoData, ""},
		"no values":        {200, answer(number("")), 0, metric.ErrNoData, ""},
		"no columns":       {200, answer(""), 0, metric.ErrNoData, ""},
		"partial":          {200, `{"errors":"shard s3cret-api timed out",` + answer(number("1"))[1:], 0, metric.ErrPartial, "shard (secret) timed out"},
		"text":             {200, answer(number(`"much"`)), 0, datadog.ErrAnswer, ""},
		"HTML":             {200, "<html>", 0, datadog.ErrAnswer, ""},
		"other JSON":       {200, "{}", 0, datadog.ErrAnswer, ""},
		"redirect":         {302, "", 0, httpclient.ErrRedirect, ""},
		"bad query":        {400, `{"errors":["Error parsing query"]}`, 0, nil, "Error parsing query"},
		"bad key":          {403, `{"errors":["Forbidden", "key s3cret-app"]}`, 0, nil, "Forbidden; key (secret)"},
		"rate limit":       {429, `{"errors":["Rate limit of 100 requests in 3600 seconds reached"]}`, 0, nil, "left alone for 30s"},
		"out of service":   {503, "<html>", 0, nil, "503"},
		"error of another": {500, `{"errors":7}`, 0, nil, "500"},
	} {
		got, err := read(t, serve(t, always(test.status, test.body)))
		switch {
		case test.status == 200 && test.err == nil:
			if err != nil || got.Value != test.value {
				t.Errorf("%s: Read = %v, %v", name, got, err)
			}
		case err == nil, test.err != nil && !errors.Is(err, test.err), test.err == nil && !httpclient.IsStatus(err, test.status), !strings.Contains(err.Error(), test.say):
			t.Errorf("%s: Read = %v; want %v %q", name, err, test.err, test.say)
		case strings.Contains(err.Error(), "s3cret"):
			t.Errorf("%s: it shows a secret: %v", name, err)
		}
	}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	formulas := make(chan string, 2)
	b := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Data struct {
				Type       string
				Attributes struct {
					From, To int64
					Queries  []map[string]string
					Formulas []map[string]string
				}
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		a := asked.Data.Attributes
		if r.Method != http.MethodPost || r.URL.Path != "/api/v2/query/scalar" || r.Header.Get("DD-API-KEY") != apiKey ||
			r.Header.Get("DD-APPLICATION-KEY") != appKey || asked.Data.Type != "scalar_request" {
			t.Errorf("%s %s %v %+v", r.Method, r.URL, r.Header, asked)
		}
		if a.To-a.From != 120_000 || len(a.Queries) != 2 || a.Queries[0]["query"] != "sum:errors{color:green}" || a.Queries[1]["name"] != "hits" ||
			a.Queries[0]["aggregator"] != "sum" || a.Queries[0]["data_source"] != "metrics" || len(a.Formulas) != 1 {
			t.Errorf("%+v", a)
		}
		formulas <- a.Formulas[0]["formula"]
		_, _ = io.WriteString(w, answer(number("40")))
	})
	b["window"], b["aggregator"], b["sample_formula"] = "2m", "sum", "hits"
	got, err := read(t, b)
	if err != nil || got.Value != 40 || got.Samples != 40 {
		t.Errorf("Read = %+v, %v", got, err)
	}
	if one, two := <-formulas, <-formulas; one != "100 * errors / hits" || two != "hits" {
		t.Errorf("asked for %q and %q", one, two)
	}
}

// TestKeyOfAFile has a line break at its end, which no header can carry.
func TestKeyOfAFile(t *testing.T) {
	t.Parallel()
	b := serve(t, always(200, ""))
	b["api_key"] = "s3cret\n"
	_, err := metrictest.Open(t, datadog.Kind(), nil, b)
	if !errors.Is(err, httpclient.ErrConfig) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("Open = %v", err)
	}
}

func TestRefusedAtPlan(t *testing.T) {
	t.Parallel()
	for at, change := range map[string]metrictest.Block{
		"api_key": {"api_key": nil},
		"app_key": {"app_key": nil},
		"formula": {"formula": nil},
		"url":     {"url": "api.datadoghq.com"},
	} {
		b := serve(t, always(200, ""))
		for argument, value := range change {
			b[argument] = value
		}
		_, err := metrictest.Open(t, datadog.Kind(), nil, b)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || attribute.Path.String() != at || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: Open = %v", at, err)
		}
	}
}

func TestSlow(t *testing.T) {
	t.Parallel()
	b := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	b["timeout"] = "50ms"
	if _, err := read(t, b); !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("Read = %v", err)
	}
}
