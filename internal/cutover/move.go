package cutover

import (
	"context"
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// errNoEffect ends the wait for one movement.
var errNoEffect = fmt.Errorf("the weights were not seen in effect within %s", Text(EffectLimit))

// move gives the incoming color its weight in every router, and returns when
// that is in effect in all of them. A router that is ahead of the others, as a
// cutover that was cut short may leave it, waits for them.
func (r *run) move(ctx context.Context, w traffic.Weights) error {
	r.moved = true
	return r.each(func(i int) error {
		to := traffic.Split(r.order.To, max(w.Of(r.order.To), r.current[i].Of(r.order.To)))
		if to == r.current[i] {
			return nil
		}
		return r.set(ctx, i, r.current[i], to)
	})
}

// set moves one router, and sees that it moved, within EffectLimit.
func (r *run) set(ctx context.Context, i int, from, to traffic.Weights) error {
	m := r.order.Routers[i]
	r.asked[i] = to
	limit, cancel := context.WithTimeoutCause(ctx, EffectLimit, errNoEffect)
	defer cancel()
	err := r.see(limit, i, from, to, m.SetWeights(limit, from, to))
	if err != nil {
		return fmt.Errorf("%s: setting %s: %w", m.Name, to, err)
	}
	r.current[i] = to
	r.tell(Event{Type: EventWeights, Stage: r.stage, Member: m.Name, Weights: to})
	return nil
}

// see waits until weights that were asked for are in effect. setErr is what
// the router answered. An error there need not mean that nothing was done,
// since replies get lost: what the router reads back decides.
func (r *run) see(ctx context.Context, i int, from, to traffic.Weights, setErr error) error {
	last := setErr
	err := poll(ctx, func() (bool, error) {
		live, err := r.read(ctx, i)
		switch {
		case err != nil:
			last = errors.Join(setErr, err)
			return false, nil
		case live == to:
			last = r.verify(ctx, i, to)
			return last == nil, nil
		case live != from:
			return false, &traffic.ConflictError{Want: to, Got: live}
		case setErr != nil:
			return false, setErr
		default:
			last = fmt.Errorf("%w: the router still has %s", traffic.ErrNotInEffect, live)
			return false, nil
		}
	})
	if ctx.Err() != nil && !errors.Is(err, context.Canceled) {
		return errors.Join(err, last)
	}
	return err
}

// verify asks a router that can tell whether weights are in effect.
func (r *run) verify(ctx context.Context, i int, w traffic.Weights) error {
	verifier, ok := r.order.Routers[i].Router.(traffic.Verifier)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	return verifier.Verify(ctx, w)
}
