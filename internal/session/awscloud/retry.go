package awscloud

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

const (
	// defaultRetries is how often a call that failed in passing is tried
	// again: about a quarter of a minute in all.
	defaultRetries = 10
	// firstDelay and lastDelay bound the wait before a call is tried again,
	// which doubles in between and is drawn at random below that.
	firstDelay = 100 * time.Millisecond
	lastDelay  = 5 * time.Second
	// patience is how long a call waits at most for its turn at the measured
	// rate. A client that has made few calls measures too low a rate, half a
	// call a second at worst, at which a rollback would crawl. Whoever goes ahead
	// of his turn is throttled at worst. With ten workers at AWS's published rate
	// the whole takes no longer for it.
	patience = 500 * time.Millisecond
)

// retryer tries again in the SDK's adaptive mode: it measures at which rate
// AWS throttles and stays below, so that the many resources of one apply do
// not starve each other. It differs from the SDK's own in three ways: a call
// that is throttled is tried until its context ends, since to be throttled is
// no fault of the user's; no quota of retries is shared, which would fail the
// calls of a large apply; and no call waits for long because others were
// throttled.
type retryer struct {
	*retry.AdaptiveMode
	retries int
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
		return retryer{retries: retries, AdaptiveMode: retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
			o.StandardOptions = append(o.StandardOptions, func(o *retry.StandardOptions) {
				o.RateLimiter = ratelimit.None
				o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(credentialsAreFinal)}, o.Retryables...)
			})
		})}
	}
}

// MaxAttempts implements aws.Retryer. There is no limit here: RetryDelay, which
// sees the error, sets it.
func (r retryer) MaxAttempts() int { return 0 }

// GetAttemptToken implements aws.RetryerV2. It waits for the call's turn.
func (r retryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	turn, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	release, err := r.AdaptiveMode.GetAttemptToken(turn)
	if err != nil && ctx.Err() == nil {
		return func(error) error { return nil }, nil
	}
	return release, err
}

// RetryDelay implements aws.Retryer. It fails when the call shall not be tried
// again after attempt, which counts from 1.
func (r retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	if attempt > r.retries && !isThrottle(err) {
		return 0, &retry.MaxAttemptsError{Attempt: attempt, Err: err}
	}
	ceiling := lastDelay
	if doublings := attempt - 1; doublings < 6 {
		ceiling = min(firstDelay<<max(doublings, 0), lastDelay)
	}
	return rand.N(ceiling), nil
}

func isThrottle(err error) bool {
	return retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err).Bool()
}

// credentialsAreFinal keeps calls from being tried again when there are no
// credentials: those who give them have tried again already.
func credentialsAreFinal(err error) aws.Ternary {
	if errors.Is(err, ErrCredentials) {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}
