package cutover

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// StageDrain waits for the outgoing color's open work to end.
const StageDrain StageName = "drain"

// drainStages wait as long as asked, or as clients stay. Without a drain only
// the time is waited for in which all clients follow, but whoever reads the
// plan learns that sticky ones stay.
func (o Order) drainStages() []Stage {
	if o.Drain == 0 && o.StickyFor() == 0 && o.clientTTLLeft() == 0 {
		return nil
	}
	from := o.To.Other()
	sticky := fmt.Sprintf("sticky clients may stay on %s for up to %s", from, Text(o.StickyFor()))
	follow := fmt.Sprintf("clients follow within %s", Text(o.ClientTTL()))
	least := o.clientTTLLeft()
	wait := least
	if o.Drain > 0 { // for the work of those who came last
		least = max(least, o.StickyFor())
		wait = max(least, o.clientTTLLeft()+o.Drain)
	}
	line := fmt.Sprintf("open work on %s, up to %s", from, Text(wait))
	switch {
	case wait == 0:
		line = "not waited for, although " + sticky
	case o.Drain == 0 && o.StickyFor() > 0:
		line = Text(wait) + ", since " + follow + ", although " + sticky
	case o.Drain == 0:
		line = Text(wait) + ", since " + follow
	case o.StickyFor() > o.clientTTLLeft()+o.Drain:
		line = "up to " + Text(wait) + ", since " + sticky
	case o.clientTTLLeft() > 0:
		line += ", since " + follow
	}
	return []Stage{{
		Name: StageDrain, Hold: wait, Limit: wait, line: line,
		run: func(ctx context.Context, r *run) error { return r.drain(ctx, wait, least) },
	}}
}

// clientTTLLeft is what is left of ClientTTL after the bake.
func (o Order) clientTTLLeft() time.Duration {
	if o.AtOnce {
		return o.ClientTTL()
	}
	return max(o.ClientTTL()-o.Bake, 0)
}

// drain waits until all clients have followed and the outgoing color has no
// open work, for at least and at most the times given. What is still open then is a
// warning: the traffic has moved, and moving it back would help nobody. Only
// when the user cancels it is the cutover undone, or when somebody else moves
// traffic meanwhile. A look at the weights that gets no answer says nothing of
// that kind.
func (r *run) drain(ctx context.Context, most, least time.Duration) error {
	if most == 0 {
		return nil
	}
	started := time.Now()
	short, cancel := context.WithTimeout(ctx, most)
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
		return ok && n == 0 && time.Since(started) >= least, nil
	})
	if err == nil || errors.Is(err, traffic.ErrConflict) || errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	if open > 0 && r.order.Drain > 0 {
		r.warnings = append(r.warnings, fmt.Sprintf("%d requests or connections were still open on %s after a drain of %s",
			open, r.order.To.Other(), Text(most)))
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
		var err error
		counts[i], err = look(ctx, "counting open work", func(ctx context.Context) (int, error) {
			return counter.InFlight(ctx, r.order.To.Other())
		})
		return err
	})
	total := 0
	for _, n := range counts {
		total += n
	}
	return total, err == nil
}
