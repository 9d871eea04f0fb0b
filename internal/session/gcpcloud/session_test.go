package gcpcloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/auth"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

func ptr[V any](v V) *V { return &v }

// server answers as handle does, and returns a session of it.
func server(t *testing.T, s settings, handle http.HandlerFunc) *Session {
	t.Helper()
	srv := httptest.NewServer(handle)
	t.Cleanup(srv.Close)
	s.Endpoint = &srv.URL
	session, err := newSession(s)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func get(t *testing.T, s *Session) ([]byte, error) {
	t.Helper()
	return s.Do(t.Context(), Request{Method: http.MethodGet, Path: "projects/shop/global/urlMaps/m"})
}

func answerError(w http.ResponseWriter, status int, reason string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"code":%d,"message":"said so","errors":[{"reason":%q}]}}`, status, reason)
}

func TestWhatFailsInPassingIsTriedAgain(t *testing.T) {
	t.Parallel()
	failures := []func(w http.ResponseWriter){
		func(w http.ResponseWriter) { answerError(w, http.StatusForbidden, "rateLimitExceeded") },
		func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"error":{"message":"quota","details":[{"reason":"RATE_LIMIT_EXCEEDED"}]}}`)
		},
		func(w http.ResponseWriter) { answerError(w, http.StatusTooManyRequests, "rateLimitExceeded") },
		func(w http.ResponseWriter) { answerError(w, http.StatusServiceUnavailable, "backendError") },
		func(w http.ResponseWriter) { http.Error(w, "<html>bad gateway</html>", http.StatusBadGateway) },
		func(w http.ResponseWriter) { answerError(w, http.StatusBadRequest, "resourceNotReady") },
		func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
	}
	var calls atomic.Int64
	s := server(t, settings{}, func(w http.ResponseWriter, _ *http.Request) {
		if n := int(calls.Add(1)); n <= len(failures) {
			failures[n-1](w)
			return
		}
		fmt.Fprint(w, `{"name":"m"}`)
	})
	body, err := get(t, s)
	if err != nil || string(body) != `{"name":"m"}` {
		t.Errorf("%s, %v", body, err)
	}
	if got := int(calls.Load()); got != len(failures)+1 {
		t.Errorf("%d calls, want %d", got, len(failures)+1)
	}
}

func TestWhatStaysIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		reason string
		is     error
		cure   string
	}{
		{http.StatusUnauthorized, "authError", ErrCredentials, "gcloud auth application-default login"},
		{http.StatusForbidden, "forbidden", ErrAccessDenied, "grant a role"},
		{http.StatusForbidden, "accessNotConfigured", ErrAccessDenied, "gcloud services enable"},
		{http.StatusNotFound, "notFound", nil, "said so"},
		{http.StatusPreconditionFailed, "conditionNotMet", nil, "said so"},
	} {
		t.Run(test.reason, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int64
			s := server(t, settings{}, func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				answerError(w, test.status, test.reason)
			})
			_, err := get(t, s)
			var api *APIError
			if !errors.As(err, &api) || api.Status != test.status || !api.Has(test.reason) {
				t.Fatalf("error %v", err)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("error %v is not %v", err, test.is)
			}
			if !strings.Contains(err.Error(), test.cure) {
				t.Errorf("error %q does not say %q", err, test.cure)
			}
			if calls.Load() != 1 {
				t.Errorf("%d calls", calls.Load())
			}
		})
	}
}

// flaky hands out a token once it has failed with each of some answers.
type flaky struct{ answers []int }

func (f *flaky) token(context.Context) (string, error) {
	if len(f.answers) == 0 {
		return "t", nil
	}
	status := f.answers[0]
	f.answers = f.answers[1:]
	return "", fmt.Errorf("gcpcloud: %w: %w", ErrCredentials, &auth.Error{Response: &http.Response{StatusCode: status}})
}

