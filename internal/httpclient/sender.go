package httpclient

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ErrRefused reports a service that answered, and did not take the notice.
var ErrRefused = errors.New("the notice was not taken")

// How often a notice is sent, how long is waited in between unless the service
// says, and how long at most when it does.
const (
	tries      = 3
	firstPause = 500 * time.Millisecond
	maxPause   = 5 * time.Second
)

// Pause waits for d, and returns false when ctx ends before.
type Pause func(ctx context.Context, d time.Duration) bool

// Sender posts JSON to a service, and tries again what may pass: a connection
// that fails, a rate limit, a fault of the service's own. So a notice whose
// answer is lost may arrive twice.
type Sender struct {
	Client *Client
	// Header is sent with every notice.
	Header http.Header
	// Denied finds in an answer that is a success by its status that the service did
	// not take the notice: with what status, 0 for none. A page is never taken for one
	// that it did. Nil takes statuses as they are.
	Denied func(body []byte) (status int, denied bool)
	// Pause is how it waits between two tries; nil for real time.
	Pause Pause
}

// Post sends body as JSON. It returns an error that wraps ErrRefused unless
// the answer is a success.
func (s Sender) Post(ctx context.Context, address string, body any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return pkg.Errorf("%w", err)
	}
	return s.PostBytes(ctx, address, encoded, nil)
}

// PostBytes is Post with the body encoded already, and more headers.
func (s Sender) PostBytes(ctx context.Context, address string, body []byte, more http.Header) error {
	header := s.headers(more)
	for n := 1; ; n++ {
		answer, err := s.Client.Do(ctx, http.MethodPost, address, string(body), header)
		if answer.Status >= 200 && answer.Status < 300 {
			if !s.denied(&answer) {
				return nil // It was taken, whatever became of the answer's body.
			}
			err = nil
		}
		if err == nil {
			err = refusal(answer)
		}
		if n == tries || !mayPass(answer.Status) || !s.pause(ctx, pauseAfter(answer, n)) {
			return err
		}
	}
}

// headers are those of a notice.
func (s Sender) headers(more http.Header) http.Header {
	header := http.Header{"Content-Type": {"application/json"}}
	for _, set := range []http.Header{s.Header, more} {
		for name, values := range set {
			header[http.CanonicalHeaderKey(name)] = values
		}
	}
	return header
}

// refusal is the error of an answer that is no success, in the service's words.
func refusal(a Answer) error {
	err := fmt.Errorf("%w: status %d %s", ErrRefused, a.Status, http.StatusText(a.Status))
	if a.Status == http.StatusOK {
		err = fmt.Errorf("%w: the answer is a page, perhaps to sign in", ErrRefused)
	}
	if said := Words(a.Header, a.Body); said != "" {
		err = fmt.Errorf("%w: %s", err, said)
	}
	return err
}

// denied tells whether an answer that is a success is none. It then has the status
// that it should have had.
func (s Sender) denied(a *Answer) bool {
	if s.Denied == nil {
		return false
	}
	if IsPage(a.Body) {
		a.Status = http.StatusOK
		return true
	}
	status, denied := s.Denied(a.Body)
	if denied {
		a.Status = cmp.Or(status, http.StatusBadRequest)
	}
	return denied
}

// Plain is a Denied that takes every answer but a page.
func Plain([]byte) (status int, denied bool) { return 0, false }

// IsPage tells whether an answer is a page of HTML, as a proxy gives it to those
// who have not signed in.
func IsPage(body []byte) bool {
	begin := strings.ToLower(strings.TrimSpace(string(body[:min(len(body), 512)])))
	return strings.HasPrefix(begin, "<!doctype html") || strings.HasPrefix(begin, "<html")
}

// mayPass tells whether another try may do better. Status 0 is no answer.
func mayPass(status int) bool {
	return status == 0 || status == http.StatusTooManyRequests || status >= 500
}

// pauseAfter is how long to wait after the nth try: what the service says,
// within reason.
func pauseAfter(a Answer, n int) time.Duration {
	if seconds, err := strconv.Atoi(a.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		return min(time.Duration(seconds)*time.Second, maxPause)
	}
	return firstPause << (n - 1)
}

func (s Sender) pause(ctx context.Context, d time.Duration) bool {
	if s.Pause != nil {
		return s.Pause(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
