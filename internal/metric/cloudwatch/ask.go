package cloudwatch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// The names of what is asked for. A metric of a user's that had one of them
// would be refused by CloudWatch, which wants each name once.
const (
	valueID  = "bluegreen__value"
	sampleID = "bluegreen__samples"
)

// maxPages bounds how often a page with a token to the next is followed. One
// window of one number fits into the first.
const maxPages = 20

// values are what was found under each name, the newest first.
type values map[string][]types.MetricDataResult

// ask gets all pages.
func (m *math) ask(ctx context.Context, client *cloudwatch.Client, s metric.Subject) (values, error) {
	input := m.input(s, time.Now())
	found := values{}
	for range maxPages {
		page, err := client.GetMetricData(ctx, input)
		if err != nil {
			return nil, err
		}
		for _, message := range page.Messages {
			return nil, fmt.Errorf("%w: %s", metric.ErrPartial, remotetext.Clean(aws.ToString(message.Value)))
		}
		for _, result := range page.MetricDataResults {
			found.add(result)
		}
		if aws.ToString(page.NextToken) == "" {
			return found, nil
		}
		input.NextToken = page.NextToken
	}
	return nil, fmt.Errorf("%w: more than %d pages", metric.ErrPartial, maxPages)
}

// add adds a result. One that goes on from the page before has the same name
// and the same label, and that page said that there is more: PartialData. Two of
// one label that were both complete are two series.
func (v values) add(result types.MetricDataResult) {
	name := aws.ToString(result.Id)
	for i, earlier := range v[name] {
		if earlier.StatusCode != types.StatusCodePartialData || aws.ToString(earlier.Label) != aws.ToString(result.Label) {
			continue
		}
		result.Values = append(earlier.Values, result.Values...)
		result.Timestamps = append(earlier.Timestamps, result.Timestamps...)
		result.Messages = append(earlier.Messages, result.Messages...)
		v[name][i] = result
		return
	}
	v[name] = append(v[name], result)
}

func (m *math) input(s metric.Subject, now time.Time) *cloudwatch.GetMetricDataInput {
	end := now.Truncate(m.period) // the period that is under way is not whole
	input := &cloudwatch.GetMetricDataInput{
		StartTime: aws.Time(end.Add(-m.window)), EndTime: aws.Time(end), ScanBy: types.ScanByTimestampDescending,
	}
	for _, name := range slices.Sorted(maps.Keys(m.sources)) {
		input.MetricDataQueries = append(input.MetricDataQueries, m.sources[name].query(name, m.seconds(), s))
	}
	input.MetricDataQueries = append(input.MetricDataQueries, m.math(valueID, s.Expand(m.expression)))
	if m.sample != "" {
		input.MetricDataQueries = append(input.MetricDataQueries, m.math(sampleID, s.Expand(m.sample)))
	}
	return input
}

func (m *math) seconds() *int32 { return aws.Int32(int32(min(m.period/time.Second, 86400))) }

func (m *math) math(name, expression string) types.MetricDataQuery {
	return types.MetricDataQuery{Id: aws.String(name), Expression: aws.String(expression), Period: m.seconds(), ReturnData: aws.Bool(true)}
}

func (s source) query(name string, period *int32, subject metric.Subject) types.MetricDataQuery {
	measured := &types.Metric{Namespace: aws.String(subject.Expand(s.Namespace)), MetricName: aws.String(subject.Expand(s.Name))}
	for _, dimension := range slices.Sorted(maps.Keys(s.Dimensions)) {
		measured.Dimensions = append(measured.Dimensions,
			types.Dimension{Name: aws.String(dimension), Value: aws.String(subject.Expand(s.Dimensions[dimension]))})
	}
	return types.MetricDataQuery{
		Id: aws.String(name), ReturnData: aws.Bool(false),
		MetricStat: &types.MetricStat{Metric: measured, Period: period, Stat: aws.String(s.Stat)},
	}
}

// reading is the newest value, with the samples of its own period: those of a
// later one, of which CloudWatch has no value yet, are none of it.
func (m *math) reading(found values) (metric.Reading, error) {
	series, err := found.one(valueID)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	reading, err := metric.Of(series.Values[0])
	if err != nil || m.sample == "" {
		return reading, err
	}
	samples, err := found.one(sampleID)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("sample_expression: %w", err)
	}
	at := slices.IndexFunc(samples.Timestamps, series.Timestamps[0].Equal)
	if at < 0 {
		return metric.Reading{}, pkg.Errorf("sample_expression: %w: no value at %s, of which the metric has its newest", metric.ErrNoData, series.Timestamps[0].Format(time.RFC3339))
	}
	reading.Samples = samples.Values[at]
	return reading, nil
}

// one is the one series of a name. It has a value, and as many times.
func (v values) one(name string) (types.MetricDataResult, error) {
	series := v[name]
	switch {
	case len(series) > 1:
		return types.MetricDataResult{}, fmt.Errorf("%w: the expression gave %d series", metric.ErrSeveral, len(series))
	case len(series) == 0:
		return types.MetricDataResult{}, fmt.Errorf("%w: the expression gave no series", metric.ErrNoData)
	}
	one := series[0]
	for _, message := range one.Messages {
		return types.MetricDataResult{}, fmt.Errorf("%w: %s", metric.ErrPartial, remotetext.Clean(aws.ToString(message.Value)))
	}
	switch {
	case one.StatusCode != types.StatusCodeComplete:
		return types.MetricDataResult{}, fmt.Errorf("%w: its status is %s", metric.ErrPartial, remotetext.CleanTo(string(one.StatusCode), 60))
	case len(one.Values) == 0:
		return types.MetricDataResult{}, fmt.Errorf("%w: no value in the window", metric.ErrNoData)
	case len(one.Values) != len(one.Timestamps):
		return types.MetricDataResult{}, fmt.Errorf("%w: %d values of %d times", metric.ErrPartial, len(one.Values), len(one.Timestamps))
	}
	return one, nil
}
