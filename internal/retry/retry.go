// Package retry is the one way in which calls are tried again: with waits that
// grow and are drawn at random, so that many who failed together do not come
// back together. The waits are those of github.com/cenkalti/backoff.
//
// It knows no API: whoever calls says what may be tried again.
package retry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Policy says how often, how soon and for how long a call is tried again. First
// and Last must be above 0.
type Policy struct {
	// First is the middle of the wait before the second try. It doubles from
	// try to try, up to Last. What is waited is drawn from half to one and a half
	// of it.
	First, Last time.Duration
	// Tries is how many there are, the first included. Zero means no limit.
	Tries uint
	// Within is how long after the first try another one may begin. A wait that
	// the other side asks for and that would end later is not begun. Zero means
	// until the context ends.
	Within time.Duration
}

// Do calls try until it returns no error, or one that is Final, or the policy
// or ctx ends it. The error is that of the last try; when ctx ended the tries it
// wraps the cause too.
func Do[T any](ctx context.Context, p Policy, try func() (T, error)) (T, error) {
	var last error
	result, err := backoff.Retry(ctx, func() (T, error) {
		result, err := try()
		last = err
		return result, err
	}, backoff.WithBackOff(p.waits()), backoff.WithMaxTries(p.Tries), backoff.WithMaxElapsedTime(p.Within))
	switch cause := context.Cause(ctx); {
	case err == nil:
		return result, nil
	case cause != nil && !errors.Is(last, cause):
		return result, fmt.Errorf("%w: %w", cause, bare(last))
	default:
		return result, bare(last)
	}
}

// Delay is a wait before the try after attempt, which counts from 1, for those
// whose tries somebody else counts.
func (p Policy) Delay(attempt int) time.Duration {
	waits := p.waits()
	for range min(attempt-1, 64) { // by then it is Last
		waits.NextBackOff()
	}
	return waits.NextBackOff()
}

func (p Policy) waits() *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{InitialInterval: p.First, MaxInterval: p.Last, Multiplier: 2, RandomizationFactor: 0.5}
}

// Final makes err end the tries. Of nil it is nil.
func Final(err error) error { return backoff.Permanent(err) }

// After makes err be followed by another try only after the wait that the other
// side asked for. Of nil it is nil; a wait of 0 or less asks for nothing.
func After(err error, wait time.Duration) error {
	if err == nil || wait <= 0 {
		return err
	}
	return &afterError{err, &backoff.RetryAfterError{Duration: wait}}
}

type afterError struct {
	error
	asked *backoff.RetryAfterError
}

// Unwrap returns the cause, and the wait in the form that the library knows.
func (e *afterError) Unwrap() []error { return []error{e.error, e.asked} }

// bare takes off what Final and After put around an error.
func bare(err error) error {
	for {
		switch e := err.(type) { //nolint:errorlint // only the outermost is ours
		case *afterError:
			err = e.error
		case *backoff.PermanentError:
			err = e.Err
		default:
			return err
		}
	}
}
