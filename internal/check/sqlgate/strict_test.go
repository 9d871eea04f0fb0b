package sqlgate

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"testing"
)

// openedTLS returns how a database of an address would be called: nil without
// TLS, or where the driver makes it out only in a call.
func openedTLS(t *testing.T, driver, dsn string) *tls.Config {
	t.Helper()
	db, err := connector(t.Context(), driver, dsn, nil)
	if err != nil {
		t.Fatalf("%s: %v", dsn, err)
	}
	switch db := db.(type) {
	case postgres:
		for _, f := range db.config.Fallbacks {
			if f.TLSConfig == nil || f.TLSConfig.InsecureSkipVerify {
				t.Errorf("%s: it falls back on less than a good certificate", dsn)
			}
		}
		return db.config.TLSConfig
	case mySQL:
		config := db.config.Clone()
		if _, err := config.FormatDSN(), config.Apply(); err != nil {
			t.Fatal(err)
		}
		if config.TLSConfig != "true" {
			t.Errorf("%s: tls=%s", dsn, config.TLSConfig)
		}
		return config.TLS
	default:
		t.Fatalf("%T", db)
		return nil
	}
}

// TestNoLessTLSThanAsked: of several words for TLS the strictest counts, in
// whatever order, and words of other clients mean what they mean there.
func TestNoLessTLSThanAsked(t *testing.T) {
	service := filepath.Join(t.TempDir(), "service.conf")
	if err := os.WriteFile(service, []byte("[shop]\nhost=/run/pg,db.example.com\nuser=u\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PGSERVICEFILE", service)
	for dsn, driver := range map[string]string{
		"postgres://u:p@db/shop?ssl=true":                          "",
		"jdbc:postgresql://db/shop?user=u&password=p&ssl=true":     "",
		"postgres://u:p@db/shop?s%73l=true&connect_timeout=5":      "",
		"postgres://u:p@db/shop":                                   "",
		"postgres://db/shop?ssl_min_protocol_version=TLSv1.2":      "",
		"host=db user=u dbname=shop":                               "postgres",
		" postgres://u:p@db/shop\n":                                "",
		"mysql://u:p@db/shop?tls=skip-verify&ssl-mode=VERIFY_CA":   "",
		"mysql://u:p@db/shop?tls=preferred&ssl-mode=VERIFY_CA":     "",
		"mysql://u:p@db/shop?sslMode=VERIFY_IDENTITY&useSSL=false": "",
		"mysql://u:p@db/shop?a_a=1&useSSL=true&sslMode=DISABLED":   "",
		"mysql://u:p@db/shop?ssl-mode=REQUIRED&ssl_mode=VERIFY_CA": "",
		"jdbc:mysql://db/shop?user=u&requireSSL=true&useSSL=false": "",
		"u:p@tcp(db:3306)/shop?tls=false&sslmode=verify-full":      "mysql",
	} {
		if c := openedTLS(t, driver, dsn); c != nil && c.InsecureSkipVerify {
			t.Errorf("%s: any certificate is taken", dsn)
		} else if c == nil && driver != "mysql" && dsn[:1] != "m" && dsn[:6] != "jdbc:m" {
			t.Errorf("%s: without TLS", dsn)
		}
	}
	if db, err := connector(t.Context(), "postgres", "service=shop", nil); err != nil {
		t.Error(err)
	} else if f := db.(postgres).config.Fallbacks; len(f) == 0 || f[0].TLSConfig == nil || f[0].TLSConfig.InsecureSkipVerify {
		t.Errorf("the second host of the service: %+v", f)
	}
	for _, dsn := range []string{"host=db sslmode=''", "host=db sslmode=", "sslmode = '' host=db"} {
		if _, err := connector(t.Context(), "postgres", dsn, nil); err == nil {
			t.Errorf("%s is taken", dsn)
		}
	}
}
