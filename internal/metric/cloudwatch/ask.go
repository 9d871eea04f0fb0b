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
		if earlier.StatusCode == types.StatusCodePartialData && aws.ToString(earlier.Label) == aws.ToString(result.Label) {
			result.Values = append(earlier.Values, result.Values...)
			result.Messages = append(earlier.Messages, result.Messages...)
			v[name][i] = result
			return
		}
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

func (m *math) reading(found values) (metric.Reading, error) {
	value, err := found.newest(valueID)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	reading, err := metric.Of(value)
	if err != nil || m.sample == "" {
		return reading, err
	}
	if reading.Samples, err = found.newest(sampleID); err != nil {
		return metric.Reading{}, pkg.Errorf("sample_expression: %w", err)
	}
	return reading, nil
}

// newest is the newest value of the one series of a name.
func (v values) newest(name string) (float64, error) {
	series := v[name]
	switch {
	case len(series) > 1:
		return 0, fmt.Errorf("%w: the expression gave %d series", metric.ErrSeveral, len(series))
	case len(series) == 0:
		return 0, fmt.Errorf("%w: the expression gave no series", metric.ErrNoData)
	}
	one := series[0]
	for _, message := range one.Messages {
		return 0, fmt.Errorf("%w: %s", metric.ErrPartial, remotetext.Clean(aws.ToString(message.Value)))
	}
	if one.StatusCode != types.StatusCodeComplete {
		return 0, fmt.Errorf("%w: its status is %s", metric.ErrPartial, remotetext.CleanTo(string(one.StatusCode), 60))
	}
	if len(one.Values) == 0 {
		return 0, fmt.Errorf("%w: no value in the window", metric.ErrNoData)
	}
	return one.Values[0], nil
}
