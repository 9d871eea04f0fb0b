package prewarm_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/prewarm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

// TestServer sends real requests.
func TestServer(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_TOKEN", "s3cret")
	var fine, missing atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "s3cret" || r.Method != http.MethodGet {
			t.Errorf("%s %v", r.Method, r.Header)
		}
		switch r.URL.Path {
		case "/fine":
			fine.Add(1)
		case "/large":
			_, _ = w.Write(make([]byte, 5<<20))
		case "/broken":
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write(make([]byte, 5<<20))
		case "/moved":
			http.Redirect(w, r, "/fine", http.StatusFound)
		default:
			missing.Add(1)
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	open := func(values Values, paths ...string) check.Check {
		for i := range paths {
			paths[i] = server.URL + paths[i] + "?key=s3cret"
		}
		values["urls"], values["headers_env"] = paths, map[string]string{"Authorization": "BLUEGREEN_TEST_TOKEN"}
		return MustOpen(t, prewarm.Kind(), values)
	}
	run := func(c check.Check) error { return c.Run(t.Context(), check.Subject{}) }

	half := open(Values{"requests": 40, "concurrency": 4, "max_error_percent": 50.0}, "/fine", "/missing")
	if err := run(half); err != nil || fine.Load() != 20 || missing.Load() != 20 {
		t.Errorf("%d, %d, %v", fine.Load(), missing.Load(), err)
	}
	if report := half.(cutover.Reporter).Report(); !strings.HasPrefix(report, "40 requests, 20 failed, latency p50 ") {
		t.Errorf("%s", report)
	}
	err := run(open(Values{"requests": 40, "concurrency": 1, "max_error_percent": 49.0}, "/fine", "/missing"))
	if !errors.Is(err, check.ErrFailed) || !strings.Contains(err.Error(), "/missing: status 404") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%v", err)
	}
	if err := run(open(Values{"requests": 2}, "/moved")); !errors.Is(err, httpclient.ErrRedirect) {
		t.Errorf("%v", err)
	}
	if err := run(open(Values{"requests": 2}, "/broken")); !errors.Is(err, check.ErrFailed) || !strings.Contains(err.Error(), "/broken: status 500") {
		t.Errorf("%v", err)
	}
	if err := run(open(Values{"requests": 2, "rate": 1000.0}, "/large")); err != nil {
		t.Errorf("%v", err)
	}
}

func TestDefaults(t *testing.T) {
	c := MustOpen(t, prewarm.Kind(), Values{"urls": []string{"http://green.internal"}})
	if want := 101 * time.Second; c.Limit() != want { // 100 requests, 10 at a time, 10s each
		t.Errorf("%s, want %s", c.Limit(), want)
	}
}

func TestBadArguments(t *testing.T) {
	for _, test := range []struct {
		values Values
		at     path.Path
	}{
		{Values{"urls": []string{"http://a", "b"}}, path.Root("urls").AtListIndex(1)},
		{Values{"rate": 1.0, "concurrency": 1}, path.Root("rate")},
		{Values{"headers_env": map[string]string{"a": "BLUEGREEN_TEST_UNSET"}}, path.Root("headers_env").AtMapKey("a")},
	} {
		if test.values["urls"] == nil {
			test.values["urls"] = []string{"http://green.internal"}
		}
		_, err := Open(t, prewarm.Kind(), test.values)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || !attribute.Path.Equal(test.at) {
			t.Errorf("%v: %v", fmt.Sprint(test.values), err)
		}
	}
}
