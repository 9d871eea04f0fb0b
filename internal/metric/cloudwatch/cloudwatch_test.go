package cloudwatch_test

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

	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/cloudwatch"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
)

const secret = "s3cret-key"

// world is CloudWatch as its reference has it, in RPC v2 CBOR.
type world struct {
	t       *testing.T
	asked   atomic.Int64
	answers []answer // the last one is repeated
}

type answer struct {
	status int
	header map[string]string
	body   cbor.Value
}

func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/operation/GetMetricData") || !strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/monitoring/") {
		w.t.Errorf("%s %s", r.URL, r.Header.Get("Authorization"))
	}
	body, _ := io.ReadAll(r.Body)
	w.check(body)
	a := w.answers[min(int(w.asked.Add(1)), len(w.answers))-1]
	rw.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	rw.Header().Set("Content-Type", "application/cbor")
	for name, value := range a.header {
		rw.Header().Set(name, value)
	}
	rw.WriteHeader(a.status)
	_, _ = rw.Write(cbor.Encode(a.body))
}

// check looks at what was asked for.
func (w *world) check(body []byte) {
	decoded, err := cbor.Decode(body)
	if err != nil {
		w.t.Error(err)
		return
	}
	input := decoded.(cbor.Map)
	queries := input["MetricDataQueries"].(cbor.List)
	first := queries[0].(cbor.Map)["MetricStat"].(cbor.Map)
	measured := first["Metric"].(cbor.Map)
	dimension := measured["Dimensions"].(cbor.List)[0].(cbor.Map)
	if name := fmt.Sprint(measured["Namespace"], measured["MetricName"]); !strings.HasPrefix(name, "AWS/greenshop-green/") && !strings.HasPrefix(name, "AWS/green shop-green/") {
		w.t.Errorf("asked for %s", name)
	}
	last := queries[len(queries)-1].(cbor.Map)
	if dimension["Value"] != cbor.String("targetgroup/green/1") || first["Stat"] != cbor.String("Sum") || last["ReturnData"] != cbor.Bool(true) ||
		input["ScanBy"] != cbor.String("TimestampDescending") {
		w.t.Errorf("asked for %v", input)
	}
}

// TestSamplesOfTheSamePeriod takes the samples of the period that the value is of.
// CloudWatch is late: an expression that fills in zeros has some for a newer period
// already, and they are of no value.
func TestSamplesOfTheSamePeriod(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		times   []float64
		samples float64 // 0: none
	}{
		"a newer one is there": {[]float64{1.70000012e9, 1.70000006e9, 1.7e9}, 70},
		"an older one alone":   {[]float64{1.69999994e9, 1.69999988e9, 1.69999982e9}, 0},
		"a time is missing":    {[]float64{1.7e9}, 0},
	} {
		samples := result("bluegreen__samples", "s", "Complete", 0, 0, 70)
		var times cbor.List
		for _, at := range test.times {
			times = append(times, &cbor.Tag{ID: 1, Value: cbor.Float64(at)})
		}
		samples["Timestamps"] = times
		_, sessions := start(t, ok(page("", result(value, "e", "Complete", 2), samples)))
		block := errorsOverHits()
		block["sample_expression"] = "hits"
		got, err := metrictest.MustOpen(t, cloudwatch.Kind(), sessions, block).Read(t.Context(), metrictest.Green)
		if (err == nil) != (test.samples > 0) || err == nil && got.Samples != test.samples {
			t.Errorf("%s: %v, %v; want %v samples", name, got, err, test.samples)
		}
	}
}

// page is one page of results.
func page(token string, results ...cbor.Value) cbor.Map {
	p := cbor.Map{"MetricDataResults": cbor.List(results), "Messages": cbor.List{}}
	if token != "" {
		p["NextToken"] = cbor.String(token)
	}
	return p
}

func result(id, label, status string, values ...float64) cbor.Map {
	var numbers, times cbor.List
	for range values {
		times = append(times, &cbor.Tag{ID: 1, Value: cbor.Float64(1.7e9)})
	}
	for _, v := range values {
		numbers = append(numbers, cbor.Float64(v))
	}
	return cbor.Map{
		"Id": cbor.String(id), "Label": cbor.String(label), "StatusCode": cbor.String(status), "Values": numbers, "Timestamps": times,
	}
}

