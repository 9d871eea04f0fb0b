package serve

import (
	"context"
	"sync/atomic"
	"time"
)

// call is the context of one call while it is answered. Afterwards it is one
// that was cancelled, and holds nothing: who still has it holds nothing by it.
type call struct {
	of atomic.Pointer[context.Context]
}

// ended is what every call is that was answered.
var ended = func() *context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return &ctx
}()

func newCall(ctx context.Context) *call {
	c := &call{}
	c.of.Store(&ctx)
	return c
}

func (c *call) end() { c.of.Store(ended) }

func (c *call) now() context.Context { return *c.of.Load() }

// Deadline implements context.Context.
func (c *call) Deadline() (time.Time, bool) { return c.now().Deadline() }

// Done implements context.Context.
func (c *call) Done() <-chan struct{} { return c.now().Done() }

// Err implements context.Context.
func (c *call) Err() error { return c.now().Err() }

// Value implements context.Context.
func (c *call) Value(key any) any { return c.now().Value(key) }
