package cutover

import (
	"context"
	"errors"
	"fmt"
	"slices"

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
		if to == r.current[i] && !r.probed[i] && r.verify(ctx, i, to) == nil { // a probe may have given it less than it reads
			return nil
		}
		return r.set(ctx, i, r.current[i], to)
	})
}

// movement is one router's way from weights to weights: what makes it, and what
// tells whether it is in effect.
type movement struct {
	from, to traffic.Weights
	set      func(context.Context) error
	verify   func(context.Context, int, traffic.Weights) error
}

// set moves one router, and sees that it moved, within EffectLimit.
func (r *run) set(ctx context.Context, i int, from, to traffic.Weights) error {
	err := r.makeMovement(ctx, i, movement{from, to, func(ctx context.Context) error {
		return r.order.Routers[i].SetWeights(ctx, from, to)
	}, r.verify})
	r.probed[i] = r.probed[i] && err != nil
	return err
}

// makeMovement makes a movement, and sees that it was made, within EffectLimit.
func (r *run) makeMovement(ctx context.Context, i int, m movement) error {
	name := r.order.Routers[i].Name
	r.asked[i] = m.to
	limit, cancel := context.WithTimeoutCause(ctx, EffectLimit, errNoEffect)
	defer cancel()
	err := m.set(limit)
	var partial *traffic.PartialError
	if errors.As(err, &partial) {
		r.left[i] = append(r.left[i], partial.Left...)
	}
	if err := r.awaitEffect(limit, i, m, err); err != nil {
		return fmt.Errorf("%s: setting %s: %w", name, m.to, err)
	}
	r.current[i] = m.to
	r.tell(Event{Type: EventWeights, Stage: r.stage, Member: name, Weights: m.to})
	return nil
}

// awaitEffect waits until weights that were asked for are in effect. setErr is what
// the router answered. An error there need not mean that nothing was done,
// since replies get lost: what the router reads back decides.
func (r *run) awaitEffect(ctx context.Context, i int, m movement, setErr error) error {
	last := setErr
	err := poll(ctx, func() (bool, error) {
		live, err := r.read(ctx, i)
		switch {
		case err != nil:
			last = errors.Join(setErr, err)
			return false, nil
		case live == m.to:
			last = m.verify(ctx, i, m.to)
			return last == nil, nil
		case setErr != nil && slices.Contains(r.left[i], live):
			return false, setErr
		case live != m.from:
			return false, &traffic.ConflictError{Want: m.to, Got: live}
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
