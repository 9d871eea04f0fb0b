package main

import (
	"context"
	"errors"
)

// many is what many switches on one load balancer cost.
type many struct {
	refresh, oneByOne sample // a plan with nothing to change, and a bare read of each
	plan              sample // of a cutover of all
	apply, own, bare  sample // that cutover
	memory            int64  // peak of the provider in the refresh, in bytes; 0 when it cannot be told here
}

func measureMany(ctx context.Context, s settings) (result many, err error) {
	progress("setting up %d switches on one load balancer", s.switches)
	w, err := rules(ctx, s.switches)
	if err != nil {
		return many{}, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	u, err := newUser(s, "many", w, w.sites...)
	if err != nil {
		return many{}, err
	}
	if _, err := u.workspace.Apply(ctx); err != nil {
		return many{}, err
	}
	if err := result.reads(ctx, s, w, u); err != nil {
		return many{}, err
	}
	return result, result.cutovers(ctx, w, u)
}

// reads measures a refresh, beside as many single reads.
func (m *many) reads(ctx context.Context, s settings, w *world, u *user) (err error) {
	progress("refreshing them, batched and one by one")
	used := watchUsage(u.workspace.Dir(), s.provider)
	m.refresh, err = w.measure(func() (int, error) { return u.plan(ctx, "blue") })
	m.memory = used()[0].memory
	if err != nil {
		return err
	}
	script := newBare(w)
	m.oneByOne, err = w.measure(func() (int, error) {
		err := script.all(ctx, w.sites, func(ctx context.Context, s site) error { return script.expect(ctx, s, "blue") })
		return script.errors(), err
	})
	return err
}

// cutovers measures a cutover of all to green, and has the bare SDK bring them
// back.
func (m *many) cutovers(ctx context.Context, w *world, u *user) (err error) {
	progress("cutting all of them over: a minute or two, for AWS allows 10 reads and 3 writes a second")
	if m.plan, err = w.measure(func() (int, error) { return u.plan(ctx, "green") }); err != nil {
		return err
	}
	if m.plan.errors > 0 {
		return nil
	}
	if m.apply, m.own, err = u.cutover(ctx, w, "green", w.sites...); err != nil || m.apply.errors > 0 {
		return err
	}
	progress("cutting all of them back with the bare SDK: about a minute")
	script := newBare(w)
	m.bare, err = w.measure(func() (int, error) {
		err := script.all(ctx, w.sites, func(ctx context.Context, s site) error { return script.cutover(ctx, s, "blue") })
		return script.errors(), err
	})
	return errors.Join(err, w.check("blue", w.sites...))
}
