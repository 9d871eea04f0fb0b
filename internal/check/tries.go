package check

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// maxBackoff is the longest wait between two tries.
const maxBackoff = 30 * time.Second

// Tries is how often something is tried.
type Tries struct {
	// Each is how long one try may take.
	Each time.Duration
	// Retries is how many more there are when one fails.
	Retries int
	// Backoff is the wait before the first retry. It doubles with each.
	Backoff time.Duration
}

// Limit is the longest that Do takes.
func (t Tries) Limit() time.Duration {
	limit, backoff := t.Each, t.Backoff
	for range t.Retries {
		limit += backoff + t.Each
		backoff = min(backoff*2, maxBackoff)
	}
	return limit
}

// Do calls try until it returns nil or there are no more tries, and returns
// the last error. It waits between tries, and ends when ctx does.
func (t Tries) Do(ctx context.Context, try func(context.Context) error) error {
	backoff := t.Backoff
	for n := 0; ; n++ {
		err := t.once(ctx, try)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if n == t.Retries {
			return tried(err, n)
		}
		timer := time.NewTimer(backoff)
		select {
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(err, context.Cause(ctx))
		case <-timer.C:
		}
		backoff = min(backoff*2, maxBackoff)
	}
}

func (t Tries) once(ctx context.Context, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, t.Each)
	defer cancel()
	return try(ctx)
}

func tried(err error, retries int) error {
	if retries == 0 {
		return err
	}
	return fmt.Errorf("after %d tries: %w", retries+1, err)
}
