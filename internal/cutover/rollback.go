package cutover

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// settle is how long a write whose reply was lost may still be on its way.
const settle = 2 * time.Second

// abort ends a cutover that cause stopped: it puts back what was moved, and
// tells how the cutover ended.
func (r *run) abort(ctx context.Context, cause error) (Result, error) {
	if !r.moved {
		return Refused, nil
	}
	r.tell(Event{Type: EventRollback, Stage: r.stage, Err: cause})
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), RollbackLimit)
	defer cancel()
	fates := make([]Result, len(r.order.Routers))
	err := r.each(func(i int) error {
		err := r.restore(ctx, i)
		fates[i] = fate(err)
		return err
	})
	return worst(fates), err
}

func fate(err error) Result {
	switch {
	case err == nil:
		return RolledBack
	case errors.Is(err, traffic.ErrConflict):
		return Stopped
	default:
		return RollbackFailed
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
func (r *run) restore(ctx context.Context, i int) error {
	m, found := r.order.Routers[i], r.order.Found[i]
	var last error
	calm := r.asked[i] == r.current[i]
	err := poll(ctx, func() (bool, error) {
		live, err := r.read(ctx, i)
		switch {
		case err != nil:
			last = err
			return false, nil
		case live == found && calm:
			last = r.verify(ctx, i, found)
			return last == nil, nil
		case live == found:
			// A write of ours that was cut off may still arrive. Look again.
			calm = true
			return false, wait(ctx, settle)
		case live != r.current[i] && live != r.asked[i]:
			return false, &traffic.ConflictError{Want: r.asked[i], Got: live}
		}
		r.current[i] = live
		last = r.set(ctx, i, live, found)
		return last == nil, nil
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: not restored within %s: %w", m.Name, Text(RollbackLimit), last)
	default:
		return fmt.Errorf("%s: %w", m.Name, err)
	}
}
