package metric

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "metric"

// ErrCondition reports a condition that cannot be judged by.
var ErrCondition = pkg.New("invalid condition")

// Condition is what a value must meet. Bounds that are nil do not bind; those
// that are given must all hold, limits included.
type Condition struct {
	Max, Min *float64
	// MaxRatioToOther bounds the value divided by that of the outgoing color.
	MaxRatioToOther *float64
	// MinSamples is the least number of samples that a reading must stand on;
	// with fewer it is no answer.
	MinSamples float64
}

// Validate returns an error that wraps ErrCondition when nothing could fail
// the condition, or nothing could pass it.
func (c Condition) Validate() error {
	switch {
	case c.Max == nil && c.Min == nil && c.MaxRatioToOther == nil:
		return fmt.Errorf("%w: give max, min, within or max_ratio_to_other", ErrCondition)
	case c.Max != nil && c.Min != nil && *c.Max < *c.Min:
		return fmt.Errorf("%w: no value is at least %s and at most %s", ErrCondition, number(*c.Min), number(*c.Max))
	case c.MaxRatioToOther != nil && *c.MaxRatioToOther <= 0:
		return fmt.Errorf("%w: max_ratio_to_other is above 0", ErrCondition)
	default:
		return nil
	}
}

// String says what a value must be: "at least 1, at most 5".
func (c Condition) String() string {
	var all []string
	if c.Min != nil {
		all = append(all, "at least "+number(*c.Min))
	}
	if c.Max != nil {
		all = append(all, "at most "+number(*c.Max))
	}
	if c.MaxRatioToOther != nil {
		all = append(all, fmt.Sprintf("at most %s times the other color", number(*c.MaxRatioToOther)))
	}
	return strings.Join(all, ", ")
}

// Monitor measures one metric of the incoming color, and judges it.
type Monitor struct {
	Label     string // the user's name for it
	Metric    Metric
	Condition Condition
	// Subject is the incoming color, Other the outgoing one.
	Subject, Other Subject
}

var _ cutover.Comparer = Monitor{}

// Validate returns an error that wraps ErrCondition when the condition is not
// sound, or asks for what the metric cannot tell.
func (m Monitor) Validate() error {
	if err := m.Condition.Validate(); err != nil {
		return err
	}
	described, ok := m.Metric.(Describer)
	if !ok {
		return nil
	}
	traits := described.Traits()
	switch {
	case traits.Err != nil:
		return fmt.Errorf("%w: %w", ErrCondition, traits.Err)
	case m.Condition.MinSamples > 0 && !traits.Counts:
		return fmt.Errorf("%w: min_samples is set, but nothing tells how many samples the value stands on", ErrCondition)
	case m.Condition.MaxRatioToOther != nil && !traits.Tells:
		return fmt.Errorf("%w: max_ratio_to_other compares the two colors, but the query is the same for both: "+
			"name the color in it as {{color}} or the environment as {{environment}}", ErrCondition)
	default:
		return nil
	}
}

// Name implements cutover.Monitor.
func (m Monitor) Name() string { return m.Label }

// Alone implements cutover.Comparer: the value must still be there, and within
// its own bounds.
func (m Monitor) Alone() cutover.Monitor {
	m.Condition.MaxRatioToOther = nil
	return m
}

// Measure implements cutover.Monitor. Whatever is not a finite value on enough
// samples is inconclusive.
func (m Monitor) Measure(ctx context.Context) cutover.Measurement {
	measured := m.measure(ctx)
	measured.Bound = m.Condition.String()
	return measured
}

func (m Monitor) measure(ctx context.Context) cutover.Measurement {
	reading, err := m.read(ctx, m.Subject)
	if err != nil {
		return cutover.Measurement{Verdict: cutover.Inconclusive, Err: err}
	}
	value := number(reading.Value)
	if err := m.Condition.bounds(reading.Value); err != nil {
		return cutover.Measurement{Verdict: cutover.Fail, Value: value, Err: err}
	}
	if m.Condition.MaxRatioToOther == nil {
		return cutover.Measurement{Verdict: cutover.Pass, Value: value}
	}
	return m.compare(ctx, reading)
}

// compare judges a reading beside the outgoing color's.
func (m Monitor) compare(ctx context.Context, reading Reading) cutover.Measurement {
	value := number(reading.Value)
	other, err := m.read(ctx, m.Other)
	if err != nil {
		return cutover.Measurement{Verdict: cutover.Inconclusive, Value: value, Err: fmt.Errorf("%s: %w", m.Other.Color, err)}
	}
	value += " beside " + number(other.Value)
	// Multiplied, not divided: an outgoing color at zero is a fair standard.
	if limit := *m.Condition.MaxRatioToOther * other.Value; reading.Value > limit {
		return cutover.Measurement{Verdict: cutover.Fail, Value: value, Err: fmt.Errorf(
			"%s is more than %s times the %s of %s", number(reading.Value), number(*m.Condition.MaxRatioToOther), number(other.Value), m.Other.Color)}
	}
	return cutover.Measurement{Verdict: cutover.Pass, Value: value}
}

// read takes one reading, and refuses one on too few samples.
func (m Monitor) read(ctx context.Context, s Subject) (Reading, error) {
	reading, err := m.Metric.Read(ctx, s)
	if err != nil {
		return Reading{}, &kindError{err}
	}
	if math.IsNaN(reading.Value) || math.IsInf(reading.Value, 0) {
		return Reading{}, ErrNotFinite
	}
	if need := m.Condition.MinSamples; need > 0 && (!(reading.Samples >= need) || math.IsInf(reading.Samples, 0)) {
		return Reading{}, fmt.Errorf("%w: %s samples, and %s are needed", ErrNoData, number(reading.Samples), number(need))
	}
	return reading, nil
}

// kindError is an error of a kind of metric. It is shown beside the user's name
// of the metric, which says more than that of a package, and clean, whatever the
// source of the metric put into it.
type kindError struct{ err error }

// Error implements error.
func (e *kindError) Error() string {
	return remotetext.Clean(errs.Text(e.err))
}

// Unwrap returns the error as it was.
func (e *kindError) Unwrap() error { return e.err }

func (c Condition) bounds(value float64) error {
	switch {
	case c.Max != nil && value > *c.Max:
		return fmt.Errorf("%s is above %s", number(value), number(*c.Max))
	case c.Min != nil && value < *c.Min:
		return fmt.Errorf("%s is below %s", number(value), number(*c.Min))
	default:
		return nil
	}
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