func ok(body cbor.Value) answer { return answer{status: 200, body: body} }

// failure is an error as CloudWatch answers it.
func failure(status int, code, message string) answer {
	return answer{status, nil, cbor.Map{"__type": cbor.String("com.amazonaws.cloudwatch#" + code), "message": cbor.String(message)}}
}

const value = "bluegreen__value"

func start(t *testing.T, answers ...answer) (*world, *session.Sessions) {
	t.Helper()
	w := &world{t: t, answers: answers}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	return w, metrictest.Sessions(t, awscloud.New(), blocktest.Values{
		"region": "eu-west-1", "access_key": "AKIAEXAMPLE", "secret_key": secret, "endpoints": blocktest.Values{"cloudwatch": server.URL},
	})
}

func errorsOverHits() metrictest.Block {
	one := func(name string) blocktest.Values {
		return blocktest.Values{
			"namespace": "AWS/{{color}}", "name": "{{environment}}/" + name, "stat": "Sum", "dimensions": map[string]string{"TargetGroup": "targetgroup/{{color}}/1"},
		}
	}
	return metrictest.Block{
		"metrics":    map[string]blocktest.Values{"errors": one("HTTPCode_Target_5XX_Count"), "hits": one("RequestCount")},
		"expression": "100 * FILL(errors, 0) / hits",
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers []answer
		value   float64
		err     error
		say     string
	}{
		"newest":               {[]answer{ok(page("", result(value, "e", "Complete", 2.5, 9)))}, 2.5, nil, ""},
		"zero":                 {[]answer{ok(page("", result(value, "e", "Complete", 0)))}, 0, nil, ""},
		"two pages":            {[]answer{ok(page("next", result(value, "e", "PartialData", 3))), ok(page("", result(value, "e", "Complete", 4)))}, 3, nil, ""},
		"second page":          {[]answer{ok(page("next")), ok(page("", result(value, "e", "Complete", 4)))}, 4, nil, ""},
		"endless":              {[]answer{ok(page("next"))}, 0, metric.ErrPartial, "20 pages"},
		"no value":             {[]answer{ok(page("", result(value, "e", "Complete")))}, 0, metric.ErrNoData, ""},
		"no result":            {[]answer{ok(page(""))}, 0, metric.ErrNoData, ""},
		"several":              {[]answer{ok(page("", result(value, "a", "Complete", 1), result(value, "b", "Complete", 2)))}, 0, metric.ErrSeveral, "2 series"},
		"one label twice":      {[]answer{ok(page("", result(value, "e", "Complete", 1), result(value, "e", "Complete", 90)))}, 0, metric.ErrSeveral, "2 series"},
		"one label, no status": {[]answer{ok(page("next", result(value, "e", "", 1))), ok(page("", result(value, "e", "Complete", 90)))}, 0, metric.ErrSeveral, "2 series"},
		"partial":              {[]answer{ok(page("", result(value, "e", "PartialData", 1)))}, 0, metric.ErrPartial, "PartialData"},
		"fault":                {[]answer{ok(page("", result(value, "e", "InternalError", 1)))}, 0, metric.ErrPartial, "InternalError"},
		"throttled":            {[]answer{failure(400, "ThrottlingException", "Rate exceeded")}, 0, nil, "Rate exceeded"},
		"bad request":          {[]answer{failure(400, "InvalidParameterValueException", "Error in expression")}, 0, nil, "Error in expression"},
		"denied":               {[]answer{failure(403, "AccessDeniedException", "not authorized to perform: cloudwatch:GetMetricData")}, 0, session.ErrAccessDenied, "GetMetricData"},
		"server error":         {[]answer{failure(500, "InternalServiceFault", "oops")}, 0, nil, "StatusCode: 500"},
		"message": {[]answer{ok(cbor.Map{"MetricDataResults": cbor.List{}, "Messages": cbor.List{
			cbor.Map{"Code": cbor.String("MaxMetricsExceeded"), "Value": cbor.String("too many metrics")},
		}})}, 0, metric.ErrPartial, "too many metrics"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, sessions := start(t, test.answers...)
			got, err := metrictest.MustOpen(t, cloudwatch.Kind(), sessions, errorsOverHits()).Read(t.Context(), metrictest.Green)
			switch {
			case test.err == nil && test.say == "":
				if err != nil || got.Value != test.value {
					t.Errorf("Read = %v, %v", got, err)
				}
			case err == nil, test.err != nil && !errors.Is(err, test.err), !strings.Contains(err.Error(), test.say), strings.Contains(err.Error(), secret):
				t.Errorf("Read = %v; want %v %q", err, test.err, test.say)
			}
			if asked := w.asked.Load(); name != "endless" && int(asked) != len(test.answers) {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

func TestSamples(t *testing.T) {
	t.Parallel()
	_, sessions := start(t, ok(page("", result(value, "e", "Complete", 2), result("bluegreen__samples", "s", "Complete", 70))))
	b := errorsOverHits()
	b["sample_expression"] = "hits"
	got, err := metrictest.MustOpen(t, cloudwatch.Kind(), sessions, b).Read(t.Context(), metrictest.Green)
	if err != nil || got.Value != 2 || got.Samples != 70 {
		t.Errorf("Read = %+v, %v", got, err)
	}
}

func TestNoRegionAndSlow(t *testing.T) {
	t.Setenv("AWS_REGION", "")
	t.Setenv("AWS_DEFAULT_REGION", "")
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/none")
	sessions := metrictest.Sessions(t, awscloud.New(), nil)
	_, err := metrictest.MustOpen(t, cloudwatch.Kind(), sessions, errorsOverHits()).Read(t.Context(), metrictest.Green)
	if !errors.Is(err, session.ErrConfig) {
		t.Errorf("Read = %v", err)
	}
	_, sessions = start(t, ok(page("")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := metrictest.MustOpen(t, cloudwatch.Kind(), sessions, errorsOverHits()).Read(ctx, metrictest.Green); !errors.Is(err, context.Canceled) {
		t.Errorf("Read = %v", err)
	}
}

func TestRefusedAtPlan(t *testing.T) {
	t.Parallel()
	for at, change := range map[string]metrictest.Block{
		"expression": {"expression": nil},
		"period":     {"period": "45s"},
		"window":     {"period": "10m", "window": "5m"},
	} {
		b := errorsOverHits()
		for argument, value := range change {
			b[argument] = value
		}
		_, err := metrictest.Open(t, cloudwatch.Kind(), nil, b)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || attribute.Path.String() != at {
			t.Errorf("%s: Open = %v", at, err)
		}
	}
}

// TestExpressionAlone has an expression and no metric, with the subject in it.
func TestExpressionAlone(t *testing.T) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		decoded, err := cbor.Decode(body)
		if err != nil {
			t.Error(err)
			return
		}
		for _, query := range decoded.(cbor.Map)["MetricDataQueries"].(cbor.List) {
			asked = append(asked, fmt.Sprint(query.(cbor.Map)["Expression"], query.(cbor.Map)["Period"]))
		}
		rw.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
		rw.Header().Set("Content-Type", "application/cbor")
		_, _ = rw.Write(cbor.Encode(page("", result("bluegreen__value", "x", "Complete", 3), result("bluegreen__samples", "x", "Complete", 80))))
	}))
	t.Cleanup(server.Close)
	sessions := metrictest.Sessions(t, awscloud.New(), metrictest.Block{
		"region": "eu-west-1", "access_key": "AKIA", "secret_key": secret, "endpoints": metrictest.Block{"cloudwatch": server.URL},
	})
	m := metrictest.MustOpen(t, cloudwatch.Kind(), sessions, metrictest.Block{
		"expression": `SELECT SUM(Errors) FROM "Shop" WHERE env = '{{environment}}'`, "sample_expression": `SUM(SEARCH('env="{{color}}"', 'Sum'))`, "period": "20s",
	})
	got, err := m.Read(t.Context(), metrictest.Green)
	if err != nil || got.Value != 3 || got.Samples != 80 {
		t.Errorf("Read = %+v, %v", got, err)
	}
	if text := strings.Join(asked, " "); !strings.Contains(text, "'shop-green'") || !strings.Contains(text, `"green"`) || !strings.Contains(text, "20") {
		t.Errorf("asked for %s", text)
	}
	if !m.(metric.Describer).Traits().Tells {
		t.Error("the color in the expression does not count")
	}
}
