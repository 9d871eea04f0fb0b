package cutover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Verdict is what a measurement says.
type Verdict string

// The verdicts. No answer is not a good answer, and not a bad one either.
const (
	Pass         Verdict = "pass"
	Fail         Verdict = "fail"
	Inconclusive Verdict = "inconclusive"
)

// Measurement is one reading of a monitor.
type Measurement struct {
	Verdict Verdict
	// Value is what was read, as text with its unit; empty when nothing was.
	Value string
	// Bound is what the value must be, as text: "at most 5". Empty when nothing
	// bounds it.
	Bound string
	// Err says why it did not pass. Nil when it did.
	Err error
}

// Monitor measures the incoming color while it serves.
type Monitor interface {
	// Name is the monitor's name in messages.
	Name() string
	// Measure takes one measurement.
	Measure(ctx context.Context) Measurement
}

// Comparer is a Monitor that compares the incoming color with the outgoing one.
type Comparer interface {
	Monitor
	// Alone is the monitor of the bake, in which the outgoing color has no
	// traffic to compare with.
	Alone() Monitor
}

// LeastInterval is the shortest time between two measurements of a Watch.
const LeastInterval = pollFirst

// Watch says how often a monitor measures, and what is tolerated.
type Watch struct {
	Monitor
	// Interval is the time between two measurements, at least LeastInterval.
	Interval time.Duration
	// FailureLimit is how many failed measurements in a row are tolerated.
	FailureLimit int
	// InconclusiveLimit is how many in a row without an answer are.
	InconclusiveLimit int
	// Delay is how long after a movement the first measurement is taken.
	Delay time.Duration
	// DryRun measures and tells, but tolerates everything.
	DryRun bool
	// Holds keeps the weights where they are when the watch has seen more than
	// it tolerates, for people to decide. Otherwise the cutover rolls back.
	Holds bool
}

// Reading is one measurement, and when it was taken.
type Reading struct {
	Time  time.Time
	Stage StageName
	Measurement
}

// lookOnLimit is how many looks of each sort that is tolerated are waited for
// once a hold is over. With more, a watch that never passes would have no end
// that a plan could tell.
const lookOnLimit = 10

// patience is how long after a hold the watch looks on while its measurements
// do not pass: for what it tolerates in a row, and one measurement.
func (w Watch) patience() time.Duration {
	looks := min(w.FailureLimit, lookOnLimit) + min(w.InconclusiveLimit, lookOnLimit)
	return time.Duration(looks)*max(w.Interval, LeastInterval) + callLimit
}

// decidingReadings is how many readings a WatchError shows at most.
const decidingReadings = 6

// WatchError is the error of a watch that saw more than it tolerates.
type WatchError struct {
	Monitor string
	// Readings are the last ones, the oldest first.
	Readings []Reading
	// Holds is the watch's own.
	Holds bool
	// Err says how often it failed, and why.
	Err error
}

// Error implements error.
func (e *WatchError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *WatchError) Unwrap() error { return e.Err }

// watcher is a watch with what it has seen. It outlives pauses, so that
// failures count on from one step to the next.
type watcher struct {
	Watch
	failed, unanswered int
	readings           []Reading
}

// String is what the watch is called in errors: a metric by the user's name.
func (w *watcher) String() string {
	if _, ok := w.Monitor.(vitals); ok {
		return w.Name()
	}
	return fmt.Sprintf("metric %q", w.Name())
}

// errDecided tells the other watches to stop once one has decided.
var errDecided = errors.New("another watch has decided")

// hold keeps the weights for d, and returns an error as soon as a watch has
// seen more than it tolerates. Each watch measures at the beginning, in its
// interval, and at the end. What is tolerated is still not good: a watch whose
// last measurement did not pass looks on until one does, or one is too many, or
// its patience ends.
func (r *run) hold(ctx context.Context, d time.Duration) error {
	watching, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	until := time.Now().Add(d)
	errs := make([]error, len(r.watchers))
	var wg sync.WaitGroup
	for i, w := range r.watchers {
		wg.Go(func() {
			errs[i] = guarded("a watch", func() error { return r.watch(watching, w, until) })
			if errs[i] != nil {
				stop(errDecided)
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil { // one cause, although it cut off all of them
		return context.Cause(ctx)
	}
	return errors.Join(slices.DeleteFunc(errs, func(err error) bool { return errors.Is(err, errDecided) })...)
}

func (r *run) watch(ctx context.Context, w *watcher, until time.Time) error {
	if err := wait(ctx, min(w.Delay, time.Until(until))); err != nil {
		return err
	}
	late := until.Add(w.patience())
	for {
		m := r.measure(ctx, w, late)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		r.tell(Event{Type: EventMeasured, Stage: r.stage, Monitor: w.Name(), Measurement: m})
		if err := w.judge(Reading{time.Now(), r.stage, m}); err != nil {
			return err
		}
		next := max(w.Interval, LeastInterval)
		switch rest := time.Until(until); {
		case rest > 0:
			next = min(next, rest)
		case w.failed+w.unanswered == 0 || w.DryRun:
			return nil
		case next >= time.Until(late):
			return w.decide(fmt.Errorf("%s still did not pass after %s of looking on: %w", w, Text(w.patience()), m.Err))
		}
		if err := wait(ctx, next); err != nil {
			return err
		}
	}
}

// measure takes one measurement, which ends before it is too late for any.
// A panic is no answer.
func (r *run) measure(ctx context.Context, w *watcher, late time.Time) (m Measurement) {
	err := act(ctx, "the measurement", min(callLimit, time.Until(late)), func(ctx context.Context) error {
		if c, ok := w.Monitor.(Comparer); ok && r.stage == StageBake {
			m = c.Alone().Measure(ctx)
			return nil
		}
		m = w.Measure(ctx)
		return nil
	})
	if err != nil {
		return Measurement{Verdict: Inconclusive, Err: err}
	}
	return m
}

// judge counts a reading, and returns a *WatchError when it is one too many.
func (w *watcher) judge(reading Reading) error {
	w.readings = append(w.readings, reading)
	w.readings = w.readings[max(0, len(w.readings)-decidingReadings):]
	err := w.count(reading.Measurement)
	if err == nil || w.DryRun {
		return nil
	}
	return w.decide(err)
}

// decide is the error by which the watch ends a cutover.
func (w *watcher) decide(err error) error {
	return &WatchError{Monitor: w.Name(), Readings: w.readings, Holds: w.Holds, Err: err}
}

func (w *watcher) count(m Measurement) error {
	switch m.Verdict {
	case Pass:
		w.failed, w.unanswered = 0, 0
		return nil
	case Fail:
		w.failed, w.unanswered = w.failed+1, 0
		if errors.Is(m.Err, traffic.ErrConflict) { // Nothing measured has failed.
			return m.Err
		}
		if w.failed > w.FailureLimit {
			return fmt.Errorf("%s failed %s: %w", w, times(w.failed), m.Err)
		}
		return nil
	default:
		w.unanswered++
		if w.unanswered > w.InconclusiveLimit {
			return fmt.Errorf("%s gave no answer %s: %w", w, times(w.unanswered), m.Err)
		}
		return nil
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times in a row", n)
}
