package httpclient_test

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/pki"
)

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func client(t *testing.T, tls *httpclient.TLS, headers, fromEnv map[string]string) *httpclient.Client {
	t.Helper()
	c, err := httpclient.New(t.Context(), tls, headers, fromEnv)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDo(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_TOKEN", "Bearer s3cret")
	var got *http.Request
	var body []byte
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("X-Answer", "yes")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "short and stout")
	})
	c := client(t, nil, map[string]string{"x-team": "shop", "Host": "green.internal"}, map[string]string{"Authorization": "BLUEGREEN_TEST_TOKEN"})
	answer, err := c.Do(t.Context(), http.MethodPost, address+"/health?q=1", "hello", http.Header{"Content-Type": {"text/plain"}})
	if err != nil || answer.Status != http.StatusTeapot || string(answer.Body) != "short and stout" || answer.Header.Get("X-Answer") != "yes" || answer.Took <= 0 {
		t.Fatalf("%+v, %v", answer, err)
	}
	if got.Method != http.MethodPost || got.URL.RequestURI() != "/health?q=1" || got.Host != "green.internal" || string(body) != "hello" {
		t.Errorf("%s %s %s %q", got.Method, got.Host, got.URL, body)
	}
	for name, want := range map[string]string{"X-Team": "shop", "Authorization": "Bearer s3cret", "Content-Type": "text/plain"} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q", name, got.Header.Get(name))
		}
	}
}

func TestRedirects(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			t.Error("the redirect was followed")
		}
		http.Redirect(w, r, "/login?token=s3cret", http.StatusFound)
	})
	answer, err := client(t, nil, nil, nil).Do(t.Context(), http.MethodGet, address, "", nil)
	if !errors.Is(err, httpclient.ErrRedirect) || answer.Status != http.StatusFound || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("%+v, %v", answer, err)
	}
}

func TestTooLong(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 5<<20))
	})
	if _, err := client(t, nil, nil, nil).Do(t.Context(), http.MethodGet, address, "", nil); !errors.Is(err, httpclient.ErrTooLong) {
		t.Errorf("%v", err)
	}
}

