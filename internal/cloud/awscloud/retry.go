package awscloud

import (
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
)

// retryer tries again in the SDK's adaptive mode: it measures at which rate
// AWS throttles and stays below, so that the many resources of one apply do
// not starve each other. It differs from the SDK's own in two ways: a call
// that is throttled is tried until its context ends, since to be throttled is
// no fault of the user's; and no quota of retries is shared, which would fail
// the calls of a large apply.
type retryer struct {
	*retry.AdaptiveMode
	retries int
}

// retryers returns the function that makes a retryer for each client.
func retryers(maxRetries *int64) func() aws.Retryer {
	retries := defaultRetries
	if maxRetries != nil {
		retries = int(*maxRetries)
	}
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
