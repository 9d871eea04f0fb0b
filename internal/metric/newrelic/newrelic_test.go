package newrelic_test

import (
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
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/newrelic"
)

const key = "NRAK-s3cret"

func answer(results, messages string) string {
	return `{"data":{"actor":{"account":{"nrql":{"results":[` + results + `],"metadata":{"messages":[` + messages + `]}}}}}}`
}

func serve(t *testing.T, handle http.HandlerFunc) metrictest.Block {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return metrictest.Block{"url": server.URL + "/graphql", "api_key": key, "account_id": 17, "query": "SELECT count(*) FROM T WHERE c='{{color}}'"}
}

func always(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", "20")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func read(t *testing.T, b metrictest.Block) (metric.Reading, error) {
	t.Helper()
	return metrictest.MustOpen(t, newrelic.Kind(), nil, b).Read(t.Context(), metrictest.Green)
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
		"count":       {200, answer(`{"count":1000}`, ""), 1000, nil, ""},
		"percentile":  {200, answer(`{"percentile.duration":{"99":0.25}}`, ""), 0.25, nil, ""},
		"null":        {200, answer(`{"percentage":null}`, ""), 0, metric.ErrNoData, ""},
		"no row":      {200, answer(``, ""), 0, metric.ErrNoData, ""},
		"empty row":   {200, answer(`{}`, ""), 0, metric.ErrNoData, ""},
		"time series": {200, answer(`{"count":1},{"count":2}`, ""), 0, metric.ErrSeveral, "2 rows"},
		"two values":  {200, answer(`{"a":1,"b":2}`, ""), 0, metric.ErrSeveral, ""},
		"facet":       {200, answer(`{"facet":"a","count":2}`, ""), 0, metric.ErrSeveral, ""},
		"text":        {200, answer(`{"a":"x"}`, ""), 0, newrelic.ErrAnswer, ""},
		"message":     {200, answer(`{"a":1}`, `"Some shards failed"`), 0, metric.ErrPartial, "Some shards failed"},
		"syntax error": {
			200, `{"data":{"actor":{"account":{"nrql":null}}},"errors":[{"message":"NRQL Syntax Error: NRAK-s3cret"}]}`, 0, newrelic.ErrQuery, "Error: (secret)",
		},
		"partial":    {200, answer(`{"a":1}`, "")[:len(answer(`{"a":1}`, ""))-1] + `,"errors":[{"message":"timeout"}]}`, 0, newrelic.ErrQuery, "timeout"},
		"no account": {200, `{"data":{"actor":{"account":null}}}`, 0, newrelic.ErrAnswer, "17"},
		"HTML":       {200, "<html>", 0, newrelic.ErrAnswer, ""},
		"redirect":   {302, "", 0, httpclient.ErrRedirect, ""},
		"bad key":    {401, `{"errors":[{"message":"key NRAK-s3cret is not valid"}]}`, 0, nil, "key (secret)"},
		"rate limit": {429, `{"errors":[{"message":"too many"}]}`, 0, nil, "left alone for 20s: too many"},
		"fault":      {502, "<html>", 0, nil, "502"},
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
			t.Errorf("%s: it shows the secret: %v", name, err)
		}
	}
}

func TestRequest(t *testing.T) {
	t.Parallel()
	b := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Query     string
			Variables struct {
				Account int
				Query   string
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		if r.Method != http.MethodPost || r.URL.Path != "/graphql" || r.Header.Get("API-Key") != key || asked.Variables.Account != 17 {
			t.Errorf("%s %s %v %+v", r.Method, r.URL, r.Header, asked)
		}
		value := map[string]string{"SELECT count(*) FROM T WHERE c='green'": "3", "SELECT 1 FROM T": "9"}[asked.Variables.Query]
		_, _ = io.WriteString(w, answer(`{"count":`+value+`}`, ""))
	})
	b["sample_query"] = "SELECT 1 FROM T"
	if got, err := read(t, b); err != nil || got.Value != 3 || got.Samples != 9 {
		t.Errorf("Read = %+v, %v", got, err)
	}
}

// TestKeyOfAFile has a line break at its end, which no header can carry.
func TestKeyOfAFile(t *testing.T) {
	t.Parallel()
	b := serve(t, always(200, ""))
	b["api_key"] = "s3cret\n"
	_, err := metrictest.Open(t, newrelic.Kind(), nil, b)
	if !errors.Is(err, httpclient.ErrConfig) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("Open = %v", err)
	}
}

func TestRefusedAtPlan(t *testing.T) {
	t.Parallel()
	for at, change := range map[string]metrictest.Block{
		"api_key":     {"api_key": nil},
		"api_key_env": {"api_key": nil, "api_key_env": "NO_SUCH_VARIABLE"},
		"url":         {"url": "newrelic"},
	} {
		b := serve(t, always(200, ""))
		for argument, value := range change {
			b[argument] = value
		}
		_, err := metrictest.Open(t, newrelic.Kind(), nil, b)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || attribute.Path.String() != at || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: Open = %v", at, err)
		}
	}
}