// TestErrorsShowNoSecret whatever the URL has in it.
func TestErrorsShowNoSecret(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	host := strings.TrimPrefix(closed.URL, "http://")
	for name, address := range map[string]string{
		"refused":   "http://user:s3cret@" + host + "/path?key=s3cret#s3cret",
		"not a URL": "http://user:s3cret@[::1/path",
		"no host":   "http:s3cret",
		"no scheme": "s3cret",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := client(t, nil, nil, nil).Do(t.Context(), http.MethodGet, address, "", nil)
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%v", err)
			}
			if err := httpclient.ValidateURL("url", address, "password or password_env"); err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestValidateURL(t *testing.T) {
	for address, fine := range map[string]bool{
		"http://a": true, "https://a:1/b?c": true, "": false, "a.b/c": false, "ftp://a": false, "http://": false, "http://[": false,
		"http://a/query?q=a b": false, "http://a/b c?q=a%20b": true,
		"https://user:p4ssw0rd@a": false, "https://t0ken@a/path": false, "https://user:p4ss/w0rd@a": false, "https://user:p4ssw0rd@a:port": false,
	} {
		err := httpclient.ValidateURL("url", address, "password or password_env")
		var attribute *block.AttributeError
		if (err == nil) != fine || (err != nil && (!errors.As(err, &attribute) || !attribute.Path.Equal(path.Root("url")) || !errors.Is(err, httpclient.ErrConfig))) {
			t.Errorf("%q: %v", address, err)
		}
		if err != nil && (strings.Contains(err.Error(), "w0rd") || strings.Contains(err.Error(), "t0ken")) {
			t.Errorf("it shows the secret: %v", err)
		}
	}
	err := httpclient.ValidateURL("url", "https://user:p4ssw0rd@a", "password or password_env")
	if err == nil || !strings.Contains(err.Error(), "give them by password or password_env") {
		t.Errorf("%v", err)
	}
}

func TestHeaderFromNowhere(t *testing.T) {
	_, err := httpclient.New(t.Context(), nil, nil, map[string]string{"Authorization": "BLUEGREEN_TEST_UNSET"})
	var attribute *block.AttributeError
	if !errors.As(err, &attribute) || !errors.Is(err, block.ErrUnset) || !attribute.Path.Equal(path.Root("headers_env").AtMapKey("Authorization")) {
		t.Errorf("%v", err)
	}
}

// TestHeaderThatCannotBeSent is refused before anything is asked, and without
// its value.
func TestHeaderThatCannotBeSent(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_TOKEN", "s3cret\n")
	for name, test := range map[string]struct {
		headers, fromEnv map[string]string
		at               path.Path
	}{
		"name":           {map[string]string{"X Team": "s3cret"}, nil, path.Root("headers").AtMapKey("X Team")},
		"no name":        {map[string]string{"": "s3cret"}, nil, path.Root("headers").AtMapKey("")},
		"another header": {map[string]string{"X-Team": "s3cret\r\nX-Role: admin"}, nil, path.Root("headers").AtMapKey("X-Team")},
		"end of a file":  {nil, map[string]string{"X-Token": "BLUEGREEN_TEST_TOKEN"}, path.Root("headers_env").AtMapKey("X-Token")},
	} {
		_, err := httpclient.New(t.Context(), nil, test.headers, test.fromEnv)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || !errors.Is(err, httpclient.ErrConfig) || !attribute.Path.Equal(test.at) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTLS(t *testing.T) {
	ca, stranger := pki.NewT(t), pki.NewT(t)
	certificate, keyFile := ca.FilesT(t, "checker")
	wrong, wrongKey := stranger.FilesT(t, "checker")
	yes, localhost, trusted, untrusted := true, "localhost", ca.PEM(), stranger.PEM()
	elsewhere := "elsewhere.internal"
	for _, test := range []struct {
		name   string
		tls    *httpclient.TLS
		mutual bool
		fine   bool
	}{
		{name: "system's certificates", tls: nil},
		{name: "own authority", tls: &httpclient.TLS{CA: &trusted}, fine: true},
		{name: "another authority", tls: &httpclient.TLS{CA: &untrusted}},
		{name: "anything goes", tls: &httpclient.TLS{InsecureSkipVerify: &yes}, fine: true},
		{name: "its other name", tls: &httpclient.TLS{CA: &trusted, ServerName: &localhost}, fine: true},
		{name: "not its name", tls: &httpclient.TLS{CA: &trusted, ServerName: &elsewhere}},
		{name: "no client certificate", tls: &httpclient.TLS{CA: &trusted}, mutual: true},
		{name: "client certificate", tls: &httpclient.TLS{CA: &trusted, Certificate: &certificate, KeyFile: &keyFile}, mutual: true, fine: true},
		{name: "client certificate of others", tls: &httpclient.TLS{CA: &trusted, Certificate: &wrong, KeyFile: &wrongKey}, mutual: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			server.Config.ErrorLog = quiet()
			server.TLS = ca.ServerConfigT(t, test.mutual)
			server.StartTLS()
			defer server.Close()
			_, err := client(t, test.tls, nil, nil).Do(t.Context(), http.MethodGet, server.URL, "", nil)
			if (err == nil) != test.fine {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestTLSArguments(t *testing.T) {
	ca := pki.NewT(t)
	certificate, keyFile := ca.FilesT(t, "checker")
	_, otherKey := ca.FilesT(t, "other")
	nonsense, missing := "-----BEGIN NONSENSE-----", filepath.Join(t.TempDir(), "missing.key")
	for _, test := range []struct {
		at  string
		tls httpclient.TLS
	}{
		{"ca_cert", httpclient.TLS{CA: &nonsense}},
		{"client_cert", httpclient.TLS{Certificate: &certificate}},
		{"client_cert", httpclient.TLS{KeyFile: &keyFile}},
		{"client_cert", httpclient.TLS{Certificate: &nonsense, KeyFile: &keyFile}},
		{"client_cert", httpclient.TLS{Certificate: &certificate, KeyFile: &otherKey}},
		{"client_key_file", httpclient.TLS{Certificate: &certificate, KeyFile: &missing}},
	} {
		_, err := httpclient.New(t.Context(), &test.tls, nil, nil)
		var attribute *block.AttributeError
		if !errors.As(err, &attribute) || !errors.Is(err, httpclient.ErrConfig) || !attribute.Path.Equal(path.Root("tls").AtName(test.at)) {
			t.Errorf("%s: %v", test.at, err)
		}
		if key, readErr := os.ReadFile(keyFile); readErr != nil || strings.Contains(err.Error(), string(key)) {
			t.Errorf("it shows the key: %v", err)
		}
	}
}

// quiet is for servers whose clients are meant to fail.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
