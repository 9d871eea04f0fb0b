package web_test

import (
	"context"
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
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/web"
)

// The forms of answers, as the projects' references give them.
const (
	loki = `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1588889221,"1.27"]}],"stats":{}}}`
	// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search
	elastic = `{"took":5,"timed_out":false,"_shards":{"total":2,"successful":2,"skipped":0,"failed":0},
		"hits":{"total":{"value":240,"relation":"eq"},"hits":[]},"aggregations":{"errors":{"value":3.5}}}`
	splunk = `{"preview":false,"init_offset":0,"messages":[],"fields":[{"name":"error_percent"},{"name":"requests"}],
		"results":[{"error_percent":"1.25","requests":"80"}],"highlighted":{}}`
	// What Splunk's jobs/export streams.
	previews = `{"preview":true,"offset":0,"lastrow":true,"result":{"error_percent":"0"}}
{"preview":false,"offset":0,"lastrow":true,"result":{"error_percent":"9"}}`
)

// reply answers as handle does, and gives the block's arguments.
func reply(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return server.URL
}

// always answers with a status and a body.
func always(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func read(t *testing.T, b metrictest.Block) (metric.Reading, error) {
	t.Helper()
	return metrictest.MustOpen(t, web.Kind(), nil, b).Read(t.Context(), metrictest.Green)
}

func TestAnswersOfWellKnownAPIs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body, path, samples string
		require             map[string]string
		value, stands       float64
	}{
		"Loki":          {loki, "$.data.result[*].value[1]", "", nil, 1.27, 0},
		"Elasticsearch": {elastic, "$.aggregations.errors.value", "$.hits.total.value", map[string]string{"$.timed_out": "false", "$._shards.failed": "0"}, 3.5, 240},
		"Splunk":        {splunk, "$.results[0].error_percent", "$.results[0].requests", map[string]string{"$.preview": "false"}, 1.25, 80},
	} {
		b := metrictest.Block{"url": reply(t, always(200, test.body)), "json_path": test.path}
		if test.samples != "" {
			b["sample_json_path"], b["require"] = test.samples, test.require
		}
		got, err := read(t, b)
		if err != nil || got.Value != test.value || (test.samples != "" && got.Samples != test.stands) {
			t.Errorf("%s: Read = %+v, %v", name, got, err)
		}
	}
}

func TestNoAnswer(t *testing.T) {
	t.Parallel()
	late := strings.Replace(elastic, `"timed_out":false`, `"timed_out":true`, 1)
	for name, test := range map[string]struct {
		status int
		body   string
		path   string
		want   error
	}{
		"no series":        {200, strings.Replace(loki, `{"metric":{},"value":[1588889221,"1.27"]}`, "", 1), "$.data.result[*].value[1]", metric.ErrNoData},
		"several series":   {200, `{"a":[1,2]}`, "$.a[*]", metric.ErrSeveral},
		"null":             {200, `{"a":null}`, "$.a", metric.ErrNoData},
		"NaN":              {200, `{"a":"NaN"}`, "$.a", metric.ErrNotFinite},
		"infinite":         {200, `{"a":"+Inf"}`, "$.a", metric.ErrNotFinite},
		"text":             {200, `{"a":"many"}`, "$.a", httpclient.ErrValueType},
		"object":           {200, `{"a":{}}`, "$.a", httpclient.ErrValueType},
		"HTML":             {200, `<html>shibboleth</html>`, "$.a", httpclient.ErrNotJSON},
		"two documents":    {200, "{\"a\":1}\n{\"a\":2}", "$.a", httpclient.ErrSeveralDocuments},
		"previews":         {200, previews, "$.result.error_percent", httpclient.ErrSeveralDocuments},
		"null at a filter": {200, "null", "$[?(@.color == 'green')].errors", metric.ErrNoData},
		"nothing":          {200, ``, "$.a", httpclient.ErrNotJSON},
		"partial":          {200, late, "$.aggregations.errors.value", metric.ErrPartial},
		"redirect":         {302, ``, "$.a", httpclient.ErrRedirect},
		"not signed in":    {401, `{"a":1,"x":"shibboleth"}`, "$.a", nil},
		"server error":     {500, `{"a":1,"x":"shibboleth"}`, "$.a", nil},
		"rate limit":       {429, `{"a":1}`, "$.a", nil},
	} {
		b := metrictest.Block{"url": reply(t, always(test.status, test.body)), "json_path": test.path}
		if errors.Is(test.want, metric.ErrPartial) {
			b["require"] = map[string]string{"$.timed_out": "false"}
		}
		_, err := read(t, b)
		if test.want == nil && !httpclient.IsStatus(err, test.status) || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: Read = %v, want %v", name, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "shibboleth") {
			t.Errorf("%s: it quotes the answer: %v", name, err)
		}
	}
}

