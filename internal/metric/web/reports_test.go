package web_test

import (
	"errors"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
)

// TestReports has answers that users of such metrics in other tools report.
func TestReports(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status     int
		body, path string
		value      float64
		want       error
	}{
		"argo-rollouts 4535: an empty answer is no success":    {200, "", "$.a", 0, httpclient.ErrNotJSON},
		"argo-rollouts 4770: text is no success":               {200, "error", "$.a", 0, httpclient.ErrNotJSON},
		"no content":                                           {204, "", "$.a", 0, httpclient.ErrNotJSON},
		"argo-rollouts 717: the whole answer":                  {200, "7", "$", 7, nil},
		"argo-rollouts 3503: an empty list":                    {200, "[]", "$[0].value", 0, metric.ErrNoData},
		"Graphite: the last point is null":                     {200, `[{"target":"x","datapoints":[[3,1],[null,2]]}]`, "$[0].datapoints[-1:][0]", 0, metric.ErrNoData},
		"argo-rollouts 2623: a list of values":                 {200, `[[0.3,0.2]]`, "$[0][*]", 0, metric.ErrSeveral},
		"argo-rollouts 2758: NaN without quotes":               {200, `{"a":NaN}`, "$.a", 0, httpclient.ErrNotJSON},
		"a percent sign":                                       {200, `{"a":"12%"}`, "$.a", 0, httpclient.ErrValueType},
		"thousands":                                            {200, `{"a":"1,234"}`, "$.a", 0, httpclient.ErrValueType},
		"a number in text":                                     {200, `{"a":"1e-3"}`, "$.a", 0.001, nil},
		"true is no number":                                    {200, `{"a":true}`, "$.a", 0, httpclient.ErrValueType},
		"XML":                                                  {200, `<?xml version="1.0"?><a>1</a>`, "$.a", 0, httpclient.ErrNotJSON},
		"JSON within text":                                     {200, `{"body":"{\"a\":1}"}`, "$.body.a", 0, metric.ErrNoData},
		"InfluxDB: a series without values":                    {200, `{"results":[{"statement_id":0}]}`, "$.results[0].series[0].values[0][1]", 0, metric.ErrNoData},
		"a number too large for a float":                       {200, `{"a":1e999}`, "$.a", 0, httpclient.ErrNotJSON},
		"argo-rollouts 4203: a name with a dot, in its quotes": {200, `{"a.b":5}`, "$['a.b']", 5, nil},
	} {
		got, err := read(t, metrictest.Block{"url": reply(t, always(test.status, test.body)), "json_path": test.path})
		if !errors.Is(err, test.want) || (test.want == nil && (err != nil || got.Value != test.value)) {
			t.Errorf("%s: Read = %v, %v; want %v, %v", name, got.Value, err, test.value, test.want)
		}
	}
}
