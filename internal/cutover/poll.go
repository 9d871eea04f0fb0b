package cutover

import (
	"context"
	"errors"
	"sync"
	"time"
)

// The time between two readings of something awaited: short at first, since
// most of it is there at once, and then kind to the API.
const (
	pollFirst = 250 * time.Millisecond
	pollMost  = 5 * time.Second
)

// poll calls done until it returns true or an error, or ctx ends; then the
// error is that of ctx.
func poll(ctx context.Context, done func() (bool, error)) error {
	delay := pollFirst
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		if err := wait(ctx, delay); err != nil {
			return err
		}
		delay = min(delay*2, pollMost)
	}
}

// wait returns after d, or with the error of ctx when that ends before.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return context.Cause(ctx)
	}
}

// each calls f for every router at the same time, waits for all of them, and
// joins their errors.
func (r *run) each(f func(i int) error) error {
	errs := make([]error, len(r.order.Routers))
	var wg sync.WaitGroup
	for i := range r.order.Routers {
		wg.Go(func() { errs[i] = guarded(r.order.Routers[i].Name, func() error { return f(i) }) })
	}
	wg.Wait()
	return errors.Join(errs...)
}
