package awscloud

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	awsretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/retry"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// defaultRetries is how often a call that failed in passing is tried again: about
// a quarter of a minute in all.
const defaultRetries = 10

// waits are those before a call is tried again. One that was throttled also
// waits for its turn.
var waits = retry.Policy{First: 50 * time.Millisecond, Last: 2500 * time.Millisecond}

// ErrThrottled reports calls that AWS refused because the account made too many.
var ErrThrottled = session.Refine(traffic.ErrThrottled, "AWS throttles")

// retryer tries calls again. It differs from the SDK's own in three ways: a call
// that is throttled is tried until its context ends, or AWS has throttled every
// call for stormLimit, since to be throttled is no fault of the user's; no quota
// of retries is shared, which would fail the calls of a large apply; and once AWS
// throttles, calls wait in line (pace) instead of at random.
type retryer struct {
	*awsretry.Standard
	retries int
	// reads and writes are throttled apart.
	reads, writes *pace
}

// retries is how often a call is tried again: as the block says, or what the
// SDK reads (AWS_MAX_ATTEMPTS, max_attempts), which counts the first try too.
func (s settings) retries(cfg aws.Config) int {
	switch {
	case s.MaxRetries != nil:
		return int(*s.MaxRetries)
	case cfg.RetryMaxAttempts > 0:
		return cfg.RetryMaxAttempts - 1
	default:
		return defaultRetries
	}
}

// retryers returns the function that makes a retryer for each client.
func retryers(retries int) func() aws.Retryer {
	return func() aws.Retryer {
		return retryer{retries: retries, reads: newPace(), writes: newPace(), Standard: awsretry.NewStandard(func(o *awsretry.StandardOptions) {
			o.RateLimiter = ratelimit.None
			o.Retryables = append([]awsretry.IsErrorRetryable{awsretry.IsErrorRetryableFunc(isFinal)}, o.Retryables...)
		})}
	}
}

// MaxAttempts implements aws.Retryer. There is no limit here: GetRetryToken,
// which sees the error, sets it.
func (r retryer) MaxAttempts() int { return 0 }

// paceOf returns the line in which the call of a context waits.
func (r retryer) paceOf(ctx context.Context) *pace {
	if strings.HasPrefix(awsmiddleware.GetOperationName(ctx), "Describe") {
		return r.reads
	}
	return r.writes
}

// GetAttemptToken implements aws.RetryerV2. It waits for the call's turn.
func (r retryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	p := r.paceOf(ctx)
	note(ctx, !p.isFree())
	if err := p.wait(ctx); err != nil {
		return nil, err
	}
	note(ctx, false)
	return func(err error) error {
		if !isThrottle(err) {
			p.passed()
		}
		return nil
	}, nil
}

// GetRetryToken implements aws.Retryer. It fails when the call shall not be tried
// again: it has failed too often, those tries apart that were throttled, or AWS
// has throttled every call for too long.
func (r retryer) GetRetryToken(ctx context.Context, err error) (func(error) error, error) {
	release := func(error) error { return nil }
	if !isThrottle(err) {
		if failed := failures(ctx); failed > r.retries {
			return nil, fmt.Errorf("gave up after %d such tries", failed)
		}
		return release, nil
	}
	note(ctx, true)
	if storm := r.paceOf(ctx).throttled(); storm >= stormLimit {
		return nil, fmt.Errorf("%w: it has refused every such call for %s, since the account makes too many calls of Elastic Load Balancing: "+
			"find out what else makes them, or try again later, or with a smaller -parallelism", ErrThrottled, storm.Round(time.Second))
	}
	return release, nil
}

// RetryDelay implements aws.Retryer. Attempt counts from 1.
func (r retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	if isThrottle(err) {
		attempt = 1
	}
	return waits.Delay(attempt), nil
}

func isThrottle(err error) bool {
	return awsretry.IsErrorThrottles(awsretry.DefaultThrottles).IsErrorThrottle(err).Bool()
}

// isFinal keeps calls from being tried again when there are no credentials, since
// those who give them have tried again already, and when who answers is not AWS.
func isFinal(err error) aws.Ternary {
	if errors.Is(err, ErrCredentials) || errors.Is(err, errRedirected) || errors.Is(err, errTooLong) {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}

type callKey struct{}

// call is what is known of one call, whose tries come one after the other.
type call struct {
	waits    atomic.Bool // because AWS throttles
	failures atomic.Int32
}

// note notes whether a call waits because AWS throttles.
func note(ctx context.Context, waits bool) {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		c.waits.Store(waits)
	}
}

// failures counts one more try that failed, and returns how many did.
func failures(ctx context.Context) int {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return int(c.failures.Add(1))
	}
	return 1
}

// followCalls lets retryers know what came before in a call. An error of one that
// ran out of time while it waited because AWS throttles wraps ErrThrottled: that
// is not to be unanswered.
func followCalls(s *stack) error {
	step := func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
		middleware.InitializeOutput, middleware.Metadata, error,
	) {
		var c call
		out, metadata, err := next.HandleInitialize(context.WithValue(ctx, callKey{}, &c), in)
		if err != nil && c.waits.Load() && errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("%w: no turn came within the time of this call: %w", ErrThrottled, err)
		}
		return out, metadata, err
	}
	return s.Initialize.Add(middleware.InitializeMiddlewareFunc("BlueGreenFollowCalls", step), middleware.Before)
}
