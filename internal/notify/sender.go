package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/webclient"
)

// ErrRefused reports a service that answered, and did not take the notice.
var ErrRefused = errors.New("the notice was not taken")

// How often a notice is sent, and how long is waited in between unless the
// service says.
const (
	sendTries   = 3
	sendBackoff = 500 * time.Millisecond
	maxBackoff  = 5 * time.Second
)

// Sender posts JSON to a service, and tries again what may pass: a connection
// that fails, a rate limit, a fault of the service's own.
type Sender struct {
	Client *webclient.Client
	Header http.Header
}

// Post sends body as JSON, with headers besides the sender's own. It returns
// an error that wraps ErrRefused unless the answer is a success.
func (s Sender) Post(ctx context.Context, address string, body any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return s.PostBytes(ctx, address, encoded, nil)
}

// PostBytes is Post with the body encoded already, and more headers.
func (s Sender) PostBytes(ctx context.Context, address string, body []byte, more http.Header) error {
	header := http.Header{"Content-Type": {"application/json"}}
	for _, set := range []http.Header{s.Header, more} {
		for name, values := range set {
			header[name] = values
		}
	}
	var err error
	for n := range sendTries {
		var answer webclient.Answer
		answer, err = s.Client.Do(ctx, http.MethodPost, address, string(body), header)
		if err == nil && answer.Status >= 200 && answer.Status < 300 {
			return nil
		}
		if err == nil {
			err = fmt.Errorf("%w: status %d", ErrRefused, answer.Status)
		}
		if n == sendTries-1 || !passing(answer.Status) || !pause(ctx, backoff(answer, n)) {
			break
		}
	}
	return err
}

// passing tells whether another try may do better. Status 0 is no answer.
func passing(status int) bool {
	return status == 0 || status == http.StatusTooManyRequests || status >= 500
}

// backoff is how long to wait: what the service says, within reason.
func backoff(a webclient.Answer, n int) time.Duration {
	if seconds, err := strconv.Atoi(a.Header.Get("Retry-After")); err == nil && seconds > 0 {
		return min(time.Duration(seconds)*time.Second, maxBackoff)
	}
	return sendBackoff << n
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
