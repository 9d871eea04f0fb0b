package prometheus_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/prometheus"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/metrictest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric/prometheus"
)

// echo answers 5 to requests with a header, and 401 to others.
func echo(t *testing.T, header, want string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get(header) != want {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, one(""))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestHeaders(t *testing.T) {
	t.Setenv("PROMETHEUS_TOKEN", "s3cret")
	for name, test := range map[string]struct {
		header, want string
		more         metrictest.Block
	}{
		"bearer":               {"Authorization", "Bearer s3cret", metrictest.Block{"bearer_token": "s3cret"}},
		"bearer by variable":   {"Authorization", "Bearer s3cret", metrictest.Block{"bearer_token_env": "PROMETHEUS_TOKEN"}},
		"basic":                {"Authorization", "Basic dXNlcjpzM2NyZXQ=", metrictest.Block{"username": "user", "password": "s3cret"}},
		"basic by variable":    {"Authorization", "Basic dXNlcjpzM2NyZXQ=", metrictest.Block{"username": "user", "password_env": "PROMETHEUS_TOKEN"}},
		"tenant":               {"X-Scope-OrgID", "shop", metrictest.Block{"tenant": "shop"}},
		"header":               {"X-Custom", "value", metrictest.Block{"headers": map[string]string{"X-Custom": "value"}}},
		"header by variable":   {"X-Custom", "s3cret", metrictest.Block{"headers_env": map[string]string{"X-Custom": "PROMETHEUS_TOKEN"}}},
		"headers do not shade": {"X-Scope-OrgID", "shop", metrictest.Block{"tenant": "shop", "headers": map[string]string{"X-Other": "1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			b := ask(echo(t, test.header, test.want), "vector(1)")
			if _, err := read(t, b); err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("without: %v", err)
			}
			for argument, value := range test.more {
				b[argument] = value
			}
			if got, err := read(t, b); err != nil || got.Value != 5 {
				t.Errorf("Read = %v, %v", got, err)
			}
		})
	}
}

// TestUsersOfRealPrometheus signs in to Prometheus's own users.
func TestUsersOfRealPrometheus(t *testing.T) {
	t.Parallel()
	const hash = "$2a$04$vX0SnXaEmApH9oZ5KKJHiOULiCFSF737M4pA9UDmEGXWMFpq2N/5i" // of "s3cret"
	p := lab.StartT(t, lab.Config{Web: "basic_auth_users: {user: '" + hash + "'}\n"})
	b := ask(p.URL(), "vector(5)")
	b["username"], b["password"] = "user", "wr0ng"
	if _, err := read(t, b); err == nil || !strings.Contains(err.Error(), "401") || strings.Contains(err.Error(), "wr0ng") {
		t.Errorf("Read = %v", err)
	}
	b["password"] = "s3cret"
	if got, err := read(t, b); err != nil || got.Value != 5 {
		t.Errorf("Read = %v, %v", got, err)
	}
}

// TestSecretsInTheURLAreNotShown kills the server before it is asked.
func TestSecretsInTheURLAreNotShown(t *testing.T) {
	t.Parallel()
	if _, err := read(t, ask("http://127.0.0.1:1/?key=s3cret", "vector(1)")); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("Read = %v", err)
	}
	_, err := blocktest.Open(t, prometheus.Kind(), ask("http://user:s3cret@127.0.0.1:1", "vector(1)"))
	if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "password_env") {
		t.Errorf("Open = %v", err)
	}
}

// TestMutualTLSOfRealPrometheus shows and demands certificates.
func TestMutualTLSOfRealPrometheus(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	authority := newAuthority(t)
	authority.issue(t, dir, "server")
	authority.issue(t, dir, "client")
	file := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(file("ca.pem"), authority.pem, 0o600); err != nil {
		t.Fatal(err)
	}
	p := lab.StartT(t, lab.Config{Web: "tls_server_config: {cert_file: " + file("server.pem") + ", key_file: " + file("server.key") +
		", client_auth_type: RequireAndVerifyClientCert, client_ca_file: " + file("ca.pem") + "}\n"})
	url := strings.Replace(p.URL(), "http:", "https:", 1)
	certificate, err := os.ReadFile(file("client.pem"))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		tls   metrictest.Block
		fails bool
		say   string
	}{
		"both known":        {metrictest.Block{"ca_cert": string(authority.pem), "client_cert": string(certificate), "client_key_file": file("client.key")}, false, ""},
		"server not known":  {metrictest.Block{"client_cert": string(certificate), "client_key_file": file("client.key")}, true, "unknown authority"},
		"client not known":  {metrictest.Block{"ca_cert": string(authority.pem)}, true, ""}, // What it says depends on who is first to close.
		"another name":      {metrictest.Block{"ca_cert": string(authority.pem), "server_name": "other.test"}, true, "other.test"},
		"told not to check": {metrictest.Block{"insecure_skip_verify": true, "client_cert": string(certificate), "client_key_file": file("client.key")}, false, ""},
	} {
		b := ask(url, "vector(5)")
		b["tls"] = test.tls
		got, err := read(t, b)
		if (err != nil) != test.fails || (err == nil && got.Value != 5) || (err != nil && !strings.Contains(err.Error(), test.say)) {
			t.Errorf("%s: Read = %v, %v; want %q", name, got, err, test.say)
		}
	}
}

// authority issues certificates for 127.0.0.1.
type authority struct {
	pair tls.Certificate
	pem  []byte
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	template := template("authority")
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	template.Raw = der
	return authority{tls.Certificate{PrivateKey: key, Leaf: template}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

// issue writes name.pem and name.key.
func (a authority) issue(t *testing.T, dir, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template(name), a.pair.Leaf, key.Public(), a.pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, b := range map[string]*pem.Block{name + ".pem": {Type: "CERTIFICATE", Bytes: der}, name + ".key": {Type: "PRIVATE KEY", Bytes: encoded}} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func template(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
}
