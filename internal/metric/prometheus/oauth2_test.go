package prometheus_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/prometheus"
)

const clientSecret = "cl13nt s3cret/+"

// login is a server of tokens, and a Prometheus that takes the newest one.
type login struct {
	asked, served atomic.Int32
	answer        func(w http.ResponseWriter, r *http.Request) // instead of a token; may be nil
	lifetime      int                                          // in seconds
	revoked       atomic.Bool
}

func (l *login) token(w http.ResponseWriter, r *http.Request) {
	n := l.asked.Add(1)
	if l.answer != nil {
		l.answer(w, r)
		return
	}
	_ = r.ParseForm()
	id, secret, basic := r.BasicAuth()
	if !basic || id != "bluegreen" || secret != "cl13nt+s3cret%2F%2B" || r.Form.Get("grant_type") != "client_credentials" ||
		r.Form.Get("scope") != "read write" || r.Form.Get("audience") != "metrics" {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprintf(w, `{"error":"invalid_client","error_description":"asked with %s %v"}`, secret, r.Form)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"access_token":"acc3ss-t0ken-%d","token_type":"bearer","expires_in":%d}`, n, l.lifetime)
}

func (l *login) query(w http.ResponseWriter, r *http.Request) {
	l.served.Add(1)
	if l.revoked.CompareAndSwap(true, false) || r.Header.Get("Authorization") != fmt.Sprintf("Bearer acc3ss-t0ken-%d", l.asked.Load()) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"message":"no: `+r.Header.Get("Authorization")+`"}`)
		return
	}
	_, _ = io.WriteString(w, one(""))
}

// start returns a block of a metric that is behind it.
func (l *login) start(t *testing.T) metrictest.Block {
	t.Helper()
	tokens, server := httptest.NewServer(http.HandlerFunc(l.token)), httptest.NewServer(http.HandlerFunc(l.query))
	t.Cleanup(tokens.Close)
	t.Cleanup(server.Close)
	b := ask(server.URL, "vector(1)")
	b["oauth2"] = metrictest.Block{
		"token_url": tokens.URL + "/token", "client_id": "bluegreen", "client_secret": clientSecret,
		"scopes": []string{"read", "write"}, "endpoint_params": map[string]string{"audience": "metrics"},
	}
	return b
}

// TestOAuth2 shows one token until it ends or is refused.
func TestOAuth2(t *testing.T) {
	l := &login{lifetime: 3600}
	m := metrictest.MustOpen(t, prometheus.Kind(), nil, l.start(t))
	if l.asked.Load() != 0 {
		t.Error("opening it asked for a token")
	}
	for range 3 {
		if got, err := m.Read(t.Context(), metrictest.Green); err != nil || got.Value != 5 {
			t.Fatalf("Read = %v, %v", got, err)
		}
	}
	if n := l.asked.Load(); n != 1 {
		t.Errorf("%d tokens were asked for", n)
	}
	l.revoked.Store(true)
	if _, err := m.Read(t.Context(), metrictest.Green); err == nil || strings.Contains(err.Error(), "acc3ss") {
		t.Errorf("with a token that was revoked: %v", err)
	}
	if got, err := m.Read(t.Context(), metrictest.Green); err != nil || got.Value != 5 || l.asked.Load() != 2 {
		t.Errorf("with a new one: %v, %v, %d asked", got, err, l.asked.Load())
	}
	brief := &login{lifetime: 1}
	m = metrictest.MustOpen(t, prometheus.Kind(), nil, brief.start(t))
	for range 2 {
		if _, err := m.Read(t.Context(), metrictest.Green); err != nil {
			t.Fatal(err)
		}
	}
	if n := brief.asked.Load(); n != 2 {
		t.Errorf("%d tokens of a second were asked for", n)
	}
}

// TestOAuth2Errors are no answers, say why, and show nothing of the client.
func TestOAuth2Errors(t *testing.T) {
	say := func(status int, kind, body string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, r *http.Request) {
			id, secret, _ := r.BasicAuth()
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			sent := r.Header.Get("Authorization") + " " + secret + id + " " + base64.StdEncoding.EncodeToString([]byte(clientSecret))
			_, _ = io.WriteString(w, strings.ReplaceAll(body, "SENT", sent))
		}
	}
	for name, test := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		say    string
	}{
		"refused":       {say(401, "application/json", `{"error":"invalid_client","error_description":"SENT"}`), "status 401: invalid_client: "},
		"another form":  {say(400, "application/json", `{"message":"tenant unknown, SENT"}`), "status 400: tenant unknown"},
		"a page":        {say(503, "text/html", "<html>SENT"), "status 503"},
		"no token":      {say(200, "application/json", `{"token_type":"bearer","id":"SENT"}`), "missing access_token"},
		"no JSON":       {say(200, "application/json", `SENT`), "no token from"},
		"a bad token":   {say(200, "application/json", `{"access_token":"line\nbreak-t0ken","token_type":"bearer"}`), "invalid header field value"},
		"an error, 200": {say(200, "application/json", `{"error":"temporarily_unavailable"}`), "temporarily_unavailable"},
		"endless": {func(w http.ResponseWriter, _ *http.Request) {
			for range 80 {
				_, _ = w.Write(make([]byte, 64<<10))
			}
		}, "no token from"},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, "redirect"},
	} {
		l := &login{answer: test.answer}
		_, err := metrictest.MustOpen(t, prometheus.Kind(), nil, l.start(t)).Read(t.Context(), metrictest.Green)
		if err == nil || !strings.Contains(err.Error(), test.say) || l.served.Load() != 0 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, secret := range []string{clientSecret, "cl13nt", base64.StdEncoding.EncodeToString([]byte(clientSecret))[:12], "break-t0ken"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s shows %s: %v", name, secret, err)
			}
		}
		if len(err.Error()) > 900 {
			t.Errorf("%s: %d characters", name, len(err.Error()))
		}
	}
}

// TestOAuth2Refused is at plan, on the argument.
func TestOAuth2Refused(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_UNSET", "")
	for at, change := range map[string]metrictest.Block{
		"oauth2.token_url":         {"token_url": "https://user:us3r@login.internal/token"},
		"oauth2.client_secret":     {"client_secret": nil},
		"oauth2.client_secret_env": {"client_secret": nil, "client_secret_env": "BLUEGREEN_TEST_UNSET"},
		"oauth2.tls.client_cert":   {"tls": metrictest.Block{"client_cert": "x"}},
	} {
		b := (&login{}).start(t)
		for name, value := range change {
			b["oauth2"].(metrictest.Block)[name] = value
		}
		_, err := metrictest.Open(t, prometheus.Kind(), nil, b)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || attribute.Path.String() != at || strings.Contains(err.Error(), "us3r@") {
			t.Errorf("%s: %v", at, err)
		}
	}
	b := (&login{}).start(t)
	b["bearer_token"] = "tok3n-as-well"
	if _, err := metrictest.Open(t, prometheus.Kind(), nil, b); !errors.Is(err, prometheus.ErrCredentials) || !strings.Contains(err.Error(), "oauth2 and bearer_token") {
		t.Errorf("two ways: %v", err)
	}
}
