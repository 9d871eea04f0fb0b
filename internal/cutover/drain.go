package cutover

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// drain waits until all clients have followed and the outgoing color has no
// open work, for at most the stage's hold. What is still open then is a
// warning: the traffic has moved, and moving it back would help nobody. Only
// when the user cancels it is the cutover undone, or when somebody else moves
// traffic meanwhile. A look at the weights that gets no answer says nothing of
// that kind.
func (r *run) drain(ctx context.Context, s Stage) error {
	if s.Hold == 0 {
		return nil
	}
	started := time.Now()
	short, cancel := context.WithTimeout(ctx, s.Hold)
	defer cancel()
	open := 0 // as last counted; the last look may have got no answer
	err := poll(short, func() (bool, error) {
		if err := r.undisturbed(short); errors.Is(err, traffic.ErrConflict) {
			return false, err
		}
		n, ok := r.inFlight(short)
		if ok {
			open = n
		}
		return ok && n == 0 && time.Since(started) >= s.least, nil
	})
	if err == nil || errors.Is(err, traffic.ErrConflict) || errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	if open > 0 && r.order.Drain > 0 {
		r.warnings = append(r.warnings, fmt.Sprintf("%d requests or connections were still open on %s after a drain of %s",
			open, r.order.To.Other(), Text(s.Hold)))
	}
	return nil
}

// inFlight adds up the open work of the outgoing color. It returns false unless
// every router can count, and did.
func (r *run) inFlight(ctx context.Context) (int, bool) {
	counts := make([]int, len(r.order.Routers))
	err := r.each(func(i int) error {
		counter, ok := r.order.Routers[i].Router.(traffic.InFlightCounter)
		if !ok {
			return errors.ErrUnsupported
		}
		ctx, cancel := context.WithTimeout(ctx, callLimit)
		defer cancel()
		n, err := counter.InFlight(ctx, r.order.To.Other())
		counts[i] = n
		return err
	})
	total := 0
	for _, n := range counts {
		total += n
	}
	return total, err == nil
}
