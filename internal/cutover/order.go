// Package cutover moves traffic from one color to the other: gates, steps,
// bake, drain, and back again when anything fails. An Order says what is asked,
// its Timetable what will happen, and Run does it.
//
// It knows no vendor, no framework and no logger; routers reach it as
// traffic.Members, and what it does leaves it as Events.
package cutover

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Limits of the engine's own waiting. Each is a bound on one thing that a
// router does, not on the cutover.
const (
	// WatchInterval is the time between two looks at health and weights while
	// the incoming color is held at a weight.
	WatchInterval = 5 * time.Second

	// unansweredLimit is how many looks in a row may stay without an answer.
	unansweredLimit = 3
	// callLimit bounds one look, so that a hung connection counts as no answer.
	callLimit = 30 * time.Second
)

// Order is one cutover as it is asked for.
type Order struct {
	// To is the incoming color.
	To traffic.Color
	// Routers move together.
	Routers []traffic.Member
	// Found are the weights that each router had when the plan was made, in
	// the order of Routers: the zero Weights for one that served neither color,
	// which gets the incoming color whole, in one movement, and keeps it. Others
	// at the start of Run stop it.
	Found []traffic.Weights
	// Health is the health gate of the incoming color.
	Health HealthRule
	// Gates must hold besides health.
	Gates []Gate
	// Safeguards are gates that must hold for a return at once as well: what
	// would harm whichever way traffic moves.
	Safeguards []Gate
	// Prewarm prepares the incoming color once all gates hold, unless it has
	// traffic already. Nil when there is nothing to prepare.
	Prewarm Gate
	// Steps come before 100, their weights rising.
	Steps []Step
	// Watches are measured while the incoming color is held at a weight.
	Watches []Watch
	// Bake is the watch over the incoming color at 100.
	Bake time.Duration
	// Drain is the longest wait for the outgoing color's open work.
	Drain time.Duration
	// Facts are what each router said of itself when the plan was made, in the
	// order of Routers. Where there are fewer, those of the rest are zero.
	Facts []traffic.Facts
	// NotPersisted says why a router would not have these weights any more after it
	// was started anew, if so: they are set again even where nothing has to move.
	NotPersisted string
	// AtOnce returns to a color that was active a short while ago: the health
	// gate only, no steps, no bake.
	AtOnce bool
}

// Step is one weight of the incoming color, and how long it is held.
type Step struct {
	Weight int // percent, 1 to 99
	Pause  time.Duration
}

// Gate is a condition that must hold before any traffic moves.
type Gate interface {
	// Name is the gate's name in messages.
	Name() string
	// Limit is the longest that Check takes.
	Limit() time.Duration
	// Check returns nil when the condition holds.
	Check(ctx context.Context) error
}

// Reporter is a Gate that has more to tell than that it held.
type Reporter interface {
	// Report is what Check saw, after it returned nil: a line for people.
	Report() string
}

// StepError is an order's error that one step causes.
type StepError struct {
	Index int // of the step, from 0
	Err   error
}

// Error implements error.
func (e *StepError) Error() string { return e.Err.Error() }

// Unwrap returns the cause, which wraps ErrOrder.
func (e *StepError) Unwrap() error { return e.Err }

// ValidateSteps returns a *StepError for each step whose weight is not within
// 1 to 99 or not above the one before it, joined.
func ValidateSteps(steps []Step) error {
	var errs []error
	last := 0
	for i, s := range steps {
		switch {
		case s.Weight < 1 || s.Weight > 99:
			errs = append(errs, &StepError{i, fmt.Errorf("%w: a step's weight is 1 to 99, not %d; "+
				"100 always comes last and needs no step", ErrOrder, s.Weight)})
		case s.Weight <= last:
			errs = append(errs, &StepError{i, fmt.Errorf("%w: steps rise: %d does not come after %d", ErrOrder, s.Weight, last)})
		}
		last = max(last, s.Weight)
	}
	return errors.Join(errs...)
}

// lowest returns the least weight that the incoming color had in any router that
// served anybody; 100 where none did, since steps would only be time without
// service.
func (o Order) lowest() int {
	lowest := 100
	for _, w := range o.Found {
		if !w.None() {
			lowest = min(lowest, w.Of(o.To))
		}
	}
	return lowest
}

// Needed tells whether any router does not yet send everything to the incoming
// color, or would not go on doing so. An order that is not needed must not be
// run.
func (o Order) Needed() bool {
	for _, w := range o.Found {
		if w != traffic.All(o.To) {
			return true
		}
	}
	return o.NotPersisted != ""
}
