package metric

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// table reads what it has for a color; a color that it lacks has no data.
type table map[traffic.Color]Reading

func (t table) Read(_ context.Context, s Subject) (Reading, error) {
	r, ok := t[s.Color]
	if !ok {
		return Reading{}, ErrNoData
	}
	return r, nil
}

func of(v float64) Reading { return Reading{Value: v, Samples: math.NaN()} }

func ptr(v float64) *float64 { return &v }

func TestMonitor(t *testing.T) {
	for name, test := range map[string]struct {
		condition Condition
		metric    table
		want      cutover.Verdict
	}{
		"below max":               {Condition{Max: ptr(5)}, table{"green": of(4)}, cutover.Pass},
		"at max":                  {Condition{Max: ptr(5)}, table{"green": of(5)}, cutover.Pass},
		"above max":               {Condition{Max: ptr(5)}, table{"green": of(5.1)}, cutover.Fail},
		"zero is a value":         {Condition{Max: ptr(5)}, table{"green": of(0)}, cutover.Pass},
		"below min":               {Condition{Min: ptr(1)}, table{"green": of(0)}, cutover.Fail},
		"at min":                  {Condition{Min: ptr(1)}, table{"green": of(1)}, cutover.Pass},
		"no data":                 {Condition{Max: ptr(5)}, table{}, cutover.Inconclusive},
		"NaN":                     {Condition{Max: ptr(5)}, table{"green": of(math.NaN())}, cutover.Inconclusive},
		"infinite":                {Condition{Min: ptr(5)}, table{"green": of(math.Inf(1))}, cutover.Inconclusive},
		"enough samples":          {Condition{Max: ptr(5), MinSamples: 10}, table{"green": {Value: 1, Samples: 10}}, cutover.Pass},
		"too few samples":         {Condition{Max: ptr(5), MinSamples: 10}, table{"green": {Value: 1, Samples: 9}}, cutover.Inconclusive},
		"samples not known":       {Condition{Max: ptr(5), MinSamples: 10}, table{"green": of(1)}, cutover.Inconclusive},
		"ratio holds":             {Condition{MaxRatioToOther: ptr(1.5)}, table{"green": of(3), "blue": of(2)}, cutover.Pass},
		"ratio does not":          {Condition{MaxRatioToOther: ptr(1.5)}, table{"green": of(3.1), "blue": of(2)}, cutover.Fail},
		"ratio to zero":           {Condition{MaxRatioToOther: ptr(2)}, table{"green": of(0.1), "blue": of(0)}, cutover.Fail},
		"zero to zero":            {Condition{MaxRatioToOther: ptr(2)}, table{"green": of(0), "blue": of(0)}, cutover.Pass},
		"ratio without the other": {Condition{MaxRatioToOther: ptr(2)}, table{"green": of(1)}, cutover.Inconclusive},
		"bad whatever the ratio":  {Condition{Max: ptr(5), MaxRatioToOther: ptr(2)}, table{"green": of(6), "blue": of(6)}, cutover.Fail},
	} {
		t.Run(name, func(t *testing.T) {
			m := Monitor{
				Label: "errors", Metric: test.metric, Condition: test.condition,
				Subject: Subject{Color: traffic.Green}, Other: Subject{Color: traffic.Blue},
			}
			got := m.Measure(t.Context())
			if got.Verdict != test.want || (got.Err == nil) != (test.want == cutover.Pass) {
				t.Errorf("Measure = %+v, want %s", got, test.want)
			}
		})
	}
}

// broken is a metric that gives no answer.
type broken struct{ err error }

func (b broken) Read(context.Context, Subject) (Reading, error) { return Reading{}, b.err }

// TestErrorsNameNoPackage: users know a metric by the name that they gave it.
func TestErrorsNameNoPackage(t *testing.T) {
	for cause, want := range map[error]string{
		errs.Package("haproxystats").New("no data: 3 requests"): "no data: 3 requests",
		errors.New("no data"):                            "no data",
		errors.New(`Get "http://x": connection refused`): `Get "http://x": connection refused`,
	} {
		m := Monitor{Label: "errors", Metric: broken{cause}, Condition: Condition{Max: ptr(5)}}
		if got := m.Measure(t.Context()); got.Err.Error() != want || !errors.Is(got.Err, cause) {
			t.Errorf("%q became %q", cause, got.Err)
		}
	}
}

