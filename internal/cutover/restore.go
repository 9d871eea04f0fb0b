package cutover

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

var (
	// errNotRestored ends the tries to put one router back.
	errNotRestored = errors.New("not restored")
	// errLateWrite is why, when nothing else is.
	errLateWrite = errors.New("a movement without a reply may still take effect")
)

// remember asks a router that can say more than weights how it is, so that a
// rollback makes it exactly so again.
func (r *run) remember(ctx context.Context, i int) error {
	restorer, ok := r.order.Routers[i].Router.(traffic.Restorer)
	if !ok || r.order.Found[i].None() { // which nobody wants back
		return nil
	}
	var err error
	r.exact[i], err = look(ctx, "reading what is there", restorer.Found)
	return r.of(i, "", err)
}

// restoreAll puts all routers back to where they were found.
func (r *run) restoreAll(ctx context.Context) (Result, error) {
	fates := make([]Result, len(r.order.Routers))
	err := r.each(func(i int) (err error) {
		fates[i] = RollbackFailed // unless it is known better
		if r.order.Found[i].None() {
			fates[i], err = r.stay(ctx, i)
			r.locate(ctx, i)
			return err
		}
		err = r.restore(ctx, i)
		if silent := !r.seen[i].Known; silent && r.answersAsFound(ctx, i) {
			err = nil
		}
		fates[i] = fate(err)
		return err
	})
	result := RolledBack
	for _, f := range fates {
		result = worse(result, f)
	}
	return result, err
}

// answersAsFound asks a router that gave no answer for as long as it was tried once
// more: that it did not answer does not mean that nothing was done.
func (r *run) answersAsFound(ctx context.Context, i int) bool {
	r.locate(ctx, i)
	found := r.order.Found[i]
	return r.seen[i].Known && r.seen[i].Weights == found && r.isBack(ctx, i, found) == nil
}

func fate(err error) Result {
	var bug *PanicError
	switch {
	case err == nil:
		return RolledBack
	case errors.Is(err, errNotRestored), errors.As(err, &bug): // whatever the last try ended with
		return RollbackFailed
	default:
		return Stopped
	}
}

// restore puts one router back to where it was found, in one movement, and
// keeps trying while there is time. Weights that are none of ours were set by
// somebody else, and stay; but no weight for either color, which serves nobody,
// does not.
//
// A write that was cut off may still be on its way. It must not be the last
// word, nor be taken for somebody else's when it arrives: so found is written
// again, even where it stands, and looked at again once that write has landed.
func (r *run) restore(ctx context.Context, i int) error {
	ctx, cancel := context.WithTimeout(ctx, r.order.rollbackLimit(i))
	defer cancel()
	found, asked := r.order.Found[i], r.asked[i]
	ours := []traffic.Weights{found, r.current[i], asked, {}}
	calm := asked == r.current[i]
	var last error
	err := poll(ctx, func() (bool, error) {
		live, err := r.read(ctx, i)
		switch {
		case err != nil:
			last = fmt.Errorf("reading the weights: %w", err)
			return false, nil
		case !slices.Contains(ours, live) && !slices.Contains(r.left[i], live):
			return false, &traffic.ConflictError{Want: asked, Got: live}
		case live != found:
			r.current[i] = live
			last = r.goBack(ctx, i)
			if live.None() && r.seen[i].Weights.None() && errors.Is(last, traffic.ErrConflict) { // somebody wants something else to serve
				return false, last
			}
			return last == nil && calm, nil
		case !calm:
			calm = true
			r.repeat(ctx, i)
			return false, wait(ctx, r.order.lateWrite(i))
		default:
			if last = r.isBack(ctx, i, found); last != nil {
				r.repeat(ctx, i) // what reads right may still have to be set
			}
			return last == nil, nil
		}
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return r.notRestored(i, cmp.Or(last, errLateWrite))
	}
	return r.of(i, "", err)
}

// notRestored is the error of a router whose time to be put back is over.
func (r *run) notRestored(i int, last error) error {
	return r.of(i, "", fmt.Errorf("%w within %s: %w", errNotRestored, Text(r.order.rollbackLimit(i)), last))
}

// goBack makes the movement back.
func (r *run) goBack(ctx context.Context, i int) error {
	from := r.current[i]
	return r.makeMovement(ctx, i, movement{from, r.order.Found[i], func(ctx context.Context) error {
		return r.writeBack(ctx, i, from)
	}, r.isBack})
}

// writeBack writes what was found, as exactly as the router can.
func (r *run) writeBack(ctx context.Context, i int, from traffic.Weights) error {
	if exact := r.exact[i]; exact != nil {
		return exact.Restore(ctx, from)
	}
	return r.order.Routers[i].SetWeights(ctx, from, r.order.Found[i])
}

// isBack tells whether a router that has the weights found obeys them, and has
// exactly what was found, if it was asked to have anything else.
func (r *run) isBack(ctx context.Context, i int, found traffic.Weights) error {
	if err := r.verify(ctx, i, found); err != nil || r.exact[i] == nil || !r.touched[i] {
		return err
	}
	return act(ctx, "comparing with what was found", callLimit, r.exact[i].Restored)
}

// repeat writes the weights that a router was found with and has. What it
// answers does not matter, since nothing needs to move: a router that refused
// the first movement may refuse this write too.
func (r *run) repeat(ctx context.Context, i int) {
	_ = act(ctx, "setting the weights", callLimit, func(ctx context.Context) error { return r.writeBack(ctx, i, r.order.Found[i]) })
}

// stay leaves a router that served nobody as it is by now: there is nothing to go
// back to. It returns Held where the incoming color has traffic, and RolledBack
// where nobody has, as it was found.
func (r *run) stay(ctx context.Context, i int) (Result, error) {
	ctx, cancel := context.WithTimeout(ctx, r.order.rollbackLimit(i))
	defer cancel()
	if r.asked[i] != r.current[i] {
		_ = wait(ctx, r.order.lateWrite(i)) // what comes later would be seen by the next plan
	}
	var live traffic.Weights
	var last error
	err := poll(ctx, func() (bool, error) {
		live, last = r.read(ctx, i)
		return last == nil, nil
	})
	switch {
	case err != nil:
		return RollbackFailed, r.notRestored(i, fmt.Errorf("reading the weights: %w", last))
	case live.None():
		return RolledBack, nil
	case live == r.asked[i] || slices.Contains(r.left[i], live):
		return Held, nil
	default:
		return Stopped, r.of(i, "", &traffic.ConflictError{Want: r.asked[i], Got: live})
	}
}