func TestRequest(t *testing.T) {
	t.Setenv("WEB_TOKEN", "s3cret")
	for name, test := range map[string]struct {
		more   metrictest.Block
		path   string // of the URL, behind the host
		method string
		uri    string
		body   string
		header [2]string
	}{
		"get":    {nil, "/q?c={{color}}&e={{environment}}", "GET", "/q?c=green&e=a%20%22b%22%26", "", [2]string{"Content-Type", ""}},
		"post":   {metrictest.Block{"body": "c={{color}}&v={{version}}"}, "/", "POST", "/", "c=green&v=2.0", [2]string{"Content-Type", ""}},
		"JSON":   {metrictest.Block{"body": `{"e":"{{environment}}"}`}, "/", "POST", "/", `{"e":"a \"b\"\u0026"}`, [2]string{"Content-Type", "application/json"}},
		"method": {metrictest.Block{"method": "put"}, "/", "PUT", "/", "", [2]string{"Authorization", ""}},
		"token":  {metrictest.Block{"bearer_token": "s3cret"}, "/", "GET", "/", "", [2]string{"Authorization", "Bearer s3cret"}},
		"env":    {metrictest.Block{"bearer_token_env": "WEB_TOKEN"}, "/", "GET", "/", "", [2]string{"Authorization", "Bearer s3cret"}},
		"header": {metrictest.Block{"headers_env": map[string]string{"X-Key": "WEB_TOKEN"}}, "/", "GET", "/", "", [2]string{"X-Key", "s3cret"}},
		"type": {
			metrictest.Block{"body": "{}", "headers": map[string]string{"Content-Type": "application/x-ndjson"}},
			"/", "POST", "/", "{}",
			[2]string{"Content-Type", "application/x-ndjson"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			url := reply(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.Method != test.method || r.RequestURI != test.uri || string(body) != test.body || r.Header.Get(test.header[0]) != test.header[1] {
					t.Errorf("%s %s %q %v", r.Method, r.RequestURI, body, r.Header)
				}
				_, _ = io.WriteString(w, `{"a":0}`)
			})
			b := metrictest.Block{"url": url + test.path, "json_path": "$.a"}
			for argument, value := range test.more {
				b[argument] = value
			}
			s := metric.Subject{Color: "green", Environment: `a "b"&`, Version: "2.0"}
			got, err := metrictest.MustOpen(t, web.Kind(), nil, b).Read(t.Context(), s)
			if err != nil || got.Value != 0 {
				t.Errorf("Read = %v, %v", got, err)
			}
		})
	}
}

func TestRefusedAtPlan(t *testing.T) {
	t.Parallel()
	for at, change := range map[string]metrictest.Block{
		"url":                  {"url": "loki/query"},
		"json_path":            {"json_path": "$.["},
		"sample_json_path":     {"sample_json_path": "$.["},
		`require["$.["]`:       {"require": map[string]string{"$.[": "1"}},
		"bearer_token_env":     {"bearer_token_env": "NO_SUCH_VARIABLE"},
		`headers_env["X-Key"]`: {"headers_env": map[string]string{"X-Key": "NO_SUCH_VARIABLE"}},
		"tls.ca_cert":          {"tls": metrictest.Block{"ca_cert": "none"}},
	} {
		b := metrictest.Block{"url": "http://127.0.0.1:1/", "json_path": "$.a"}
		for argument, value := range change {
			b[argument] = value
		}
		_, err := metrictest.Open(t, web.Kind(), nil, b)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || attribute.Path.String() != at {
			t.Errorf("%s: Open = %v", at, err)
		}
	}
}

func TestTraits(t *testing.T) {
	t.Parallel()
	b := metrictest.Block{"url": "http://127.0.0.1:1/", "json_path": "$.a"}
	traits := func() metric.Traits {
		return metrictest.MustOpen(t, web.Kind(), nil, b).(metric.Describer).Traits()
	}
	if got := traits(); got.Tells || got.Counts {
		t.Errorf("%+v", got)
	}
	b["body"], b["sample_json_path"] = "{{color}}", "$.n"
	if got := traits(); !got.Tells || !got.Counts {
		t.Errorf("%+v", got)
	}
}

func TestTimeoutAndSecrets(t *testing.T) {
	t.Parallel()
	url := reply(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	b := metrictest.Block{
		"url": url + "/path?key=s3cret", "json_path": "$.a", "timeout": "50ms", "bearer_token": "s3cret",
		"headers": map[string]string{"X-Key": "s3cret"},
	}
	if _, err := read(t, b); !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("Read = %v", err)
	}
}

// TestSubjectInPaths has an API answer for both colors at once.
func TestSubjectInPaths(t *testing.T) {
	t.Parallel()
	url := reply(t, always(http.StatusOK, `{"blue":{"errors":1,"hits":10,"color":"blue"},"green":{"errors":7,"hits":70,"color":"green"},"it's \\":3}`))
	b := metrictest.Block{
		"url": url, "json_path": "$.{{color}}.errors", "sample_json_path": "$['{{color}}'].hits", "require": map[string]string{"$.green.color": "{{color}}"},
	}
	got, err := read(t, b)
	if err != nil || got.Value != 7 || got.Samples != 70 {
		t.Errorf("Read = %+v, %v", got, err)
	}
	m := metrictest.MustOpen(t, web.Kind(), nil, b)
	if !m.(metric.Describer).Traits().Tells {
		t.Error("the color in the path does not count")
	}
	if _, err := m.Read(t.Context(), metrictest.Blue); !errors.Is(err, metric.ErrPartial) {
		t.Errorf("Read of the other = %v", err)
	}
	odd := metric.Subject{Color: "green", Environment: `it's \`, Version: "1"}
	got, err = metrictest.MustOpen(t, web.Kind(), nil, metrictest.Block{"url": url, "json_path": "$['{{environment}}']"}).Read(t.Context(), odd)
	if err != nil || got.Value != 3 {
		t.Errorf("Read of an odd name = %+v, %v", got, err)
	}
	half := metrictest.MustOpen(t, web.Kind(), nil, metrictest.Block{"url": url, "json_path": "$.{{color"})
	if err := half.(metric.Describer).Traits().Err; !errors.Is(err, metric.ErrPlaceholder) {
		t.Errorf("half a placeholder: %v", err)
	}
}
