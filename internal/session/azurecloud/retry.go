package azurecloud

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/retry"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const (
	// retries is how often a read that failed in passing is tried again: about
	// a quarter of a minute in all.
	retries = 10
	// patience is how long a call is tried that is throttled. The quotas of
	// Resource Manager fill up by the second; one that asks for longer waits
	// means them for whoever has called, which a plan cannot sit out in silence.
	patience = 2 * time.Minute
	// answerWithin is how long one try of a call may take. Calls of Traffic
	// Manager take well below a second; one that takes this long has lost its
	// answer, and is best tried again while whoever asked still waits.
	answerWithin = 10 * time.Second
	// tokenWithin is how long it may take to get a token: az starts slowly, and
	// a managed identity is not there at once on a machine that has just begun.
	tokenWithin = time.Minute
)

// waits are those before the next try.
var waits = retry.Policy{First: 100 * time.Millisecond, Last: 5 * time.Second}

// Pause waits before the try after attempt, which counts from 1: as long as
// the API asked, or longer from attempt to attempt. It returns the cause when
// ctx ends before.
func Pause(ctx context.Context, attempt int, asked time.Duration) error {
	timer := time.NewTimer(max(asked, waits.Delay(attempt)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// retryReads tries reads again: when they are throttled for as long as patience
// lasts, since that is no fault of the user's, and when they failed in passing
// for a while. A write is never tried again here, since what it was made from
// must be read anew before.
type retryReads struct{}

// Do implements policy.Policy.
func (retryReads) Do(request *policy.Request) (*http.Response, error) {
	ctx, began := request.Raw().Context(), time.Now()
	for attempt := 1; ; attempt++ {
		response, err := try(request)
		if ctx.Err() != nil {
			return nil, final{pkg.Errorf("%w", context.Cause(ctx))}
		}
		asked, again := time.Duration(0), attempt <= retries && Passing(err)
		if err == nil {
			asked = retryAfter(response)
			again = time.Since(began)+asked <= patience &&
				(response.StatusCode == http.StatusTooManyRequests || attempt <= retries && isPassing(response.StatusCode))
		}
		if !again || request.Raw().Method != http.MethodGet {
			return response, err
		}
		if err := pauseAfter(ctx, response, err, attempt, asked); err != nil {
			return nil, final{err}
		}
	}
}

// pauseAfter waits before the next try of a read, which has ended with response or err.
func pauseAfter(ctx context.Context, response *http.Response, err error, attempt int, asked time.Duration) error {
	status := ""
	if err == nil {
		status, err = response.Status, askAgain(response.StatusCode)
		runtime.Drain(response)
	}
	if waitErr := Pause(ctx, attempt, asked); waitErr != nil {
		return pkg.Errorf("after the answer %q: %w", status, errors.Join(waitErr, err))
	}
	return nil
}

// askAgain is the error of an answer that says no more than that.
func askAgain(status int) error {
	if status == http.StatusTooManyRequests {
		return traffic.ErrThrottled
	}
	return nil
}

// try sends a copy of the request once.
func try(request *policy.Request) (*http.Response, error) {
	if err := request.RewindBody(); err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	return request.Clone(request.Raw().Context()).Next()
}

// answered bounds one try of a call, and reads its answer whole, so that a hung
// connection ends here. The token is there by then: to get it may take longer.
type answered struct{}

// Do implements policy.Policy.
func (answered) Do(request *policy.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Raw().Context(), answerWithin)
	defer cancel()
	response, err := request.Clone(ctx).Next()
	if err != nil {
		if ctx.Err() != nil && request.Raw().Context().Err() == nil {
			return nil, pkg.Errorf("no answer within %s", answerWithin)
		}
		return nil, err
	}
	if _, err := runtime.Payload(response); err != nil {
		return nil, pkg.Errorf("reading the answer: %w", err)
	}
	return response, nil
}
