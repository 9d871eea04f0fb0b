package cutover

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestThrottledIsNotUnanswered has an API throttle for longer than one look may
// take: it gets its answer. One that is silent, or says that it throttles for
// good, is given up as before.
func TestThrottledIsNotUnanswered(t *testing.T) {
	for name, test := range map[string]struct {
		silent error
		limit  time.Duration
		looks  int
		err    error
	}{
		"throttled":              {traffic.ErrThrottled, time.Hour, 4, nil},
		"silent":                 {errors.New("no answer"), time.Hour, 1, context.DeadlineExceeded},
		"throttled for too long": {traffic.ErrThrottled, time.Hour, int(throttledLimit / callLimit), context.DeadlineExceeded},
		"all time is over":       {traffic.ErrThrottled, 2*callLimit + 1, 3, context.DeadlineExceeded},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), test.limit)
			defer cancel()
			looks := 0
			_, err := look(ctx, "reading the weights", func(ctx context.Context) (int, error) {
				looks++
				if looks == 4 && test.err == nil {
					return looks, nil
				}
				<-ctx.Done()
				return 0, fmt.Errorf("%w: %w", test.silent, ctx.Err())
			})
			if !errors.Is(err, test.err) || looks != test.looks {
				t.Errorf("%s: %d looks, %v; want %d, %v", name, looks, err, test.looks, test.err)
			}
		})
	}
	looks := 0
	_, err := look(t.Context(), "reading the weights", func(context.Context) (int, error) {
		looks++
		return 0, fmt.Errorf("for good: %w", traffic.ErrThrottled)
	})
	if !errors.Is(err, traffic.ErrThrottled) || looks != 1 {
		t.Errorf("throttled for good: %d looks, %v", looks, err)
	}
}
