package traffictest

import (
	"context"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Exact is a Memory that remembers raw weights, and is a traffic.Restorer
// therefore. Restore is a CallSetWeights to its hooks.
type Exact struct{ *Memory }

var _ traffic.Restorer = Exact{}

// Found implements traffic.Restorer.
func (m Exact) Found(ctx context.Context) (found traffic.Found, err error) {
	err = m.call(ctx, CallFound, func() error { found = was{m.Memory, m.raw}; return nil })
	return found, err
}

// was is how an Exact was found.
type was struct {
	*Memory
	raw Raw
}

// Restore implements traffic.Found.
func (w was) Restore(ctx context.Context, from traffic.Weights) error {
	return w.write(ctx, from, w.raw)
}

// Restored implements traffic.Found.
func (w was) Restored(ctx context.Context) error {
	return w.call(ctx, CallRestored, func() error {
		if live := w.Memory.raw; live != w.raw {
			return fmt.Errorf("traffictest: %w: %d and %d, found with %d and %d", traffic.ErrNotInEffect,
				live.Blue, live.Green, w.raw.Blue, w.raw.Green)
		}
		return nil
	})
}
