package pki

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"testing"
)

// NewT is New for a test.
func NewT(tb testing.TB) *CA {
	tb.Helper()
	ca, err := New()
	if err != nil {
		tb.Fatal(err)
	}
	return ca
}

// ServerConfigT is ServerConfig for a test.
func (ca *CA) ServerConfigT(tb testing.TB, mutual bool) *tls.Config {
	tb.Helper()
	config, err := ca.ServerConfig(mutual)
	if err != nil {
		tb.Fatal(err)
	}
	return config
}

// FilesT issues a certificate for a test, and returns it in PEM form with the
// file that has its key.
func (ca *CA) FilesT(tb testing.TB, name string) (certificate, keyFile string) {
	tb.Helper()
	pair, err := ca.Issue(name)
	if err != nil {
		tb.Fatal(err)
	}
	keyFile = filepath.Join(tb.TempDir(), "client.key")
	if err := os.WriteFile(keyFile, pair.Key, 0o600); err != nil {
		tb.Fatal(err)
	}
	return string(pair.Certificate), keyFile
}
