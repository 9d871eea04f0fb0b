// Package cloudwatch is the metric that asks Amazon CloudWatch, by
// GetMetricData:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
package cloudwatch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "cloudwatch"

const (
	defaultPeriod  = time.Minute
	defaultWindow  = 5 * time.Minute
	defaultTimeout = 20 * time.Second
)

// ErrConfig reports arguments that name nothing to measure.
var ErrConfig = pkg.New("invalid argument")

// Kind returns the kind cloudwatch.
func Kind() block.Kind[metric.Metric] {
	return block.New("cloudwatch", attribute(), open, "namespace", "name", "dimensions", "expression", "sample_expression")
}

type config struct {
	Metrics          map[string]source   `tfsdk:"metrics"`
	Expression       types.String        `tfsdk:"expression"`
	SampleExpression types.String        `tfsdk:"sample_expression"`
	Region           types.String        `tfsdk:"region"`
	Period           block.DurationValue `tfsdk:"period"`
	Window           block.DurationValue `tfsdk:"window"`
	Timeout          block.DurationValue `tfsdk:"timeout"`
}

// source is one metric.
type source struct {
	Namespace  string            `tfsdk:"namespace"`
	Name       string            `tfsdk:"name"`
	Dimensions map[string]string `tfsdk:"dimensions"`
	Stat       string            `tfsdk:"stat"`
}

// math is one opened block.
type math struct {
	sessions                *session.Sessions
	region                  string
	sources                 map[string]source
	expression, sample      string
	period, window, timeout time.Duration
}

var _ metric.Describer = (*math)(nil)

func open(_ context.Context, sessions *session.Sessions, c config) (metric.Metric, error) {
	m := &math{
		sessions: sessions, region: c.Region.ValueString(), sources: c.Metrics,
		expression: c.Expression.ValueString(), sample: c.SampleExpression.ValueString(),
		period: block.Duration(c.Period, defaultPeriod), window: block.Duration(c.Window, defaultWindow),
		timeout: block.Duration(c.Timeout, defaultTimeout),
	}
	if m.expression == "" {
		if len(m.sources) != 1 {
			return nil, invalid("expression", "Expression Missing", "one metric alone needs no expression; several need one that makes one number of them, and without any it is all there is")
		}
		m.expression = slices.Collect(maps.Keys(m.sources))[0]
	}
	if !soundPeriod(m.period) {
		return nil, invalid("period", "Period Not Valid", "a period is 1s, 5s, 10s, 20s, 30s or a multiple of 1m")
	}
	if m.window < m.period {
		return nil, invalid("window", "Window Too Short", "window is shorter than period, so that no period is whole in it")
	}
	return m, nil
}

func soundPeriod(p time.Duration) bool {
	return p%time.Minute == 0 || slices.Contains([]time.Duration{time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second}, p)
}

func invalid(name, summary, text string) error {
	return &block.AttributeError{Path: path.Root(name), Summary: summary, Err: fmt.Errorf("%w: %s", ErrConfig, text)}
}

// Traits implements metric.Describer.
func (m *math) Traits() metric.Traits {
	var texts []string
	for _, s := range m.sources {
		texts = append(append(texts, s.Namespace, s.Name), slices.Collect(maps.Values(s.Dimensions))...)
	}
	return metric.TraitsOf(m.sample != "", append(texts, m.expression), m.sample)
}

// Read implements metric.Metric.
func (m *math) Read(ctx context.Context, s metric.Subject) (metric.Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	session, err := session.Get[*awscloud.Session](ctx, m.sessions, awscloud.Name)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	client, err := session.CloudWatch(m.region)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	found, err := m.ask(ctx, client, s)
	if err != nil {
		return metric.Reading{}, pkg.Errorf("%w", err)
	}
	return m.reading(found)
}
