package catalog_test

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/catalog"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

const hostileSecret = "cat4log-s3cret"

// call asks, judges or tells by one block of a kind, and returns the error.
type call func(t *testing.T, values Values) error

// subject is what is measured, and what notices are about.
var subject = metric.Subject{Color: "green", Environment: "shop-green", Version: "2.0.0"}

func callOf[T any](kind block.Kind[T], use func(ctx context.Context, opened T) error) call {
	return func(t *testing.T, values Values) error {
		t.Helper()
		opened, err := Open(t, kind, values)
		if err != nil {
			return err
		}
		return use(t.Context(), opened)
	}
}

// calls are all kinds of the catalog, by name.
func calls() map[string]call {
	all, c := map[string]call{}, catalog.New()
	for _, kind := range c.Metrics {
		all["metric "+kind.Name()] = callOf(kind, func(ctx context.Context, m metric.Metric) error {
			_, err := m.Read(ctx, subject)
			return err
		})
	}
	for _, kind := range append(c.Checks, c.Gates...) {
		all["check "+kind.Name()] = callOf(kind, func(ctx context.Context, o check.Check) error { return o.Run(ctx, check.Subject{}) })
	}
	all["check prewarm"] = callOf(c.Prewarm, func(ctx context.Context, o check.Check) error { return o.Run(ctx, check.Subject{}) })
	for _, kind := range c.Notifiers {
		all["notify "+kind.Name()] = callOf(kind, func(ctx context.Context, o notify.Notifier) error {
			return o.Notify(ctx, notify.Notice{Occasion: notify.Stuck, Switch: "shop", From: "blue", To: "green", Summary: "stuck"})
		})
	}
	return all
}

// overHTTP are blocks of the kinds that speak HTTP, with a secret where one has
// its place.
func overHTTP(url string) map[string]Values {
	const env = "BLUEGREEN_TEST_HOSTILE"
	headers := map[string]string{"X-Key": env}
	return map[string]Values{
		"metric prometheus": {"url": url, "query": "vector(1)", "bearer_token_env": env},
		"metric web":        {"url": url, "json_path": "$.a", "bearer_token": hostileSecret, "headers_env": headers},
		"metric datadog":    {"url": url, "api_key": hostileSecret, "app_key_env": env, "queries": map[string]string{"a": "x"}},
		"metric new_relic":  {"url": url, "api_key": hostileSecret, "account_id": 1, "query": "SELECT 1 FROM T"},
		"check http":        {"url": url, "headers_env": headers, "retries": 0, "json_path": "$.a", "json_equals": "1"},
		"check prewarm":     {"urls": []string{url}, "requests": 1, "headers_env": headers, "max_error_percent": 0},
		"notify slack":      {"webhook_url": url + "/services/" + hostileSecret},
		"notify teams":      {"webhook_url": url + "/workflows?sig=" + hostileSecret},
		"notify webhook":    {"url": url + "/hooks/" + hostileSecret, "secret_env": env, "headers_env": headers},
		"notify pagerduty":  {"url": url, "routing_key": hostileSecret},
		"notify opsgenie":   {"url": url, "api_key_env": env},
		"notify grafana":    {"url": url, "token_env": env},
	}
}

// elsewhere are the kinds that speak no HTTP, or through a cloud's own client,
// whose tests are beside it.
var elsewhere = []string{
	"metric haproxy", "metric cloudwatch", "metric google_cloud_monitoring", "metric azure_monitor", "check tcp", "check grpc", "check sql", "check window",
}

// TestEveryKindIsTried keeps the tables whole.
func TestEveryKindIsTried(t *testing.T) {
	t.Parallel()
	tried := overHTTP("http://127.0.0.1:1")
	for name := range calls() {
		_, has := tried[name]
		if !has && !strings.Contains(strings.Join(elsewhere, ",")+",", name+",") {
			t.Errorf("no hostile server was tried on %s", name)
		}
	}
}

// quoted puts the whole request into an answer, in several spellings.
func quoted(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	said := fmt.Sprint(r.URL, r.Header, string(body))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	text := said + base64.StdEncoding.EncodeToString([]byte(said)) + fmt.Sprintf("%x", said) + "\x1b[2J\u202e" + strings.Repeat("endless ", 400_000)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "error", "errorType": "bad_data", "error": text, "errors": []string{text}, "message": text})
}

// bomb is 64 MB in 64 KB.
func bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	zip := gzip.NewWriter(w)
	defer func() { _ = zip.Close() }()
	for range 1024 {
		if _, err := zip.Write(make([]byte, 64<<10)); err != nil {
			return // the reader has had enough
		}
	}
}

// TestHostileServers has each kind that speaks HTTP meet a server that quotes
// it, never ends, unpacks to more than memory should hold, or sends it away.
func TestHostileServers(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_HOSTILE", hostileSecret)
	var misled atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { misled.Add(1) }))
	t.Cleanup(elsewhere.Close)
	all := calls()
	for attack, handle := range map[string]http.HandlerFunc{
		"quotes": quoted, "bomb": bomb,
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		},
	} {
		server := httptest.NewServer(handle)
		t.Cleanup(server.Close)
		for name, values := range overHTTP(server.URL) {
			t.Run(attack+"/"+name, func(t *testing.T) {
				err := all[name](t, values)
				if err == nil {
					if attack == "bomb" && (strings.HasPrefix(name, "notify") || name == "check prewarm") {
						return // a status is all that these look at
					}
					t.Fatal("no error")
				}
				text := err.Error()
				hex, coded := fmt.Sprintf("%x", hostileSecret), base64.RawStdEncoding.EncodeToString([]byte(hostileSecret))
				for _, shown := range []string{hostileSecret, hex, coded[:len(coded)-1], "\x1b", "\u202e"} {
					if strings.Contains(text, shown) {
						t.Errorf("it shows %q: %.300s", shown, text)
					}
				}
				if n := utf8.RuneCountInString(text); n > 2*remotetext.Limit+200 {
					t.Errorf("%d characters", n)
				}
			})
		}
	}
	if n := misled.Load(); n != 0 {
		t.Errorf("%d requests went where a redirect led", n)
	}
}

// TestPasswordsInURLs are refused by each kind that has a public address, without
// being shown.
func TestPasswordsInURLs(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_HOSTILE", hostileSecret)
	all := calls()
	for name, values := range overHTTP("http://user:us3r-info-s3cret@127.0.0.1:1") {
		if strings.Contains(fmt.Sprint(values["webhook_url"], name), "webhook") || name == "notify slack" || name == "notify teams" {
			continue // the whole address is a secret
		}
		err := all[name](t, values)
		if err == nil || !strings.Contains(err.Error(), "user or a password") || strings.Contains(err.Error(), "us3r-info") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
