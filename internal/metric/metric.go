// Package metric is what the kinds of metric have in common: a number that is
// read about an environment, and the conditions that it must meet. Each kind
// has a package of its own below this one.
package metric

import (
	"context"
	"errors"
	"math"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Why a reading is no answer. All errors of a Metric are inconclusive; these
// are the ones worth telling apart.
var (
	// ErrNoData reports an answer without a value.
	ErrNoData = errors.New("no data")
	// ErrSeveral reports an answer with more than one value.
	ErrSeveral = errors.New("more than one value")
	// ErrNotFinite reports a value that is NaN or infinite.
	ErrNotFinite = errors.New("not a finite number")
	// ErrPartial reports an answer that its source warns about.
	ErrPartial = errors.New("the answer may be partial")
)

// Metric reads a number about one environment.
type Metric interface {
	// Read returns exactly one finite value, or an error. It ends soon after
	// ctx does. Its errors show no secrets.
	Read(ctx context.Context, s Subject) (Reading, error)
}

// Describer is a Metric of which something is known before it is read.
type Describer interface {
	Metric
	Traits() Traits
}

// Traits are what is known of a metric before it is read.
type Traits struct {
	// Counts says that its readings have Samples.
	Counts bool
	// Tells says that it reads other numbers for one color than for the other.
	Tells bool
	// Err says why its queries can give no answer; nil when nothing is known
	// against them. See TraitsOf.
	Err error
}

// Reading is what was read.
type Reading struct {
	Value float64
	// Samples is how many requests, or whatever is measured, the value stands
	// on; NaN when that is not known.
	Samples float64
}

// Of returns a reading of unknown samples. It fails with ErrNotFinite unless
// value is a finite number.
func Of(value float64) (Reading, error) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return Reading{}, ErrNotFinite
	}
	return Reading{Value: value, Samples: math.NaN()}, nil
}

// Subject is the environment that is measured.
type Subject struct {
	Color       traffic.Color
	Environment string // its name
	Version     string // what is released there
}
