package cutover

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// errGatesLate ends the looks at health and weights before traffic moves.
var errGatesLate = errors.New("health and weights gave no answer before the time was over")

// run is one cutover under way. Slices have an element a router, each touched
// by that router's goroutine alone.
type run struct {
	order   Order
	emit    func(Event)
	telling sync.Mutex

	stage    StageName
	at       traffic.Weights     // the stage's
	moved    bool                // whether any router was asked to move
	current  []traffic.Weights   // what is in effect
	asked    []traffic.Weights   // what was asked for last; not current: its fate is not known
	left     [][]traffic.Weights // what movements of several writes may have left on their way
	probed   []bool              // whether a probe was the last movement
	seen     []Position
	watchers []*watcher
	warnings []string
}

// Run moves traffic as the order's timetable says. It returns nil when the
// incoming color has all traffic. Otherwise the error is an *AbortError, and
// the weights are as they were found unless it says otherwise. When ctx ends
// before the cutover does, the cutover rolls back, on a context of its own.
//
// Events are passed to emit, one at a time; it must not block. Nil is allowed.
func Run(ctx context.Context, order Order, emit func(Event)) (Outcome, error) {
	r := newRun(order, emit)
	outcome := Outcome{From: order.To.Other(), To: order.To, Result: Promoted, Started: time.Now()}
	r.tell(Event{Type: EventStarted})
	cause := r.cutover(ctx)
	stopped, at, ended := r.stage, r.at, ctx.Err()
	var rollback error
	if cause != nil {
		outcome.Result, rollback = r.abort(ctx, cause)
	}
	outcome.Finished, outcome.Traffic, outcome.Warnings = time.Now(), r.seen, r.warnings
	var err error
	if cause != nil {
		err = &AbortError{Outcome: outcome, Stage: stopped, At: at, Cause: cause, Ended: ended, Rollback: rollback}
	}
	r.tell(Event{Type: EventEnded, Result: outcome.Result, Err: err})
	return outcome, err
}

func newRun(order Order, emit func(Event)) *run {
	n := len(order.Routers)
	r := &run{order: order, emit: emit, seen: make([]Position, n), left: make([][]traffic.Weights, n), probed: make([]bool, n)}
	r.current = append(r.current, order.Found...)
	r.asked = append(r.asked, order.Found...)
	for i, m := range order.Routers {
		r.seen[i].Member = m.Name
	}
	r.watchers = append(r.watchers, &watcher{Watch: r.vitals()}) // always the first
	for _, w := range order.Watches {
		r.watchers = append(r.watchers, &watcher{Watch: w})
	}
	return r
}

// cutover goes through the timetable, stage by stage.
func (r *run) cutover(ctx context.Context) error {
	for _, s := range r.order.Timetable().Stages {
		r.stage, r.at = s.Name, s.Weights
		r.tell(Event{Type: EventStage, Stage: s.Name, Hold: s.Hold, Weights: s.Weights})
		if err := r.do(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) do(ctx context.Context, s Stage) error {
	switch s.Name {
	case StageGates:
		return r.admit(ctx, s.Limit)
	case StagePrewarm:
		return r.prewarm(ctx, s.Limit)
	case StageProbe:
		return r.probe(ctx)
	case StageStep:
		if err := r.move(ctx, s.Weights); err != nil {
			return err
		}
		return r.hold(ctx, s.Hold)
	case StagePromote:
		return r.move(ctx, s.Weights)
	case StageBake:
		return r.hold(ctx, s.Hold)
	case StageDrain:
		return r.drain(ctx, s)
	default:
		return fmt.Errorf("%w: no stage %q", ErrOrder, s.Name)
	}
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
	if err := r.prepare(inTime); err != nil {
		cancel()
		gates.Wait()
		return err
	}
	gates.Wait()
	if refusal != nil || (len(r.order.gates()) == 0 && time.Since(began) < WatchInterval) {
		return refusal
	}
	return r.recheck(inTime)
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

// prepare touches no router before all of them are as the plan found them.
func (r *run) prepare(ctx context.Context) error {
	if err := r.each(func(i int) error { return r.compare(ctx, i) }); err != nil {
		return err
	}
	return r.each(func(i int) error { return r.attach(ctx, i) })
}

// compare compares a router with what the plan found.
func (r *run) compare(ctx context.Context, i int) error {
	m := r.order.Routers[i]
	live, err := r.read(ctx, i)
	if err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	if err := traffic.Expect(r.order.Found[i], live); err != nil {
		return fmt.Errorf("%s: since the plan was made: %w", m.Name, err)
	}
	return nil
}

// attach attaches the backend of the incoming color.
func (r *run) attach(ctx context.Context, i int) error {
	m := r.order.Routers[i]
	attacher, ok := m.Router.(traffic.Attacher)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if err := attacher.Attach(ctx, r.order.To); err != nil {
		return fmt.Errorf("%s: attaching %s: %w", m.Name, r.order.To, err)
	}
	return nil
}

// gates tries all gates at the same time, and returns all their failures.
func (r *run) gates(ctx context.Context) error {
	gates := r.order.gates()
	errs := make([]error, len(gates)+1)
	var wg sync.WaitGroup
	if r.order.colds() < len(r.order.Routers) {
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
func (r *run) try(ctx context.Context, g Gate) error {
	ctx, cancel := context.WithTimeout(ctx, g.Limit())
	defer cancel()
	err := g.Check(ctx)
	report := ""
	if reporter, ok := g.(Reporter); ok && err == nil {
		report = reporter.Report()
	}
	r.tellGate(g.Name(), report, err)
	if err != nil {
		return fmt.Errorf("gate %s: %w", g.Name(), err)
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

// read reads a router's live weights, and remembers them.
func (r *run) read(ctx context.Context, i int) (traffic.Weights, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	w, err := r.order.Routers[i].Weights(ctx)
	r.seen[i].Known = err == nil
	if err == nil {
		r.seen[i].Weights = w
	}
	return w, err
}
