package main

import (
	"context"
	"errors"
)

// one is what one switch costs: instant cutovers there and back, each beside a
// bare one on a listener of its own.
type one struct {
	refresh sample // a plan with nothing to change
	plan    sample // of a cutover
	apply   sample // of that plan, the whole command
	own     sample // the provider's part of that
	bare    sample
}

func measureOne(ctx context.Context, s settings) (result one, err error) {
	w, err := listeners(ctx)
	if err != nil {
		return one{}, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	u, err := newUser(s, "one", w, w.sites[0])
	if err != nil {
		return one{}, err
	}
	if _, err := u.workspace.Apply(ctx); err != nil {
		return one{}, err
	}
	progress("one switch: a plan without changes, then %d instant cutovers and as many bare ones", s.rounds)
	if result.refresh, err = w.measure(func() (int, error) { return u.plan(ctx, "blue") }); err != nil {
		return one{}, err
	}
	var rounds []one
	for i := range s.rounds {
		r, err := round(ctx, w, u, []string{"green", "blue"}[i%2])
		if err != nil {
			return one{}, err
		}
		rounds = append(rounds, r)
	}
	result.plan, result.apply = typicalOf(rounds, func(r one) sample { return r.plan }), typicalOf(rounds, func(r one) sample { return r.apply })
	result.own, result.bare = typicalOf(rounds, func(r one) sample { return r.own }), typicalOf(rounds, func(r one) sample { return r.bare })
	return result, nil
}

// round is one cutover and one bare one.
func round(ctx context.Context, w *world, u *user, to string) (r one, err error) {
	if r.plan, err = w.measure(func() (int, error) { return u.plan(ctx, to) }); err != nil {
		return one{}, err
	}
	if r.apply, r.own, err = u.cutover(ctx, w, to, w.sites[0]); err != nil {
		return one{}, err
	}
	script := newBare(w)
	r.bare, err = w.measure(func() (int, error) {
		err := script.cutover(ctx, w.sites[1], to)
		return script.errors(), err
	})
	return r, err
}

// cutover applies the plan that was made, and measures that: the whole of it,
// and the provider's own time in it.
func (u *user) cutover(ctx context.Context, w *world, to string, sites ...site) (apply, own sample, err error) {
	if apply, err = w.measure(func() (int, error) { return u.apply(ctx) }); err != nil || apply.errors > 0 {
		return apply, apply, err
	}
	own, err = u.own(w, len(sites))
	return apply, own, errors.Join(err, w.check(to, sites...))
}
