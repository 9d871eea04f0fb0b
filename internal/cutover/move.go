package cutover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The stages that move traffic, and hold it.
const (
	StageStep    StageName = "step"
	StagePromote StageName = "promote"
	StageBake    StageName = "bake"
)

// stepStages leave out the steps that all routers are past.
func (o Order) stepStages() []Stage {
	if o.AtOnce {
		return nil
	}
	var stages []Stage
	for _, step := range o.Steps {
		if step.Weight < o.lowest() {
			continue
		}
		w := traffic.Split(o.To, step.Weight)
		line := w.String() + ", not held" // Terraform drops a misspelt pause without a word: here it shows.
		if step.Pause > 0 {
			line = w.String() + ", held for " + Text(step.Pause)
		}
		stages = append(stages, Stage{
			Name: StageStep, Weights: w, Hold: step.Pause, Limit: o.movementLimit() + step.Pause + o.patience(), line: line,
			run: func(ctx context.Context, r *run) error {
				if err := r.move(ctx, w); err != nil {
					return err
				}
				return r.hold(ctx, step.Pause)
			},
		})
	}
	return stages
}

func (o Order) promoteStages() []Stage {
	w := traffic.All(o.To)
	return []Stage{{
		Name: StagePromote, Weights: w, Limit: o.movementLimit(), line: w.String(),
		run: func(ctx context.Context, r *run) error { return r.move(ctx, w) },
	}}
}

func (o Order) bakeStages() []Stage {
	if o.Bake == 0 || o.AtOnce {
		return nil
	}
	w := traffic.All(o.To)
	return []Stage{{
		Name: StageBake, Weights: w, Hold: o.Bake, Limit: o.Bake + o.patience(), line: "watch " + w.String() + " for " + Text(o.Bake),
		run: func(ctx context.Context, r *run) error { return r.hold(ctx, o.Bake) },
	}}
}

// move gives the incoming color its weight in every router, and returns when
// that is in effect in all of them. A router that is ahead of the others, as a
// cutover that was cut short may leave it, waits for them. One that serves
// nobody waits for nothing.
func (r *run) move(ctx context.Context, w traffic.Weights) error {
	r.beginMoving()
	return r.each(func(i int) error {
		ctx, cancel := r.inTime(ctx, i)
		defer cancel()
		to := traffic.Split(r.order.To, max(w.Of(r.order.To), r.current[i].Of(r.order.To)))
		if r.current[i].None() {
			to = traffic.All(r.order.To)
		}
		if to == r.current[i] && !r.probed[i] && r.verify(ctx, i, to) == nil { // a probe may have given it less than it reads
			return nil
		}
		return r.set(ctx, i, to)
	})
}

// movement is one router's way from weights to weights: what makes it, and what
// tells whether it is in effect.
type movement struct {
	from, to traffic.Weights
	set      func(context.Context) error
	verify   func(context.Context, int, traffic.Weights) error
}

// noEffectError ends the wait for one movement.
type noEffectError struct{ limit time.Duration }

// Error implements error.
func (e noEffectError) Error() string {
	return fmt.Sprintf("the weights were not seen in effect within %s", Text(e.limit))
}

// inTime is as long as a router may need for one movement.
func (r *run) inTime(ctx context.Context, i int) (context.Context, context.CancelFunc) {
	limit := r.order.effectLimit(i)
	return context.WithTimeoutCause(ctx, limit, noEffectError{limit})
}

// set moves one router, and sees that it moved, within its effect limit.
func (r *run) set(ctx context.Context, i int, to traffic.Weights) error {
	from := r.current[i]
	return r.makeMovement(ctx, i, movement{from, to, func(ctx context.Context) error {
		return r.order.Routers[i].SetWeights(ctx, from, to)
	}, r.verify})
}

// makeMovement makes a movement, and sees that it was made, within the router's
// effect limit.
func (r *run) makeMovement(ctx context.Context, i int, m movement) error {
	r.asked[i], r.touched[i] = m.to, true
	inTime, cancel := r.inTime(ctx, i)
	defer cancel()
	err := guarded("setting the weights", func() error { return m.set(inTime) })
	var partial *traffic.PartialError
	if errors.As(err, &partial) {
		r.left[i] = append(r.left[i], partial.Left...)
	}
	if err := r.awaitEffect(inTime, i, m, err); err != nil {
		return r.of(i, fmt.Sprintf("setting %s", m.to), err)
	}
	r.current[i], r.probed[i] = m.to, false
	r.tell(Event{Type: EventWeights, Stage: r.stage, Member: r.order.Routers[i].Name, Weights: m.to})
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
	return act(ctx, "verifying the weights", callLimit, func(ctx context.Context) error { return verifier.Verify(ctx, w) })
}
