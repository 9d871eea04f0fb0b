// Package notifytest is the suite that every kind of notification passes: what
// is sent, when it is sent again, and what errors do not show.
package notifytest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
)

// Secret is a part of every URL, key and token in the suite, so that it can be
// looked for in errors.
const Secret = "s3cret"

// Notice returns a notice with something for every field, and characters that
// formats must escape.
func Notice(o notify.Occasion) notify.Notice {
	return notify.Notice{
		Occasion: o, Switch: "shop", From: "blue", To: "green", Version: "2.0.0", Summary: "shop: <green> & \"blue\" " + string(o),
		Detail: "seen: 5 > 3", Time: time.Date(2026, 11, 24, 3, 4, 5, 600e6, time.UTC), Key: "shop-1",
	}
}

// Request is one that a service was sent.
type Request struct {
	Path   string // with the query
	Header http.Header
	Body   []byte
}

// JSON returns the body, which must be an object.
func (r Request) JSON(tb testing.TB) map[string]any {
	tb.Helper()
	var body map[string]any
	if err := json.Unmarshal(r.Body, &body); err != nil {
		tb.Fatalf("%v: %s", err, r.Body)
	}
	return body
}

// Service is a server that keeps what it is sent.
type Service struct {
	URL string

	mu       sync.Mutex
	requests []Request
	answer   http.HandlerFunc
	paused   []time.Duration
}

// New starts a service that answers as the handler does.
func New(tb testing.TB, answer http.HandlerFunc) *Service {
	tb.Helper()
	s := &Service{answer: answer}
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	tb.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Taken answers as a service does that has taken a notice.
func Taken(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }

func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Method != http.MethodPost {
		http.Error(w, "a POST with a body is wanted", http.StatusMethodNotAllowed)
		return
	}
	s.mu.Lock()
	s.requests = append(s.requests, Request{r.URL.RequestURI(), r.Header.Clone(), body})
	s.mu.Unlock()
	s.answer(w, r)
}

// Requests are those that came so far.
func (s *Service) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Pause is a httpclient.Pause that takes no time.
func (s *Service) Pause(ctx context.Context, d time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paused = append(s.paused, d)
	return ctx.Err() == nil
}

var _ httpclient.Pause = (*Service)(nil).Pause

// Pauses are how long a sender has waited between its tries.
func (s *Service) Pauses() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]time.Duration(nil), s.paused...)
}

// Sent returns the one request that a notice makes.
func Sent(tb testing.TB, open func(url string, pause httpclient.Pause) notify.Notifier, n notify.Notice) Request {
	tb.Helper()
	all := SentAll(tb, open, n)
	if len(all) != 1 {
		tb.Fatalf("%d requests, want 1", len(all))
	}
	return all[0]
}

// SentAll returns the requests that a notice makes.
func SentAll(tb testing.TB, open func(url string, pause httpclient.Pause) notify.Notifier, n notify.Notice) []Request {
	tb.Helper()
	s := New(tb, Taken)
	if err := open(s.URL, s.Pause).Notify(tb.Context(), n); err != nil {
		tb.Fatal(err)
	}
	for _, r := range s.Requests() {
		if r.Header.Get("Content-Type") != "application/json" {
			tb.Errorf("the content is of type %q", r.Header.Get("Content-Type"))
		}
	}
	return s.Requests()
}
