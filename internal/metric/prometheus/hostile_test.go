package prometheus_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// TestGatewayThatQuotesTheRequest answers as gateways do that put what they
// were sent into Prometheus's own form of an error.
func TestGatewayThatQuotesTheRequest(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_BEARER", "g4teway-b3arer")
	t.Setenv("BLUEGREEN_TEST_HEADER", "h3ader-of-ours")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said, _ := json.Marshal(map[string]string{"status": "error", "errorType": "bad_data", "error": fmt.Sprint("refused: ", r.Header)})
		status := http.StatusBadRequest
		if r.URL.Query().Get("server") != "" || strings.HasPrefix(r.URL.Path, "/500") {
			status = http.StatusInternalServerError
		}
		w.WriteHeader(status)
		_, _ = w.Write(said)
	}))
	t.Cleanup(server.Close)
	for _, path := range []string{"", "/500"} {
		for name, more := range map[string]map[string]any{
			"bearer":  {"bearer_token_env": "BLUEGREEN_TEST_BEARER"},
			"basic":   {"username": "user", "password": "p4ssw0rd"},
			"short":   {"username": "user", "password": "pw"},
			"headers": {"headers_env": map[string]string{"X-Key": "BLUEGREEN_TEST_HEADER"}},
			"plain":   {"headers": map[string]string{"Authorization": "Bearer pl4in-token"}},
		} {
			b := ask(server.URL+path, "vector(1)")
			for argument, value := range more {
				b[argument] = value
			}
			_, err := read(t, b)
			if err == nil || !strings.Contains(err.Error(), "refused: map[") || !strings.Contains(err.Error(), "(secret)") {
				t.Errorf("%s: %v", name, err)
				continue
			}
			for _, secret := range []string{"g4teway", "h3ader", "p4ssw0rd", "dXNlcj", "cDRzc3", "pl4in", ":pw"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%s%s: it shows %s: %v", name, path, secret, err)
				}
			}
		}
	}
}

// TestEndlessWords answers with an error of 3 MB that steers the terminal.
func TestEndlessWords(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		said, _ := json.Marshal(map[string]string{
			"status": "error", "errorType": "bad_data", "error": "\x1b[2J\x1b[1;32mApply complete!\u202e" + strings.Repeat("x", 3<<20),
		})
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(said)
	}))
	t.Cleanup(server.Close)
	_, err := read(t, ask(server.URL, "vector(1)"))
	if err == nil || !strings.Contains(err.Error(), `\x1b[2J`) || strings.ContainsAny(err.Error(), "\x1b\u202e") || !strings.Contains(err.Error(), "characters left out") {
		t.Errorf("%q", err)
	}
	if n := utf8.RuneCountInString(err.Error()); n > remotetext.Limit+100 {
		t.Errorf("%d characters", n)
	}
}