func TestConditionValidate(t *testing.T) {
	for name, test := range map[string]struct {
		condition Condition
		valid     bool
	}{
		"none":       {Condition{}, false},
		"max":        {Condition{Max: ptr(0)}, true},
		"min":        {Condition{Min: ptr(0)}, true},
		"crossed":    {Condition{Max: ptr(1), Min: ptr(2)}, false},
		"one value":  {Condition{Max: ptr(1), Min: ptr(1)}, true},
		"zero ratio": {Condition{MaxRatioToOther: ptr(0)}, false},
		"ratio":      {Condition{MaxRatioToOther: ptr(1)}, true},
	} {
		if err := test.condition.Validate(); (err == nil) != test.valid || (err != nil && !errors.Is(err, ErrCondition)) {
			t.Errorf("%s: Validate = %v", name, err)
		}
	}
}

func TestExpand(t *testing.T) {
	s := Subject{Color: traffic.Green, Environment: "shop-green", Version: "2.0"}
	got := s.Expand(`rate(x{color="{{color}}",env="{{environment}}",v="{{version}}",other="{{nothing}}"}[1m])`)
	want := `rate(x{color="green",env="shop-green",v="2.0",other="{{nothing}}"}[1m])`
	if got != want {
		t.Errorf("Expand = %s, want %s", got, want)
	}
}

// described is a metric with traits.
type described struct {
	table
	traits Traits
}

func (d described) Traits() Traits { return d.traits }

func TestMonitorValidate(t *testing.T) {
	ratio, samples := Condition{MaxRatioToOther: ptr(1.5)}, Condition{Max: ptr(1), MinSamples: 1}
	for name, test := range map[string]struct {
		condition Condition
		metric    Metric
		valid     bool
	}{
		"nothing known":       {ratio, table{}, true},
		"same for both":       {ratio, described{}, false},
		"tells them apart":    {ratio, described{traits: Traits{Tells: true}}, true},
		"samples not counted": {samples, described{traits: Traits{Tells: true}}, false},
		"samples counted":     {samples, described{traits: Traits{Counts: true}}, true},
		"needs neither":       {Condition{Max: ptr(1)}, described{}, true},
		"no condition":        {Condition{}, table{}, false},
	} {
		err := Monitor{Metric: test.metric, Condition: test.condition}.Validate()
		if (err == nil) != test.valid || (err != nil && !errors.Is(err, ErrCondition)) {
			t.Errorf("%s: Validate = %v", name, err)
		}
	}
}

// TestAlone: without traffic on the other color there is no ratio to judge by,
// and all else is judged as before.
func TestAlone(t *testing.T) {
	for name, test := range map[string]struct {
		condition Condition
		metric    table
		want      cutover.Verdict
	}{
		"a ratio only":    {Condition{MaxRatioToOther: ptr(2)}, table{"green": of(1)}, cutover.Pass},
		"no data":         {Condition{MaxRatioToOther: ptr(2)}, table{}, cutover.Inconclusive},
		"within bounds":   {Condition{Max: ptr(5), MaxRatioToOther: ptr(2)}, table{"green": of(5)}, cutover.Pass},
		"beyond bounds":   {Condition{Max: ptr(5), MaxRatioToOther: ptr(2)}, table{"green": of(6)}, cutover.Fail},
		"too few samples": {Condition{MaxRatioToOther: ptr(2), MinSamples: 10}, table{"green": {Value: 1, Samples: 9}}, cutover.Inconclusive},
	} {
		t.Run(name, func(t *testing.T) {
			m := Monitor{Label: "errors", Metric: test.metric, Condition: test.condition, Subject: Subject{Color: traffic.Green}}
			if got := m.Alone().Measure(t.Context()); got.Verdict != test.want {
				t.Errorf("Measure = %+v, want %s", got, test.want)
			}
			if m.Condition.MaxRatioToOther == nil {
				t.Error("the monitor itself compares no longer")
			}
		})
	}
}
