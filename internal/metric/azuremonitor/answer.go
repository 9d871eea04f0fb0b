package azuremonitor

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// ErrAnswer reports an answer that is not in the form of the reference.
var ErrAnswer = errors.New("the answer is not Azure Monitor's")

type answer struct {
	Value []found `json:"value"`
}

// found is one metric.
type found struct {
	Name struct {
		Value string `json:"value"`
	} `json:"name"`
	ErrorCode    string `json:"errorCode"`
	ErrorMessage string `json:"errorMessage"`
	Series       []struct {
		Data []map[string]any `json:"data"`
	} `json:"timeseries"`
}

func (q *question) reading(body []byte) (metric.Reading, error) {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil || a.Value == nil {
		return metric.Reading{}, ErrAnswer
	}
	if q.of == "" {
		value, err := q.one(a, q.metric)
		if err != nil {
			return metric.Reading{}, err
		}
		return metric.Of(value)
	}
	return q.percent(a)
}

// percent is what part of all the metric is. A count of none is no value in
// Azure when nothing of its kind happened: as long as there is some of the
// whole, it is zero.
func (q *question) percent(a answer) (metric.Reading, error) {
	all, err := q.one(a, q.of)
	if err != nil {
		return metric.Reading{}, err
	}
	if all <= 0 {
		return metric.Reading{}, fmt.Errorf("%w: %s is %g", metric.ErrNoData, q.of, all)
	}
	part, err := q.one(a, q.metric)
	if err != nil && !errors.Is(err, metric.ErrNoData) {
		return metric.Reading{}, err
	}
	reading, err := metric.Of(100 * part / all)
	reading.Samples = all
	return reading, err
}

// one is the one value of a metric. That it has none is a fact only where the
// answer has the metric.
func (q *question) one(a answer, name string) (float64, error) {
	var (
		values []float64
		told   bool
	)
	for _, f := range a.Value {
		if !strings.EqualFold(f.Name.Value, name) {
			continue
		}
		told = true
		if f.ErrorCode != "" && f.ErrorCode != "Success" {
			return 0, fmt.Errorf("%w: %s: %s %s", metric.ErrPartial, name, remotetext.CleanTo(f.ErrorCode, 60), remotetext.Clean(f.ErrorMessage))
		}
		values = append(values, f.values(strings.ToLower(q.aggregation))...)
	}
	switch {
	case !told:
		return 0, fmt.Errorf("%w: it lacks the metric %s", ErrAnswer, name)
	case len(values) == 0:
		return 0, fmt.Errorf("%w: %s has no value in the window", metric.ErrNoData, name)
	case len(values) == 1:
		return values[0], nil
	default:
		return 0, fmt.Errorf("%w: %s has %d; filter for one value of each dimension", metric.ErrSeveral, name, len(values))
	}
}

// values are those of all series. A point without one has no such field, or
// null.
func (f found) values(aggregation string) []float64 {
	var values []float64
	for _, series := range f.Series {
		for _, point := range series.Data {
			if value, ok := point[aggregation].(float64); ok {
				values = append(values, value)
			}
		}
	}
	return values
}
