package httpclient

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// serve answers with a status, a header and a body, and counts requests.
func serve(t *testing.T, status int, header http.Header, body string) (url string, asked *atomic.Int64) {
	t.Helper()
	asked = &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

func client(t *testing.T) *API {
	t.Helper()
	web, err := New(t.Context(), nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	remotetext.Hide("s3cret")
	return NewAPI(web, func(body []byte) string { return string(body) })
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 204, 299} {
		url, _ := serve(t, status, nil, "")
		if _, err := client(t).Do(t.Context(), Request{Method: http.MethodGet, URL: url}); err != nil {
			t.Errorf("%d: %v", status, err)
		}
	}
	for _, status := range []int{400, 401, 403, 404, 429, 500, 503} {
		url, _ := serve(t, status, nil, "key s3cret is not known")
		_, err := client(t).Do(t.Context(), Request{Method: http.MethodGet, URL: url + "/path?key=s3cret"})
		if !IsStatus(err, status) || IsStatus(err, 418) || !strings.Contains(err.Error(), "key (secret) is not known") {
			t.Errorf("%d: %v", status, err)
		}
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("it shows the secret: %v", err)
		}
	}
}

func TestRateLimitIsWaitedOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		header http.Header
		silent bool
	}{
		"seconds":         {429, http.Header{"Retry-After": {"30"}}, true},
		"date":            {429, http.Header{"Retry-After": {time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)}}, true},
		"Datadog":         {429, http.Header{"X-Ratelimit-Reset": {"12"}}, true},
		"unavailable":     {503, http.Header{"Retry-After": {"30"}}, true},
		"no word":         {429, nil, false},
		"nonsense":        {429, http.Header{"Retry-After": {"soon"}}, false},
		"past":            {429, http.Header{"Retry-After": {"Thu, 01 Jan 2015 00:00:00 GMT"}}, false},
		"another failure": {500, http.Header{"Retry-After": {"30"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, asked := serve(t, test.status, test.header, "")
			c := client(t)
			for range 3 {
				_, err := c.Do(t.Context(), Request{Method: http.MethodGet, URL: url})
				var refusal *StatusError
				if !errors.As(err, &refusal) || (refusal.Wait > 0) != test.silent || refusal.Wait > longest {
					t.Errorf("Do = %v", err)
				}
			}
			if want := int64(map[bool]int{true: 1, false: 3}[test.silent]); asked.Load() != want {
				t.Errorf("asked %d times, want %d", asked.Load(), want)
			}
		})
	}
}

func TestOtherErrors(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	url, _ := serve(t, 200, nil, "")
	if _, err := client(t).Do(ctx, Request{Method: http.MethodGet, URL: url}); !errors.Is(err, context.Canceled) || IsStatus(err, 200) {
		t.Errorf("Do = %v", err)
	}
}
