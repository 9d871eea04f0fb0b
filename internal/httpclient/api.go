package httpclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// longest is the most that an API is kept silent to, so that a clock that is
// wrong does not end an analysis.
const longest = 10 * time.Minute

// API asks one API. It is safe for concurrent use.
type API struct {
	web     *Client
	explain func(body []byte) string

	mu    sync.Mutex
	until time.Time // no request is made before
}

// NewAPI returns a client of one API. Explain finds in the body of an error what the API
// says is wrong, which is cleaned before it is shown; nil says nothing, since a
// body may have what nobody should see.
func NewAPI(web *Client, explain func(body []byte) string) *API {
	return &API{web: web, explain: explain}
}

// Request is one request.
type Request struct {
	Method, URL, Body string
	Header            http.Header
}

// Do makes one request, and returns the body of the answer when its status is
// a success. Otherwise the error wraps a *StatusError; after one with a
// Retry-After, no request is made until then.
func (c *API) Do(ctx context.Context, r Request) ([]byte, error) {
	if wait := c.silence(); wait > 0 {
		return nil, &StatusError{Status: http.StatusTooManyRequests, Wait: wait}
	}
	answer, err := c.web.Do(ctx, r.Method, r.URL, r.Body, r.Header)
	if err != nil {
		return nil, err
	}
	if answer.Status >= 200 && answer.Status <= 299 {
		return answer.Body, nil
	}
	return nil, fmt.Errorf("%s %s: %w", r.Method, Redacted(r.URL), c.refused(answer))
}

// refused is the error of a status that is no success.
func (c *API) refused(answer Answer) error {
	refusal := &StatusError{Status: answer.Status}
	if c.explain != nil {
		refusal.Said = remotetext.Clean(c.explain(answer.Body))
	}
	switch answer.Status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		refusal.Wait = min(retryAfter(answer.Header), longest)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.until = time.Now().Add(refusal.Wait)
	}
	return refusal
}

func (c *API) silence() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Until(c.until)
}

// StatusError is an answer with a status that is no success.
type StatusError struct {
	Status int
	// Wait is how long the API asks to be left alone; zero when it does not.
	Wait time.Duration
	// Said is what the API said is wrong; may be empty.
	Said string
}

// Error implements error.
func (e *StatusError) Error() string {
	text := fmt.Sprintf("status %d", e.Status)
	if name := http.StatusText(e.Status); name != "" {
		text += " " + name
	}
	if e.Wait > 0 {
		text += fmt.Sprintf(", and it is to be left alone for %s", e.Wait.Round(time.Second))
	}
	if e.Said != "" {
		text += ": " + e.Said
	}
	return text
}

// IsStatus tells whether err is an answer with one of the statuses.
func IsStatus(err error, statuses ...int) bool {
	var refusal *StatusError
	if !errors.As(err, &refusal) {
		return false
	}
	for _, status := range statuses {
		if refusal.Status == status {
			return true
		}
	}
	return false
}
