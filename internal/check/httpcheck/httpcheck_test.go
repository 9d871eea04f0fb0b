package httpcheck_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log"
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
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/httpcheck"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/pki"
)

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// answering answers every request alike.
func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// run opens a check of url, and runs it.
func run(t *testing.T, url string, values Values) error {
	t.Helper()
	if values == nil {
		values = Values{}
	}
	values["url"] = url
	return MustOpen(t, httpcheck.Kind(), values).Run(t.Context(), check.Subject{})
}

func TestJudgement(t *testing.T) {
	const health = `{"status": "ok", "replicas": 3, "ready": true, "parts": [{"name": "db"}, {"name": "s3cret"}]}`
	for _, test := range []struct {
		name   string
		status int
		values Values
		want   string // what a failure says
		body   string // health when empty
	}{
		{name: "success", status: 204},
		{name: "all", status: 200, values: Values{"json_path": "$.parts[*].name", "json_equals": "db", "json_all": true}, want: "of the 2 values of $.parts[*].name, number 2 is not"},
		{name: "all alike", status: 200, values: Values{"json_path": "$.*.status", "json_equals": "UP", "json_all": true}, body: `{"db":{"status":"UP"},"mq":{"status":"UP"}}`},
		{name: "all of none", status: 200, values: Values{"json_path": "$.none[*]", "json_equals": "UP", "json_all": true}, want: "selects no value"},
		{name: "null", status: 200, values: Values{"json_path": "$.freeze", "json_null": true}, body: `{"freeze":null}`},
		{name: "not null", status: 200, values: Values{"json_path": "$.freeze", "json_null": true}, body: `{"freeze":"s3cret"}`, want: "$.freeze is not null"},
		{name: "not there", status: 200, values: Values{"json_path": "$.freeze", "json_null": true}, body: `{}`, want: "selects no value"},
		{name: "byte order mark", status: 200, values: Values{"json_path": "$.status", "json_equals": "ok"}, body: "\ufeff{\"status\":\"ok\"}"},
		{name: "second document", status: 200, values: Values{"json_path": "$.status", "json_equals": "ok"}, body: `{"status":"ok"}{"status":"down"}`, want: "more than one document"},
		{name: "text behind", status: 200, values: Values{"json_path": "$.status", "json_equals": "ok"}, body: `{"status":"ok"} but not really`, want: "more than one document"},
		{name: "null at a filter", status: 200, values: Values{"json_path": "$[?(@.color == 'green')].errors", "json_equals": "0"}, body: "null", want: "selects no value"},
		{name: "failure", status: 503, want: "status 503, and 200-299 passes"},
		{name: "client's error", status: 404, want: "status 404"},
		{name: "named status", status: 401, values: Values{"status": []string{"200", "401"}}},
		{name: "range", status: 418, values: Values{"status": []string{"200", " 400 - 418"}}},
		{name: "outside of all", status: 200, values: Values{"status": []string{"201", "400-418"}}, want: "status 200, and 201, 400-418 passes"},
		{name: "contains", values: Values{"body_contains": `"ok"`}},
		{name: "does not contain", values: Values{"body_contains": "OK"}, want: `does not contain "OK"`},
		{name: "matches", values: Values{"body_matches": `"replicas": [3-9]`}},
		{name: "does not match", values: Values{"body_matches": `^ok$`}, want: `does not match "^ok$"`},
		{name: "text", values: Values{"json_path": "$.status", "json_equals": "ok"}},
		{name: "number", values: Values{"json_path": "$.replicas", "json_equals": "3"}},
		{name: "truth", values: Values{"json_path": "$.ready", "json_equals": "true"}},
		{name: "another value", values: Values{"json_path": "$.parts[1].name", "json_equals": "db"}, want: `$.parts[1].name is not "db"`},
		{name: "nothing selected", values: Values{"json_path": "$.missing", "json_equals": "ok"}, want: "selects no value"},
		{name: "several selected", values: Values{"json_path": "$.parts[*].name", "json_equals": "db"}, want: "more than one value"},
		{name: "an object", values: Values{"json_path": "$.parts[0]", "json_equals": "db"}, want: "another type"},
		{name: "in time", values: Values{"max_latency": "1h"}},
		{name: "too slow", values: Values{"max_latency": "1ns"}, want: "max_latency is 1ns"},
		{name: "all of them", values: Values{"status": []string{"200"}, "body_contains": "ok", "body_matches": "o[k]", "json_path": "$.status", "json_equals": "ok", "max_latency": "1h"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.status == 0 {
				test.status = http.StatusOK
			}
			err := run(t, serve(t, answering(test.status, cmp.Or(test.body, health))).URL, test.values)
			if (err == nil) != (test.want == "") {
				t.Fatalf("%v", err)
			}
			if err != nil && (!errors.Is(err, check.ErrFailed) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "s3cret")) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestNotJSON(t *testing.T) {
	err := run(t, serve(t, answering(200, "<p>s3cret")).URL, Values{"json_path": "$.status", "json_equals": "ok"})
	if !errors.Is(err, check.ErrFailed) || !strings.Contains(err.Error(), "not JSON") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%v", err)
	}
}

func TestRequest(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_TOKEN", "s3cret")
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPut || string(body) != "ping" || r.Header.Get("X-Team") != "shop" || r.Header.Get("X-Token") != "s3cret" || r.URL.RawQuery != "deep=1" {
			t.Errorf("%s %s %v %q", r.Method, r.URL, r.Header, body)
		}
		w.WriteHeader(http.StatusInternalServerError)
	})
	err := run(t, server.URL+"/health?deep=1", Values{
		"method": "put", "body": "ping", "headers": map[string]string{"X-Team": "shop"}, "headers_env": map[string]string{"X-Token": "BLUEGREEN_TEST_TOKEN"},
	})
	if err == nil || !strings.Contains(err.Error(), "PUT "+server.URL+"/health: ") || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "deep") {
		t.Errorf("%v", err)
	}
}

