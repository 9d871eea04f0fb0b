package cutover_test

import (
	"context"
	"errors"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// What goes wrong with a router, as the errors say it.
var (
	errRefused = errors.New("the API refused")
	errLost    = errors.New("the reply was lost")
)

const (
	every = -1    // is every router
	all   = "all" // is no place: calls are counted from the beginning, of whatever router and method
)

// fault strikes calls of a router: those of one method in one place, or of all
// methods, or everywhere.
type fault struct {
	router      int    // or every
	place, call string // or "", for every one
	first, last int    // which of these calls, from 1; last 0 is without end
	effect      effect
}

// meets tells whether the fault is meant for a call: the nth of its method and
// place in that router, and of all calls the one that total says.
func (f fault) meets(router int, place, call string, n, total int) bool {
	if f.place == all {
		n = total
	}
	return (f.router == every || f.router == router) && (f.place == "" || f.place == all || f.place == place) &&
		(f.call == "" || f.call == call) && n >= f.first && (f.last == 0 || n <= f.last)
}

// once strikes the nth call of a method in a place.
func once(place, call string, n int, e effect) fault { return fault{every, place, call, n, n, e} }

// always strikes each call of a method in a place.
func always(place, call string, e effect) fault { return fault{every, place, call, 1, 0, e} }

// effect is what becomes of a call that is struck.
type effect struct {
	name          string
	err           error // what errors.Is must find when the cutover ends by it
	before, after func(ctx context.Context, s *scene, i int) error
	land          func(s *scene, land func())
}

// refuse fails the call, which does nothing.
var refuse = effect{name: "refuse", err: errRefused, before: func(context.Context, *scene, int) error { return errRefused }}

// lose lets the call do its work, and fails it.
var lose = effect{name: "lose", err: errLost, after: func(context.Context, *scene, int) error { return errLost }}

// hang does nothing until the caller gives up.
var hang = effect{name: "hang", err: context.DeadlineExceeded, before: func(ctx context.Context, _ *scene, _ int) error {
	<-ctx.Done()
	return ctx.Err()
}}

// hangAfter does its work, and does not return until the caller gives up.
var hangAfter = effect{name: "hang after", after: func(ctx context.Context, _ *scene, _ int) error {
	<-ctx.Done()
	return ctx.Err()
}}

// drop takes the weights, which never take effect.
var drop = effect{name: "drop", err: traffic.ErrNotInEffect, land: func(*scene, func()) {}}

// delay takes the weights, which take effect after d.
func delay(d time.Duration) effect {
	return effect{name: "delay " + d.String(), err: traffic.ErrNotInEffect, land: func(s *scene, land func()) { s.landLate(d, land) }}
}

// late fails the call, whose weights take effect after d.
func late(d time.Duration) effect {
	return effect{
		name: "late " + d.String(), err: errLost,
		land:  func(s *scene, land func()) { s.landLate(d, land) },
		after: func(context.Context, *scene, int) error { return errLost },
	}
}

// interfere moves the weights as somebody else would, and lets the call go on.
func interfere(w traffic.Weights) effect {
	return effect{name: "interfere", err: traffic.ErrConflict, before: func(_ context.Context, s *scene, i int) error {
		s.interfere(i, w)
		return nil
	}}
}

// silence takes all weight from both colors, as somebody else would, and lets the
// call go on.
var silence = effect{name: "silence", err: traffic.ErrConflict, before: interfere(traffic.Weights{}).before}

// burst panics instead of doing anything.
var burst = effect{name: "burst", before: func(context.Context, *scene, int) error { panic("index out of range [3]\x1b[2J") }}

// interrupt is the user's first Ctrl-C, which cuts off the call.
var interrupt = effect{name: "interrupt", err: context.Canceled, before: func(ctx context.Context, s *scene, _ int) error {
	s.cancel()
	return ctx.Err()
}}

// interruptAfter is the same, when the call has done its work.
var interruptAfter = effect{name: "interrupt after", err: context.Canceled, after: func(ctx context.Context, s *scene, _ int) error {
	s.cancel()
	return ctx.Err()
}}

// sicken makes green unfit, and lets the call go on.
var sicken = effect{name: "sicken", before: func(_ context.Context, s *scene, i int) error {
	s.routers[i].SetHealth(traffic.Green, traffic.Health{Total: 1, Unhealthy: []string{"10.0.0.7:80 is unhealthy"}})
	return nil
}}

func (s *scene) landLate(d time.Duration, land func()) {
	s.mu.Lock()
	s.late = true
	s.mu.Unlock()
	time.AfterFunc(d, land)
}

func (s *scene) interfere(i int, w traffic.Weights) {
	s.mu.Lock()
	s.foreign, s.meddled[i] = true, true
	s.mu.Unlock()
	s.routers[i].Interfere(w)
}
