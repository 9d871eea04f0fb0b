package prometheus_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/promql"
)

// TestReports has answers that users of Prometheus in Argo Rollouts and Flagger
// report.
func TestReports(t *testing.T) {
	t.Parallel()
	vector := func(result string) string {
		return `{"status":"success","data":{"resultType":"vector","result":[` + result + `]}}`
	}
	sample := func(v string) string { return `{"metric":{"pod":"a"},"value":[1700000000,"` + v + `"]}` }
	for name, test := range map[string]struct {
		status int
		body   string
		value  float64
		err    error
		say    string
	}{
		"argo-rollouts 180, flagger 1095: NaN":             {200, vector(sample("NaN")), 0, metric.ErrNotFinite, ""},
		"argo-rollouts 977: infinite":                      {200, vector(sample("+Inf")), 0, metric.ErrNotFinite, ""},
		"argo-rollouts 1466, flagger 883: an empty vector": {200, vector(""), 0, metric.ErrNoData, ""},
		"flagger 892: a metric that nobody has":            {200, vector(""), 0, metric.ErrNoData, "no series"},
		"flagger 1689: several pods":                       {200, vector(sample("1") + "," + sample("0")), 0, metric.ErrSeveral, "sum them"},
		"flagger 1353: zero is an answer":                  {200, vector(sample("0")), 0, nil, ""},
		"argo-rollouts 2101: a range":                      {200, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"]]}]}}`, 0, metric.ErrNoData, "matrix"},
		"a string":                                         {200, `{"status":"success","data":{"resultType":"string","result":[1,"5"]}}`, 0, promql.ErrNotPrometheus, ""},
		"a scalar":                                         {200, `{"status":"success","data":{"resultType":"scalar","result":[1,"5"]}}`, 5, nil, ""},
		"Thanos: a store is away":                          {200, strings.Replace(vector(sample("1")), `"data"`, `"warnings":["No StoreAPIs matched for this query"],"data"`, 1), 0, metric.ErrPartial, "No StoreAPIs"},
		"Mimir: no tenant":                                 {401, "no org id\n", 0, nil, "401"},
		"a native histogram":                               {200, vector(`{"metric":{},"histogram":[1,{"count":"5","sum":"9","buckets":[]}]}`), 0, metric.ErrNotFinite, "histogram"},
		"a query that times out":                           {503, `{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}`, 0, nil, "timed out"},
		"too many samples":                                 {422, `{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory"}`, 0, nil, "too many samples"},
		"a page to sign in, with 200":                      {200, page, 0, promql.ErrNotPrometheus, ""},
	} {
		got, err := read(t, ask(reply(t, test.status, test.body), "vector(1)"))
		switch {
		case test.err == nil && test.say == "":
			if err != nil || got.Value != test.value {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		case err == nil, test.err != nil && !errors.Is(err, test.err), !strings.Contains(err.Error(), test.say):
			t.Errorf("%s: %v", name, err)
		}
	}
}
