package cloudmonitoring_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/cloudmonitoring"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/promql"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
)

const token = "ya29.s3cret"

func vector(samples string) string {
	return `{"status":"success","data":{"resultType":"vector","result":[` + samples + `]}}`
}

const one = `{"metric":{},"value":[1700000000,"2.5"]}`

// serve is the API as its reference has it.
func serve(t *testing.T, status int, body string) *session.Sessions {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.Path != "/v1/projects/shop/location/global/prometheus/api/v1/query" ||
			r.URL.Query().Get("query") != `vector(1) and up{c="green"}` || r.Header.Get("Authorization") != "Bearer "+token ||
			r.Header.Get("X-Goog-User-Project") != "shop" {
			t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
		}
		w.Header().Set("Location", "/login")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return metrictest.Sessions(t, gcpcloud.New(), metrictest.Block{
		"project": "shop", "access_token": token, "monitoring_endpoint": server.URL, "user_project_override": true,
	})
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		err    error
		say    string
	}{
		"one":        {200, vector(one), nil, ""},
		"none":       {200, vector(""), metric.ErrNoData, ""},
		"several":    {200, vector(one + "," + one), metric.ErrSeveral, ""},
		"NaN":        {200, vector(strings.Replace(one, "2.5", "NaN", 1)), metric.ErrNotFinite, ""},
		"warning":    {200, strings.TrimSuffix(vector(one), "}") + `,"warnings":["some data is missing"]}`, metric.ErrPartial, "some data is missing"},
		"HTML":       {200, "<html>", promql.ErrNotPrometheus, ""},
		"redirect":   {302, "", httpclient.ErrRedirect, ""},
		"bad query":  {400, `{"status":"error","errorType":"bad_data","error":"unknown metric"}`, nil, "unknown metric"},
		"denied":     {403, `{"error":{"code":403,"message":"Permission denied","status":"PERMISSION_DENIED"}}`, nil, "403"},
		"rate limit": {429, `{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}}`, nil, "429"},
		"fault":      {503, "<html>", nil, "503"},
	} {
		b := metrictest.Block{"query": `vector(1) and up{c="{{color}}"}`}
		got, err := metrictest.MustOpen(t, cloudmonitoring.Kind(), serve(t, test.status, test.body), b).Read(t.Context(), metrictest.Green)
		switch {
		case name == "one":
			if err != nil || got.Value != 2.5 {
				t.Errorf("Read = %v, %v", got, err)
			}
		case err == nil, test.err != nil && !errors.Is(err, test.err), !strings.Contains(err.Error(), test.say), strings.Contains(err.Error(), "s3cret"):
			t.Errorf("%s: Read = %v; want %v %q", name, err, test.err, test.say)
		}
	}
}

func TestNoProject(t *testing.T) {
	for _, variable := range []string{"GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"} {
		t.Setenv(variable, "")
	}
	sessions := metrictest.Sessions(t, gcpcloud.New(), metrictest.Block{"access_token": token})
	m := metrictest.MustOpen(t, cloudmonitoring.Kind(), sessions, metrictest.Block{"query": "up"})
	if _, err := m.Read(t.Context(), metrictest.Green); !errors.Is(err, cloudmonitoring.ErrConfig) {
		t.Errorf("Read = %v", err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	_, err := metrictest.Open(t, cloudmonitoring.Kind(), nil, metrictest.Block{"query": "up[5m]"})
	var attribute *block.AttributeError
	if !errors.As(err, &attribute) || !errors.Is(err, promql.ErrQuery) {
		t.Errorf("Open = %v", err)
	}
	sessions := metrictest.Sessions(t, gcpcloud.New(), metrictest.Block{"monitoring_endpoint": "http://monitoring.internal"})
	m := metrictest.MustOpen(t, cloudmonitoring.Kind(), sessions, metrictest.Block{"query": "up"})
	if _, err := m.Read(t.Context(), metrictest.Green); !errors.Is(err, session.ErrConfig) {
		t.Errorf("Read = %v", err)
	}
}
