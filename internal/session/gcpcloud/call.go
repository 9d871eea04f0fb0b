package gcpcloud

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// maxAnswer is the largest body that is taken, in bytes, unpacked. URL maps have
// at most a few hundred kilobytes; a page of a list may have many of them.
const maxAnswer = 32 << 20

// errTooLong reports an answer that is longer than any of Google's.
var errTooLong = fmt.Errorf("the answer is longer than %d MB", maxAnswer>>20)

// Request is one call of the Compute Engine API.
type Request struct {
	// Method is the HTTP method. A write that may reach Google twice must be
	// harmless then: it carries a requestId, a fingerprint, or both.
	Method string
	// Path is relative to the API's base: "projects/p/global/urlMaps/n".
	Path  string
	Query url.Values
	// Body is JSON; nil for none.
	Body []byte
	// Blocks is how long Google may hold the answer back, as its wait methods
	// do. It adds to the time that the request may take.
	Blocks time.Duration
}

// Do makes the call and returns the answer's body. What fails in passing (a
// rate limit, a server's error, a lost connection) is tried again until ctx
// ends, with growing delays. The error wraps an *APIError when Google answered
// with one, ErrCredentials or ErrAccessDenied when that is the cause, and the
// error of ctx when that ended first.
func (s *Session) Do(ctx context.Context, r Request) ([]byte, error) {
	retries := newRetries()
	for {
		body, err := s.try(ctx, r)
		if err == nil {
			return body, nil
		}
		if ctx.Err() != nil {
			return nil, pkg.Errorf("%s %s: %w", r.Method, r.Path, errors.Join(context.Cause(ctx), err))
		}
		if !retries.again(err) {
			return nil, pkg.Errorf("%s %s: %w", r.Method, r.Path, explain(err))
		}
		if waitErr := retries.wait(ctx); waitErr != nil {
			return nil, pkg.Errorf("%s %s: %w", r.Method, r.Path, errors.Join(waitErr, err))
		}
	}
}

// try makes the call once.
func (s *Session) try(ctx context.Context, r Request) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	token, err := s.tokens.token(ctx)
	if err != nil {
		return nil, &tokenError{err}
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout+r.Blocks)
	defer cancel()
	req, err := s.request(ctx, r, token)
	if err != nil {
		return nil, err
	}
	return s.send(req)
}

func (s *Session) request(ctx context.Context, r Request, token string) (*http.Request, error) {
	address := s.base.String() + strings.TrimPrefix(r.Path, "/")
	if len(r.Query) > 0 {
		address += "?" + r.Query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, address, bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept", "application/json")
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if project := s.counted(r.Path); project != "" {
		req.Header.Set("X-Goog-User-Project", project)
	}
	return req, nil
}

// counted is the project that a call is counted against when that is not the
// credentials' own.
func (s *Session) counted(path string) string {
	if !s.override {
		return ""
	}
	if s.billing != "" {
		return s.billing
	}
	project, _, _ := strings.Cut(strings.TrimPrefix(path, "projects/"), "/")
	return project
}

func (s *Session) send(req *http.Request) ([]byte, error) {
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, &lostError{remotetext.Error(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body) // which the client bounds
	if errors.Is(err, httpclient.ErrTooLong) {
		return nil, errTooLong
	}
	if err != nil {
		return nil, &lostError{remotetext.Error(err)}
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, parseError(resp.StatusCode, body)
	}
	return body, nil
}

// lostError is a call without an answer: it may have been carried out.
type lostError struct{ err error }

// Error implements error.
func (e *lostError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *lostError) Unwrap() error { return e.err }

// tokenError is a call that was not made, since there was no token for it.
type tokenError struct{ err error }

// Error implements error.
func (e *tokenError) Error() string { return e.err.Error() }

// Unwrap returns the cause, which says what to do.
func (e *tokenError) Unwrap() error { return e.err }
