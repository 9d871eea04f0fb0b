package cutover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The stages before any traffic moves.
const (
	StageGates   StageName = "gates"
	StagePrewarm StageName = "prewarm"
)

// prepareLimit is how long the routers may need to be as planned where no health
// is waited for.
const prepareLimit = time.Minute

// errGatesLate ends the looks at health and weights before traffic moves.
var errGatesLate = errors.New("health and weights gave no answer before the time was over")

func (o Order) gateStages() []Stage {
	names, limit := []string{o.describeHealth()}, o.Health.Timeout
	if !o.awaitsHealth() {
		limit = prepareLimit
	}
	for _, g := range o.gates() {
		names = append(names, g.Name())
		limit = max(limit, g.Limit())
	}
	line := strings.Join(names, ", ")
	if o.AtOnce {
		line += " only"
	}
	line += ", up to " + Text(limit)
	if o.AtOnce {
		line += fmt.Sprintf(", since %s was active a short while ago", o.To)
	}
	return []Stage{{
		Name: StageGates, Limit: limit, line: line,
		run: func(ctx context.Context, r *run) error { return r.admit(ctx, limit) },
	}}
}

// Prewarms tells whether the incoming color is prepared, where there is anything
// to prepare: it has no traffic yet.
func (o Order) Prewarms() bool { return !o.AtOnce && o.lowest() == 0 }

func (o Order) prewarmStages() []Stage {
	if o.Prewarm == nil || !o.Prewarms() {
		return nil
	}
	limit := o.Prewarm.Limit()
	return []Stage{{
		Name: StagePrewarm, Limit: limit, line: fmt.Sprintf("%s, up to %s", o.To, Text(limit)),
		run: func(ctx context.Context, r *run) error { return r.prewarm(ctx, limit) },
	}}
}

// gates are those that are tried besides health.
func (o Order) gates() []Gate {
	if o.AtOnce {
		return o.Safeguards
	}
	return append(append([]Gate(nil), o.Gates...), o.Safeguards...)
}

// awaitsHealth tells whether any router knows health before traffic moves.
func (o Order) awaitsHealth() bool {
	for i := range o.Routers {
		if o.HealthUnknown(i) == "" && !o.cold(i, o.Found[i]) {
			return true
		}
	}
	return false
}

// admit lets the cutover begin when the routers are as they were found and
// every gate holds. Neither moves traffic, so they go side by side; but some
// routers know the health of attached backends only, and the health gate waits
// for those to be attached.
func (r *run) admit(ctx context.Context, limit time.Duration) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	inTime, done := context.WithTimeoutCause(ctx, limit, errGatesLate) // gates have limits of their own
	defer done()
	began := time.Now()
	var refusal error
	var gates sync.WaitGroup
	gates.Go(func() { refusal = r.gates(ctx) })
	err := r.prepare(inTime)
	if err == nil {
		err = r.lookout(inTime, &gates)
	}
	if err != nil {
		cancel()
		gates.Wait()
		return err
	}
	if refusal != nil || (len(r.order.gates()) == 0 && time.Since(began) < WatchInterval) {
		return refusal
	}
	return r.recheck(inTime)
}

// lookout waits for gates that take their time. It ends before them, with a
// *traffic.ConflictError, when somebody else moves traffic meanwhile. No answer
// is tolerated, since recheck comes after.
func (r *run) lookout(ctx context.Context, gates *sync.WaitGroup) error {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		gates.Wait()
		stop()
	}()
	for wait(watching, WatchInterval) == nil {
		before := slices.Clone(r.seen)
		if err := r.undisturbed(watching); errors.Is(err, traffic.ErrConflict) {
			return err
		}
		if watching.Err() != nil { // a look that was cut off says nothing
			r.seen = before
		}
	}
	gates.Wait() // ctx may have ended before they did
	return nil
}

// prewarm prepares the incoming color once all gates hold.
func (r *run) prewarm(ctx context.Context, limit time.Duration) error {
	inTime, done := context.WithTimeoutCause(ctx, limit, errGatesLate)
	defer done()
	if err := r.try(ctx, r.order.Prewarm); err != nil {
		return err
	}
	return r.recheck(inTime)
}

// recheck looks at health and weights once more before traffic moves: by the end
// of gates that took their time, the first look is old.
func (r *run) recheck(ctx context.Context) error {
	return r.watch(ctx, r.watchers[0], time.Now())
}

// gates tries all gates at the same time, and returns all their failures.
func (r *run) gates(ctx context.Context) error {
	gates := r.order.gates()
	errs := make([]error, len(gates)+1)
	var wg sync.WaitGroup
	if r.order.awaitsHealth() {
		wg.Go(func() {
			errs[0] = r.healthGate(ctx)
			r.tellGate("health", "", errs[0])
		})
	}
	for i, g := range gates {
		wg.Go(func() { errs[i+1] = r.try(ctx, g) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// try tries one gate.
func (r *run) try(ctx context.Context, g Gate) (err error) {
	defer func() { err = bugOr(err, "a gate", recover()) }() // what does not check may panic too
	report := ""
	err = act(ctx, "the check", g.Limit(), func(ctx context.Context) error {
		err := g.Check(ctx)
		if overrun := r.order.overrun(g, time.Now()); err == nil && overrun != nil && overrun.Whole {
			err = overrun
		}
		if reporter, ok := g.(Reporter); ok && err == nil {
			report = reporter.Report()
		}
		return err
	})
	r.tellGate(g.Name(), report, err)
	if err != nil {
		return &GateError{Gate: g.Name(), Err: err}
	}
	return nil
}

// tellGate tells what a gate said, unless it was only told to stop.
func (r *run) tellGate(name, report string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	m := Measurement{Verdict: Pass, Value: report, Err: err}
	if err != nil {
		m.Verdict = Fail
	}
	r.tell(Event{Type: EventGate, Stage: r.stage, Monitor: name, Measurement: m})
}
