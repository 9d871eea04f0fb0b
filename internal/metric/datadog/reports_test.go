package datadog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/datadog"
)

// TestReports has answers that users of Datadog's queries in other tools report.
func TestReports(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		value  float64
		err    error
		say    string // in the error
	}{
		"argo-rollouts 3605: another host's 404":           {404, `{"errors":["Not found"]}`, 0, nil, "404 Not Found: Not found"},
		"argo-rollouts 2771: a page with 500":              {500, "<!DOCTYPE html><script>s3cret()</script>", 0, nil, "500 Internal Server Error"},
		"argo-rollouts 3730: JSON:API says what is wrong":  {400, `{"errors":[{"title":"Generic Error","detail":"aggregator is not valid"}]}`, 0, nil, "aggregator is not valid: Generic Error"},
		"argo-rollouts 1576: no value, no crash":           {200, `{"data":{"attributes":{"columns":[{"type":"number","values":[null]}]}}}`, 0, metric.ErrNoData, ""},
		"argo-rollouts 817: an empty document":             {200, `{}`, 0, datadog.ErrAnswer, ""},
		"argo-rollouts 2628: no column":                    {200, answer(""), 0, metric.ErrNoData, ""},
		"argo-rollouts 4479: by a tag":                     {200, answer(`{"name":"container","type":"group","values":[["a"],["b"]]},` + number("0,9")), 0, metric.ErrSeveral, "group by nothing"},
		"flagger 1815: the value itself, not another":      {200, answer(number("20")), 20, nil, ""},
		"argo-rollouts 3293: a number with a point":        {200, answer(number("17.0")), 17, nil, ""},
		"a key without the scope":                          {403, `{"errors":[{"status":"403","title":"Forbidden","detail":"Failed permission authorization checks for s3cret-app"}]}`, 0, nil, "permission authorization checks for (secret)"},
		"an answer that is partial":                        {200, strings.Replace(answer(number("1")), `{"data"`, `{"errors":"1 of 2 shards","data"`, 1), 0, metric.ErrPartial, "1 of 2 shards"},
		"a number that is text":                            {200, answer(number(`"0"`)), 0, datadog.ErrAnswer, ""},
		"argo-rollouts 3286: a limit is told with its end": {429, `{"errors":["Rate limit of 100 requests in 10 seconds reached"]}`, 0, nil, "left alone for 30s"},
	} {
		got, err := read(t, serve(t, always(test.status, test.body)))
		switch {
		case test.err == nil && test.say == "":
			if err != nil || got.Value != test.value {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		case err == nil, test.err != nil && !errors.Is(err, test.err), !strings.Contains(err.Error(), test.say), strings.Contains(err.Error(), "s3cret"):
			t.Errorf("%s: %v", name, err)
		}
	}
}