func TestTokenThatFailsInPassingIsAskedForAgain(t *testing.T) {
	t.Parallel()
	s := server(t, settings{}, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) })
	s.tokens = &flaky{answers: []int{http.StatusServiceUnavailable, http.StatusTooManyRequests}}
	if _, err := get(t, s); err != nil {
		t.Error(err)
	}
	s.tokens = &flaky{answers: []int{http.StatusBadRequest}}
	if _, err := get(t, s); !errors.Is(err, ErrCredentials) {
		t.Errorf("error %v", err)
	}
}

func TestContextEndsTheTries(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := server(t, settings{}, func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		answerError(w, http.StatusServiceUnavailable, "backendError")
	})
	_, err := s.Do(ctx, Request{Method: http.MethodGet, Path: "x"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestRequestTimeoutIsOfOneTry(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	s := server(t, settings{RequestTimeout: ptr("50ms")}, func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			<-r.Context().Done()
			return
		}
		fmt.Fprint(w, `{}`)
	})
	if _, err := get(t, s); err != nil {
		t.Error(err)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settings settings
		header   map[string]string
	}{
		"nothing on loopback":   {settings{}, map[string]string{"Authorization": "", "X-Goog-User-Project": ""}},
		"access token":          {settings{AccessToken: ptr("t1")}, map[string]string{"Authorization": "Bearer t1"}},
		"project of a resource": {settings{UserProjectOverride: ptr(true)}, map[string]string{"X-Goog-User-Project": "shop"}},
		"billing project":       {settings{UserProjectOverride: ptr(true), BillingProject: ptr("bill")}, map[string]string{"X-Goog-User-Project": "bill"}},
		"billing project alone": {settings{BillingProject: ptr("bill")}, map[string]string{"X-Goog-User-Project": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen http.Header
			s := server(t, test.settings, func(w http.ResponseWriter, r *http.Request) {
				seen = r.Header
				fmt.Fprint(w, `{}`)
			})
			if _, err := get(t, s); err != nil {
				t.Fatal(err)
			}
			for key, want := range test.header {
				if got := seen.Get(key); got != want {
					t.Errorf("%s is %q, want %q", key, got, want)
				}
			}
		})
	}
}

func TestBase(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		settings settings
		want     string
	}{
		{settings{}, "https://compute.googleapis.com/compute/v1/"},
		{settings{UniverseDomain: ptr("example.cloud")}, "https://compute.example.cloud/compute/v1/"},
		{settings{Endpoint: ptr("http://127.0.0.1:9002")}, "http://127.0.0.1:9002/compute/v1/"},
		{settings{Endpoint: ptr("http://[::1]:9002/")}, "http://[::1]:9002/compute/v1/"},
		{settings{Endpoint: ptr("https://private.example.com/compute/v1")}, "https://private.example.com/compute/v1/"},
	} {
		s, err := newSession(test.settings)
		if err != nil || s.base.String() != test.want {
			t.Errorf("base %v, %v; want %s", s, err, test.want)
		}
	}
}