func TestRetries(t *testing.T) {
	for _, test := range []struct {
		name    string
		fails   int32
		retries int
		want    int32
		fine    bool
	}{
		{name: "in time", fails: 2, retries: 2, want: 3, fine: true},
		{name: "too late", fails: 3, retries: 2, want: 3},
		{name: "none", fails: 1, want: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked atomic.Int32
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if asked.Add(1) <= test.fails {
					w.WriteHeader(http.StatusServiceUnavailable)
				}
			})
			err := run(t, server.URL, Values{"retries": test.retries, "backoff": "0s"})
			if (err == nil) != test.fine || asked.Load() != test.want {
				t.Errorf("asked %d times: %v", asked.Load(), err)
			}
		})
	}
}

// TestTimeout is of each try, and not a condition that was looked at.
func TestTimeout(t *testing.T) {
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	err := run(t, server.URL, Values{"timeout": "20ms", "retries": 1, "backoff": "0s"})
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, check.ErrFailed) || !strings.Contains(err.Error(), "after 2 tries") {
		t.Errorf("%v", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	c := MustOpen(t, httpcheck.Kind(), Values{"url": server.URL, "retries": 100, "timeout": "1h"})
	if err := c.Run(ctx, check.Subject{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestRedirect passes when it is what was asked for, and is not followed.
func TestRedirect(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			t.Error("the redirect was followed")
		}
		http.Redirect(w, r, "/login", http.StatusFound)
	})
	for statuses, fine := range map[string]bool{"": false, "200-399": false, "301": false, "302": true, "300-399": true, "200,302": true} {
		values := Values{}
		if statuses != "" {
			values["status"] = strings.Split(statuses, ",")
		}
		if err := run(t, server.URL, values); (err == nil) != fine || (err != nil && !errors.Is(err, httpclient.ErrRedirect)) {
			t.Errorf("%q: %v", statuses, err)
		}
	}
}

func TestTLS(t *testing.T) {
	ca := pki.NewT(t)
	server := httptest.NewUnstartedServer(answering(200, ""))
	server.TLS, server.Config.ErrorLog = ca.ServerConfigT(t, true), log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	certificate, keyFile := ca.FilesT(t, "checker")
	for _, test := range []struct {
		name string
		tls  Values
		fine bool
	}{
		{name: "none"},
		{name: "authority alone", tls: Values{"ca_cert": ca.PEM()}},
		{name: "both", tls: Values{"ca_cert": ca.PEM(), "client_cert": certificate, "client_key_file": keyFile}, fine: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			values := Values{}
			if test.tls != nil {
				values["tls"] = test.tls
			}
			if err := run(t, server.URL, values); (err == nil) != test.fine {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestLimit(t *testing.T) {
	for _, test := range []struct {
		values Values
		want   time.Duration
	}{
		{Values{}, 5 * time.Second},
		{Values{"timeout": "10s", "retries": 2}, 33 * time.Second},
		{Values{"timeout": "1s", "retries": 1, "backoff": "10s"}, 12 * time.Second},
	} {
		test.values["url"] = "http://green.internal"
		if got := MustOpen(t, httpcheck.Kind(), test.values).Limit(); got != test.want {
			t.Errorf("%v: %s, want %s", test.values, got, test.want)
		}
	}
}

func TestBadArguments(t *testing.T) {
	for _, test := range []struct {
		values Values
		at     path.Path
	}{
		{Values{"url": "green.internal/health"}, path.Root("url")},
		{Values{"status": []string{"200", "ok"}}, path.Root("status").AtListIndex(1)},
		{Values{"status": []string{"204-200"}}, path.Root("status").AtListIndex(0)},
		{Values{"status": []string{"99"}}, path.Root("status").AtListIndex(0)},
		{Values{"status": []string{"200-600"}}, path.Root("status").AtListIndex(0)},
		{Values{"body_matches": "("}, path.Root("body_matches")},
		{Values{"json_path": "$.a"}, path.Root("json_path")},
		{Values{"json_equals": "a"}, path.Root("json_path")},
		{Values{"json_path": "$[", "json_equals": "a"}, path.Root("json_path")},
		{Values{"tls": Values{"ca_cert": "nonsense"}}, path.Root("tls").AtName("ca_cert")},
		{Values{"headers_env": map[string]string{"X": "BLUEGREEN_TEST_UNSET"}}, path.Root("headers_env").AtMapKey("X")},
	} {
		if _, ok := test.values["url"]; !ok {
			test.values["url"] = "http://green.internal"
		}
		_, err := Open(t, httpcheck.Kind(), test.values)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || !attribute.Path.Equal(test.at) {
			t.Errorf("%v: %v", test.values, err)
		}
	}
}

// TestH2C asks a server that speaks HTTP/2 without TLS and nothing else.
func TestH2C(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			w.WriteHeader(http.StatusHTTPVersionNotSupported)
		}
	}))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	t.Cleanup(server.Close)
	if err := run(t, server.URL, Values{"retries": 0}); err == nil {
		t.Error("it passes without")
	}
	if err := run(t, server.URL, Values{"h2c": true}); err != nil {
		t.Error(err)
	}
	if _, err := Open(t, httpcheck.Kind(), Values{"url": "https://green.internal", "h2c": true}); !errors.Is(err, httpclient.ErrConfig) {
		t.Errorf("%v", err)
	}
}
