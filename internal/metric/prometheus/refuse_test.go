package prometheus_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/prometheus"
)

// TestRefusedAtPlan opens blocks that can never measure. Nobody is called.
func TestRefusedAtPlan(t *testing.T) {
	t.Setenv("EMPTY_TOKEN", "")
	const url = "http://127.0.0.1:1"
	for name, test := range map[string]struct {
		change metrictest.Block
		at     string // the attribute
		say    string
	}{
		"parse error":       {metrictest.Block{"query": "sum(rate(x[1m])"}, "query", "unclosed left parenthesis"},
		"no such function":  {metrictest.Block{"query": "sums(x)"}, "query", "unknown function"},
		"range":             {metrictest.Block{"query": "http_requests_total[5m]"}, "query", "range vector"},
		"subquery":          {metrictest.Block{"query": "rate(x[1m])[5m:1m]"}, "query", "range vector"},
		"text":              {metrictest.Block{"query": `"5"`}, "query", "string"},
		"empty":             {metrictest.Block{"query": " "}, "query", ""},
		"sample query":      {metrictest.Block{"sample_query": "x["}, "sample_query", ""},
		"no URL":            {metrictest.Block{"url": "prometheus:9090"}, "url", "whole URL"},
		"two credentials":   {metrictest.Block{"bearer_token": "s3cret", "username": "u"}, "bearer_token", "not both"},
		"no variable":       {metrictest.Block{"bearer_token_env": "EMPTY_TOKEN"}, "bearer_token_env", "EMPTY_TOKEN"},
		"given twice":       {metrictest.Block{"password": "s3cret", "password_env": "EMPTY_TOKEN"}, "password_env", "not both"},
		"certificate alone": {metrictest.Block{"tls": metrictest.Block{"client_cert": "x"}}, "tls.client_cert", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := metrictest.Block{"url": url, "query": "vector(1)"}
			for argument, value := range test.change {
				b[argument] = value
			}
			_, err := metrictest.Open(t, prometheus.Kind(), nil, b)
			var at *block.AttributeError
			if !errors.As(err, &at) || at.Path.String() != test.at || !strings.Contains(err.Error(), test.say) {
				t.Errorf("Open = %v; want %q on %s", err, test.say, test.at)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("it shows the secret: %v", err)
			}
		})
	}
}

// TestTakenAtPlan opens queries that a server may well answer.
func TestTakenAtPlan(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"1", "vector(1)", errorShare, naive, "limitk(1, up)", "sum(up offset 5m)",
		`histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{environment="{{color}}"}[1m])))`,
		`sum(rate(x{release="{{version}}",env="{{environment}}"}[1m]))`,
	} {
		if _, err := metrictest.Open(t, prometheus.Kind(), nil, local(query)); err != nil {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func local(query string) metrictest.Block {
	return metrictest.Block{"url": "http://127.0.0.1:1", "query": query}
}

func TestTraits(t *testing.T) {
	t.Parallel()
	for query, tells := range map[string]bool{`x{c="{{color}}"}`: true, `x{c="{{environment}}"}`: true, `x{c="green"}`: false} {
		m := open(t, local(query)).(metric.Describer)
		if got := m.Traits(); got.Tells != tells || got.Counts {
			t.Errorf("%s: %+v", query, got)
		}
	}
}

// TestOtherLanguages opens what VictoriaMetrics alone understands, when told so.
func TestOtherLanguages(t *testing.T) {
	t.Parallel()
	b := metrictest.Block{"url": "http://127.0.0.1:1", "query": `rate(x{color="{{color}}"}[1m]) default 0`, "sample_query": "sum(x) keep_metric_names"}
	if _, err := metrictest.Open(t, prometheus.Kind(), nil, b); err == nil {
		t.Error("it is taken for PromQL")
	}
	b["check_query"] = false
	if _, err := metrictest.Open(t, prometheus.Kind(), nil, b); err != nil {
		t.Error(err)
	}
}