func TestRefusedSettings(t *testing.T) {
	t.Parallel()
	for argument, s := range map[string]settings{
		"gcp.endpoint":        {Endpoint: ptr("http://example.com")},
		"gcp.endpoint: not":   {Endpoint: ptr("compute.googleapis.com")},
		"gcp.request_timeout": {RequestTimeout: ptr("soon")},
	} {
		_, err := newSession(s)
		if !errors.Is(err, session.ErrConfig) || !strings.Contains(err.Error(), argument) {
			t.Errorf("%s: %v", argument, err)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"GOOGLE_CLOUD_PROJECT": "second", "GOOGLE_PROJECT": "first", "GOOGLE_OAUTH_ACCESS_TOKEN": "token",
		"GOOGLE_CREDENTIALS": "key.json", "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT": "sa@p", "USER_PROJECT_OVERRIDE": "true",
		"GOOGLE_BILLING_PROJECT": "bill", "GOOGLE_UNIVERSE_DOMAIN": "u.example", "GOOGLE_COMPUTE_CUSTOM_ENDPOINT": "https://e.example",
	}
	getenv := func(name string) string { return env[name] }
	s := settings{}.withEnvironment(getenv)
	got := []string{*s.Project, *s.AccessToken, *s.Credentials, *s.Impersonate, *s.BillingProject, *s.UniverseDomain, *s.Endpoint}
	want := []string{"first", "token", "key.json", "sa@p", "bill", "u.example", "https://e.example"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
	if !*s.UserProjectOverride {
		t.Error("USER_PROJECT_OVERRIDE was not read")
	}
	s = settings{Project: ptr("own"), Credentials: ptr("{}")}.withEnvironment(getenv)
	if *s.Project != "own" || s.AccessToken != nil || *s.Credentials != "{}" {
		t.Errorf("the block's own arguments do not win: %+v", s)
	}
}

func TestCredentialsThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]settings{
		"no such file":  {Credentials: ptr("super-secret-that-is-no-path")},
		"no JSON":       {Credentials: ptr("{ super-secret-that-is-no-path")},
		"no type":       {Credentials: ptr(`{"private_key":"super-secret-that-is-no-path"}`)},
		"unknown type":  {Credentials: ptr(`{"type":"other","private_key":"super-secret-that-is-no-path"}`)},
		"no key inside": {Credentials: ptr(`{"type":"service_account","private_key":"super-secret-that-is-no-path","client_email":"a@b"}`)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := server(t, s, func(http.ResponseWriter, *http.Request) { t.Error("called") })
			_, err := get(t, session)
			if !errors.Is(err, ErrCredentials) {
				t.Errorf("error %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "super-secret") {
				t.Errorf("the error shows the secret: %v", err)
			}
		})
	}
}

// redirected sends every request to a server on loopback.
type redirected struct{ to *url.URL }

func (r redirected) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host = r.to.Scheme, r.to.Host
	return http.DefaultTransport.RoundTrip(req)
}

func TestImpersonation(t *testing.T) {
	t.Parallel()
	var asked, auth string
	var body map[string]any
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, auth = r.URL.Path, r.Header.Get("Authorization")
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		fmt.Fprintf(w, `{"accessToken":"impersonated","expireTime":%q}`, time.Now().Add(time.Hour).Format(time.RFC3339))
	}))
	t.Cleanup(srv.Close)
	to, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := settings{AccessToken: ptr("own"), Impersonate: ptr("deploy@shop.iam.gserviceaccount.com"), Delegates: []string{"middle@shop"}}
	l := &lazy{settings: s, client: &http.Client{Transport: redirected{to}}}
	for range 2 {
		if token, err := l.token(t.Context()); err != nil || token != "impersonated" {
			t.Fatalf("%q, %v", token, err)
		}
	}
	if asked != "/v1/projects/-/serviceAccounts/deploy@shop.iam.gserviceaccount.com:generateAccessToken" || auth != "Bearer own" {
		t.Errorf("asked %s with %s", asked, auth)
	}
	if d := fmt.Sprint(body["delegates"]); d != "[projects/-/serviceAccounts/middle@shop]" {
		t.Errorf("delegates %s", d)
	}
}

func TestImpersonationThatIsRefused(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answerError(w, http.StatusForbidden, "forbidden") }))
	t.Cleanup(srv.Close)
	to, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := settings{AccessToken: ptr("own"), Impersonate: ptr("deploy@shop")}
	session := server(t, s, func(http.ResponseWriter, *http.Request) { t.Error("called") })
	session.tokens = &lazy{settings: s, client: &http.Client{Transport: redirected{to}}}
	_, err = get(t, session)
	if !errors.Is(err, ErrCredentials) || !strings.Contains(err.Error(), "impersonate_service_account") || strings.Contains(err.Error(), "grant a role") {
		t.Errorf("error %v", err)
	}
}
