package httpclient_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

// pair is a certificate and its key, in PEM form.
func pair(t *testing.T) (certificate, key string) {
	t.Helper()
	made, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, made.Public(), made)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(made)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
}

// TestKeys come by a file below the home folder, or by a variable.
func TestKeys(t *testing.T) {
	certificate, key := pair(t)
	home := t.TempDir()
	t.Setenv("HOME", home)
	if err := os.WriteFile(filepath.Join(home, "key.pem"), []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	large := filepath.Join(home, "large")
	if err := errors.Join(syscall.Mkfifo(filepath.Join(home, "pipe"), 0o600), os.WriteFile(large, nil, 0o600), os.Truncate(large, 2<<20)); err != nil {
		t.Fatal(err)
	}
	encrypted := string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")}))
	old := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "x"}, Bytes: []byte("x")}))
	t.Setenv("BLUEGREEN_TEST_KEY", key)
	t.Setenv("BLUEGREEN_TEST_LINE", strings.ReplaceAll(key, "\n", `\n`))
	t.Setenv("BLUEGREEN_TEST_ENCRYPTED", encrypted)
	t.Setenv("BLUEGREEN_TEST_OLD", old)
	t.Setenv("BLUEGREEN_TEST_NONSENSE", "s3cret")
	file := func(name string) *string { return &name }
	for name, test := range map[string]struct {
		tls     httpclient.TLS
		at, say string
	}{
		"home":          {httpclient.TLS{KeyFile: file("~/key.pem")}, "", ""},
		"variable":      {httpclient.TLS{KeyEnv: file("BLUEGREEN_TEST_KEY")}, "", ""},
		"one line":      {httpclient.TLS{KeyEnv: file("BLUEGREEN_TEST_LINE")}, "", ""},
		"encrypted":     {httpclient.TLS{KeyEnv: file("BLUEGREEN_TEST_ENCRYPTED")}, "tls.client_key_env", "is encrypted with a passphrase"},
		"old encrypted": {httpclient.TLS{KeyEnv: file("BLUEGREEN_TEST_OLD")}, "tls.client_key_env", "is encrypted with a passphrase"},
		"no key":        {httpclient.TLS{KeyEnv: file("BLUEGREEN_TEST_NONSENSE")}, "tls.client_key_env", "no private key in PEM form"},
		"not set":       {httpclient.TLS{KeyEnv: file("BLUEGREEN_TEST_UNSET")}, "tls.client_key_env", "BLUEGREEN_TEST_UNSET is not set"},
		"both":          {httpclient.TLS{KeyEnv: file("BLUEGREEN_TEST_KEY"), KeyFile: file("~/key.pem")}, "tls.client_key_env", "not both"},
		"in place":      {httpclient.TLS{Key: &key}, "", ""},
		"in place, too": {httpclient.TLS{Key: &key, KeyEnv: file("BLUEGREEN_TEST_KEY")}, "tls.client_key_env", "client_key or client_key_env, not both"},
		"no key there":  {httpclient.TLS{Key: file("s3cret")}, "tls.client_key", "no private key in PEM form"},
		"neither":       {httpclient.TLS{}, "tls.client_cert", "goes together with"},
		"a device":      {httpclient.TLS{KeyFile: file("/dev/zero")}, "tls.client_key_file", "it is a device, not a file"},
		"a pipe":        {httpclient.TLS{KeyFile: file("~/pipe")}, "tls.client_key_file", "it is a named pipe, not a file"},
		"too large":     {httpclient.TLS{KeyFile: file("~/large")}, "tls.client_key_file", "it is larger than 1 MB"},
		"no file":       {httpclient.TLS{KeyFile: file("~/none.pem")}, "tls.client_key_file", "no such file"},
	} {
		test.tls.Certificate = &certificate
		config, err := test.tls.Config(t.Context())
		var at *block.AttributeError
		if test.at == "" && (err != nil || len(config.Certificates) != 1) {
			t.Errorf("%s: %v", name, err)
		}
		if test.at != "" && (!errors.As(err, &at) || at.Path.String() != test.at || !strings.Contains(err.Error(), test.say) || strings.Contains(err.Error(), "s3cret")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
