package serve

import (
	"context"
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
)

// applies are the changes under way. Each may be a cutover, which needs this
// process until it is done, or rolled back.
type applies struct {
	mu      sync.Mutex
	ended   *sync.Cond
	last    int
	cancels map[int]context.CancelCauseFunc // of those that are under way
}

func newApplies() *applies {
	a := &applies{cancels: map[int]context.CancelCauseFunc{}}
	a.ended = sync.NewCond(&a.mu)
	return a
}

// begin returns the context of an apply, and what to call at its end. It ends
// with cutover.ErrAbandoned when ctx does and nobody had asked to stop: the
// connection is lost that ctx came over.
func (a *applies) begin(ctx context.Context) (context.Context, func()) {
	own, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	unfollow := context.AfterFunc(ctx, func() { cancel(cutover.ErrAbandoned) })
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last++
	number := a.last
	a.cancels[number] = cancel
	return own, func() {
		unfollow()
		cancel(nil)
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.cancels, number)
		a.ended.Broadcast()
	}
}

// stop cancels all that are under way, as their users ask.
func (a *applies) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, cancel := range a.cancels {
		cancel(context.Canceled)
	}
}

// wait returns when none is under way.
func (a *applies) wait() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.cancels) > 0 {
		a.ended.Wait()
	}
}
