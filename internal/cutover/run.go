package cutover

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// run is one cutover under way. Slices have an element a router, each touched
// by that router's goroutine alone.
type run struct {
	order   Order
	emit    func(Event)
	telling sync.Mutex
	bug     error // of whoever is told

	stage    StageName
	at       traffic.Weights     // the stage's
	compared bool                // whether all routers were seen as the plan found them
	moved    bool                // whether any router was asked to move
	undos    []undo              // what the stages did, the last one last
	exact    []traffic.Found     // how the routers were found, where they can say more than weights
	current  []traffic.Weights   // what is in effect
	asked    []traffic.Weights   // what was asked for last; not current: its fate is not known
	touched  []bool              // whether anything was
	left     [][]traffic.Weights // what movements of several writes may have left on their way
	probed   []bool              // whether a probe was the last movement
	needed   []int               // healthy targets that the rule asked for when it last held
	enough   []int               // those that stay enough since the gate held; 0 before
	seen     []Position
	watchers []*watcher
	warnings []string
}

// Run moves traffic as the order's timetable says. It returns nil when the
// incoming color has all traffic. Otherwise the error is an *AbortError, and
// the weights are as they were found unless it says otherwise. When ctx ends
// before the cutover does, the cutover rolls back, on a context of its own. A
// panic of whatever it calls is that call's error: a *PanicError.
//
// Events are passed to emit, one at a time; it must not block. Nil is allowed.
func Run(ctx context.Context, order Order, emit func(Event)) (Outcome, error) {
	r := newRun(order, emit)
	outcome := Outcome{From: order.To.Other(), To: order.To, Result: Promoted, Started: time.Now()}
	r.tell(Event{Type: EventStarted})
	cause := guarded("the cutover", func() error { return r.cutover(ctx) })
	stopped, at, ended := r.stage, r.at, context.Cause(ctx)
	if errors.Is(cause, context.Canceled) && errors.Is(ended, ErrAbandoned) && !errors.Is(cause, ErrAbandoned) {
		cause = fmt.Errorf("%w: %w", ErrAbandoned, cause) // a call that was cut off says no more than that
	}
	var rollback error
	if cause != nil {
		outcome.Result, rollback = r.abort(ctx, cause)
	}
	outcome.Finished, outcome.Traffic, outcome.Warnings = time.Now(), r.seen, r.warnings
	if cause == nil {
		r.tell(Event{Type: EventEnded, Result: outcome.Result})
		outcome.Bug = r.bug
		return outcome, nil
	}
	err := &AbortError{Outcome: outcome, Stage: stopped, At: at, Cause: cause, Ended: ended, Rollback: rollback}
	r.tell(Event{Type: EventEnded, Result: outcome.Result, Err: err})
	outcome.Bug, err.Bug = r.bug, r.bug
	return outcome, err
}

func newRun(order Order, emit func(Event)) *run {
	n := len(order.Routers)
	r := &run{
		order: order, emit: emit, seen: make([]Position, n), left: make([][]traffic.Weights, n), exact: make([]traffic.Found, n),
		touched: make([]bool, n), probed: make([]bool, n), needed: make([]int, n), enough: make([]int, n),
	}
	r.current = append(r.current, order.Found...)
	r.asked = append(r.asked, order.Found...)
	for i, m := range order.Routers {
		r.seen[i].Member, r.seen[i].Found = m.Name, order.Found[i]
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
		if err := s.run(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// read reads a router's live weights, and remembers them. A router that serves
// neither color has the zero Weights.
func (r *run) read(ctx context.Context, i int) (traffic.Weights, error) {
	w, err := look(ctx, "reading the weights", r.order.Routers[i].Weights)
	if errors.Is(err, traffic.ErrNoWeight) {
		w, err = traffic.Weights{}, nil
	}
	r.seen[i].Known = err == nil
	if err == nil {
		r.seen[i].Weights = w
	}
	return w, err
}
