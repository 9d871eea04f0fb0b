package cutover

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// lateWrite is how long a write whose reply was lost may still be on its way.
const lateWrite = 2 * time.Second

var (
	// errNotRestored ends the tries to put one router back.
	errNotRestored = errors.New("not restored")
	// errLateWrite is why, when nothing else is.
	errLateWrite = errors.New("a movement without a reply may still take effect")
)

// abort ends a cutover that cause stopped: it puts back what was moved, and
// tells how the cutover ended.
func (r *run) abort(ctx context.Context, cause error) (Result, error) {
	ctx = context.WithoutCancel(ctx)
	switch {
	case !r.moved:
		return Refused, nil
	case holds(cause):
		return Held, r.each(func(i int) error { r.locate(ctx, i); return nil })
	}
	r.tell(Event{Type: EventRollback, Stage: r.stage, Err: cause})
	r.stage = StageRollback
	limit, cancel := context.WithTimeout(ctx, RollbackLimit)
	defer cancel()
	fates := make([]Result, len(r.order.Routers))
	err := r.each(func(i int) error {
		err := r.restore(limit, i)
		fates[i] = fate(err)
		r.locate(ctx, i)
		return err
	})
	return worst(fates), err
}

// holds tells whether nothing but watches that hold stopped the cutover.
func holds(cause error) bool {
	causes := []error{cause}
	if joined, ok := cause.(interface{ Unwrap() []error }); ok { // the causes side by side are meant, not what they wrap
		causes = joined.Unwrap()
	}
	for _, err := range causes {
		var watch *WatchError
		if !errors.As(err, &watch) || !watch.Holds {
			return false
		}
	}
	return true
}

// locate asks a router that gave no answer, or was cut off, once more where it
// sends traffic, outside of the rollback's time: whoever has to look needs to
// know.
func (r *run) locate(ctx context.Context, i int) {
	if !r.seen[i].Known {
		_, _ = r.read(ctx, i) // no answer again: it stays unknown
	}
}

func fate(err error) Result {
	switch {
	case err == nil:
		return RolledBack
	case errors.Is(err, errNotRestored): // whatever the last try ended with
		return RollbackFailed
	default:
		return Stopped
	}
}

func worst(fates []Result) Result {
	result := RolledBack
	for _, f := range fates {
		if f == RollbackFailed || (f == Stopped && result == RolledBack) {
			result = f
		}
	}
	return result
}

// restore puts one router back to where it was found, in one movement, and
// keeps trying while there is time. Weights that are none of ours were set by
// somebody else, and stay.
//
// A write that was cut off may still be on its way. It must not be the last
// word, nor be taken for somebody else's when it arrives: so found is written
// again, even where it stands, and looked at again once that has settled.
func (r *run) restore(ctx context.Context, i int) error {
	m, found := r.order.Routers[i], r.order.Found[i]
	asked := r.asked[i]
	ours := []traffic.Weights{found, r.current[i], asked}
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
			last = r.set(ctx, i, live, found)
			return last == nil && calm, nil
		case !calm:
			calm = true
			r.repeat(ctx, i)
			return false, wait(ctx, lateWrite)
		default:
			if last = r.verify(ctx, i, found); last != nil {
				r.repeat(ctx, i) // what reads right may still have to be set
			}
			return last == nil, nil
		}
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w within %s: %w", m.Name, errNotRestored, Text(RollbackLimit), cmp.Or(last, errLateWrite))
	default:
		return fmt.Errorf("%s: %w", m.Name, err)
	}
}

// repeat writes the weights that a router was found with and has. What it
// answers does not matter, since nothing needs to move: a router that refused
// the first movement may refuse this write too.
func (r *run) repeat(ctx context.Context, i int) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	found := r.order.Found[i]
	_ = r.order.Routers[i].SetWeights(ctx, found, found)
}
