package azurecloud

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
)

// served is a session whose Resource Manager is a handler on this machine.
func served(t *testing.T, handler http.HandlerFunc) *Session {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	session, err := newSession(t.Context(), settings{AccessToken: ptr("very-secret-token"), Endpoint: &server.URL}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func patch(t *testing.T, s *Session) error {
	t.Helper()
	clients, err := s.TrafficManager("s")
	if err != nil {
		t.Fatal(err)
	}
	_, err = clients.NewEndpointsClient().Update(t.Context(), "g", "p", tm.EndpointTypeExternalEndpoints, "e",
		tm.Endpoint{Properties: &tm.EndpointProperties{Weight: ptr(int64(1))}}, nil)
	return Explain(err)
}

// TestRedirected: neither a change nor a token goes to whom an answer points to.
func TestRedirected(t *testing.T) {
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			t.Errorf("%d: %s %s came here with %q, authorization %q", status, r.Method, r.URL, body, r.Header.Get("Authorization"))
		}))
		t.Cleanup(elsewhere.Close)
		s := served(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL+"/x", status) })
		_, readErr := s.Get(t.Context(), "/subscriptions/s", nil)
		for _, err := range []error{readErr, patch(t, s)} {
			if !errors.Is(err, errRedirected) || !strings.Contains(err.Error(), strings.TrimPrefix(elsewhere.URL, "http://")) ||
				strings.Contains(err.Error(), "secret-token") {
				t.Errorf("%d: %v", status, err)
			}
		}
	}
}

// TestRedirectedAtHome: the same host may say that a path is written otherwise, but not for ever.
func TestRedirectedAtHome(t *testing.T) {
	for loops, want := range map[bool]error{false: nil, true: errRedirected} {
		s := served(t, func(w http.ResponseWriter, r *http.Request) {
			if loops || r.URL.Path == "/a" {
				http.Redirect(w, r, "/b", http.StatusTemporaryRedirect)
			}
		})
		if _, err := s.Get(t.Context(), "/a", nil); !errors.Is(err, want) {
			t.Errorf("loops %t: %v", loops, err)
		}
	}
}

// TestEndlessAnswer: no more is read than there can be, packed or not.
func TestEndlessAnswer(t *testing.T) {
	zeros := make([]byte, 1<<20)
	for _, packed := range []bool{false, true} {
		sent := 0
		s := served(t, func(w http.ResponseWriter, r *http.Request) {
			var out io.Writer = w
			if packed {
				w.Header().Set("Content-Encoding", "gzip")
				zip := gzip.NewWriter(w)
				defer func() { _ = zip.Close() }()
				out = zip
			}
			for sent < 64 && r.Context().Err() == nil {
				if _, err := out.Write(zeros); err != nil {
					return
				}
				sent++
			}
		})
		if _, err := s.Get(t.Context(), "/subscriptions/s", nil); !errors.Is(err, errTooLong) {
			t.Errorf("packed %t: after %d MB: %v", packed, sent, err)
		}
	}
}

// throttling answers every call alike.
type throttling struct {
	after string
	calls int
}

func (n *throttling) Do(r *http.Request) (*http.Response, error) {
	n.calls++
	response, err := answer(r, http.StatusTooManyRequests, `{"error":{"code":"TooManyRequests","message":"The limit is reached."}}`)
	response.Header.Set("Retry-After", n.after)
	return response, err
}

// TestThrottledWithoutEnd ends, and says what Azure asks for.
func TestThrottledWithoutEnd(t *testing.T) {
	for after, want := range map[string]struct {
		waited time.Duration
		says   string
	}{
		"3600":  {0, "asks to wait 1h0m0s"},
		"1e300": {0, "asks to wait 24h0m0s"},
		"17":    {7 * 17 * time.Second, "asks to wait 17s"},
	} {
		synctest.Test(t, func(t *testing.T) {
			network := &throttling{after: after}
			s, err := newSession(t.Context(), settings{AccessToken: ptr("token")}, network)
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			_, err = s.Get(t.Context(), "/subscriptions/s", nil)
			if err == nil || !strings.Contains(err.Error(), want.says) || !strings.Contains(err.Error(), "-parallelism") {
				t.Errorf("Retry-After %s: %v", after, err)
			}
			if waited := time.Since(began); waited < want.waited || waited > want.waited+time.Minute {
				t.Errorf("Retry-After %s: waited %s in %d calls", after, waited, network.calls)
			}
			if _, busy := Busy(err); busy != (after == "17") {
				t.Errorf("Retry-After %s: busy is %t", after, busy)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, "-1": 0, "NaN": 0, "soon": 0, "0.5": 500 * time.Millisecond, "2": 2 * time.Second, "7200": 2 * time.Hour, "Inf": longestWait,
	} {
		if got := retryAfter(&http.Response{Header: http.Header{"Retry-After": {text}}}); got != want {
			t.Errorf("retryAfter(%q) = %s, want %s", text, got, want)
		}
	}
	if got := retryAfter(nil); got != 0 {
		t.Errorf("retryAfter of no answer = %s", got)
	}
}

// TestHostileTexts: what Azure says is one short line, which steers no terminal and shows no secret of ours.
func TestHostileTexts(t *testing.T) {
	for name, message := range map[string]string{
		"long": strings.Repeat("a", 3<<20), "escapes": "\\u001b[2J\\u001b[32mApply complete!", "secret": "you sent Bearer very-secret-token",
	} {
		s := served(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"error":{"code":"AuthorizationFailed","message":"`+message+`"}}`)
		})
		_, err := s.Get(t.Context(), "/subscriptions/s", nil)
		if err == nil || len(err.Error()) > 4<<10 || strings.ContainsAny(err.Error(), "\x1b\n") || strings.Contains(err.Error(), "very-secret-token") {
			t.Errorf("%s: %.300q", name, err)
		}
	}
}
