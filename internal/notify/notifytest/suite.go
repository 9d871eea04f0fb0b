package notifytest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
)

// Run runs the suite. open returns a notification that goes to a URL, waits by
// pause, and has a Secret. RolledBack makes one request of it.
func Run(t *testing.T, open func(url string, pause httpclient.Pause) notify.Notifier) {
	s := suite{open}
	t.Run("tries again", s.triesAgain)
	t.Run("gives up", s.givesUp)
	t.Run("does not try again", s.doesNotTryAgain)
	t.Run("redirect", s.redirect)
	t.Run("hangs", s.hangs)
	t.Run("nobody there", s.nobodyThere)
	t.Run("its words", s.itsWords)
}

type suite struct {
	open func(url string, pause httpclient.Pause) notify.Notifier
}

// notify tells one notice, and fails the test when the error shows a secret.
func (s suite) notify(ctx context.Context, t *testing.T, service *Service) error {
	t.Helper()
	err := s.open(service.URL, service.Pause).Notify(ctx, Notice(notify.RolledBack))
	if err != nil && strings.Contains(err.Error(), Secret) {
		t.Errorf("the error shows a secret: %v", err)
	}
	return err
}

// answers answers each request with the next status, and the last one again.
func answers(t *testing.T, header http.Header, statuses ...int) *Service {
	t.Helper()
	var s *Service
	s = New(t, func(w http.ResponseWriter, r *http.Request) {
		status := statuses[min(len(s.Requests()), len(statuses))-1]
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "%s %s", r.URL, r.Header) // as a server that repeats what it was sent
	})
	return s
}

func (s suite) triesAgain(t *testing.T) {
	for _, test := range []struct {
		name     string
		header   http.Header
		statuses []int
		pauses   []time.Duration
	}{
		{"limited", http.Header{"Retry-After": {"2"}}, []int{429, 202}, []time.Duration{2 * time.Second}},
		{"limited for long", http.Header{"Retry-After": {"3600"}}, []int{429, 202}, []time.Duration{5 * time.Second}},
		{"limited, nobody says how long", nil, []int{429, 202}, []time.Duration{500 * time.Millisecond}},
		{"down for a moment", nil, []int{503, 500, 200}, []time.Duration{500 * time.Millisecond, time.Second}},
	} {
		t.Run(test.name, func(t *testing.T) {
			service := answers(t, test.header, test.statuses...)
			if err := s.notify(t.Context(), t, service); err != nil {
				t.Error(err)
			}
			wantSame(t, service.Requests(), len(test.statuses))
			if !slices.Equal(service.Pauses(), test.pauses) {
				t.Errorf("it paused for %v", service.Pauses())
			}
		})
	}
}

// wantSame fails the test unless there are n requests, all alike.
func wantSame(t *testing.T, requests []Request, n int) {
	t.Helper()
	if len(requests) != n {
		t.Errorf("%d requests, want %d", len(requests), n)
	}
	for _, r := range requests {
		if r.Path != requests[0].Path || !bytes.Equal(r.Body, requests[0].Body) {
			t.Errorf("it was sent differently: %s %s", r.Path, r.Body)
		}
	}
}

func (s suite) givesUp(t *testing.T) {
	service := answers(t, nil, 503)
	if err := s.notify(t.Context(), t, service); !errors.Is(err, httpclient.ErrRefused) || !strings.Contains(err.Error(), "503 Service Unavailable") {
		t.Errorf("%v", err)
	}
	if n := len(service.Requests()); n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

func (s suite) doesNotTryAgain(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 410, 422} {
		service := answers(t, nil, status)
		if err := s.notify(t.Context(), t, service); !errors.Is(err, httpclient.ErrRefused) || !strings.Contains(err.Error(), fmt.Sprint(status)) {
			t.Errorf("%v", err)
		}
		if n := len(service.Requests()); n != 1 {
			t.Errorf("status %d: %d requests, want 1", status, n)
		}
	}
}

func (s suite) redirect(t *testing.T) {
	service := answers(t, http.Header{"Location": {"/login?token=" + Secret}}, 302)
	if err := s.notify(t.Context(), t, service); !errors.Is(err, httpclient.ErrRedirect) {
		t.Errorf("%v", err)
	}
	if n := len(service.Requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// hangs ends with its context, and not before the request is there.
func (s suite) hangs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	service := New(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if err := s.notify(ctx, t, service); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if n := len(service.Requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func (s suite) nobodyThere(t *testing.T) {
	service := New(t, Taken)
	service.URL = "http://127.0.0.1:1"
	if err := s.notify(t.Context(), t, service); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("%v", err)
	}
	if n := len(service.Pauses()); n != 2 {
		t.Errorf("%d pauses, want 2", n)
	}
}

// itsWords are in the error, without what is secret in them.
func (s suite) itsWords(t *testing.T) {
	service := New(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]string{"detail": "channel_is_archived \x1b[2J" + r.Header.Get("Authorization") + strings.Repeat("x", 9000)}}})
	})
	err := s.notify(t.Context(), t, service)
	if !errors.Is(err, httpclient.ErrRefused) || !strings.Contains(err.Error(), "404 Not Found: channel_is_archived") || strings.ContainsRune(err.Error(), 0x1b) || len(err.Error()) > 700 {
		t.Errorf("%v", err)
	}
}
