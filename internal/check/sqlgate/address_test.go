package sqlgate_test

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/sqlgate"
)

// ask runs a gate on an address that must reach its database.
func ask(t *testing.T, dsn string, more Values) error {
	t.Helper()
	values := Values{"dsn": dsn, "query": "select 1", "equals": "1"}
	for name, v := range more {
		values[name] = v
	}
	gate, err := Open(t, sqlgate.Kind(), values)
	if err != nil {
		return err
	}
	return gate.Run(t.Context(), check.Subject{})
}

// TestDialectsOfAddresses has the schemes of other languages and tools reach the
// host that they name, with PGHOST pointing elsewhere.
func TestDialectsOfAddresses(t *testing.T) {
	t.Setenv("PGHOST", filepath.Join(t.TempDir(), "nobody"))
	p, err := pgconn.ParseConfig(pg.DSN("postgres", "sslmode=disable"))
	if err != nil {
		t.Fatal(err)
	}
	postgresAt := fmt.Sprintf("://%s:%s@%s:%d/postgres?sslmode=disable", p.User, url.QueryEscape(p.Password), p.Host, p.Port)
	bare := fmt.Sprintf("://%s:%d/postgres?sslmode=disable&user=%s&password=%s", p.Host, p.Port, p.User, url.QueryEscape(p.Password))
	for _, dsn := range []string{
		"postgresql+psycopg2" + postgresAt, "postgresql+asyncpg" + postgresAt, "pgx5" + postgresAt, "PostgreSQL" + postgresAt, "postgis" + postgresAt,
		"jdbc:postgresql" + bare, "pgx" + postgresAt + "&x-migrations-table=other&x-statement-timeout=5",
		"postgres" + postgresAt + "&gssencmode=disable&keepalives=1&keepalives_idle=30&tcp_user_timeout=9000&fallback_application_name=x",
		"postgres" + postgresAt + "&schema=public&connection_limit=5&pgbouncer=true", "postgres" + postgresAt + "&ssl=true", "jdbc:postgresql" + bare + "&currentSchema=public&ApplicationName=x",
	} {
		if err := ask(t, dsn, Values{"driver": "postgres"}); err != nil {
			t.Errorf("%s: %v", strings.Split(dsn, "://")[0], err)
		}
	}
	for name, dsn := range map[string]string{"cockroach": "cockroach" + postgresAt, "jdbc:oracle": "jdbc:oracle" + bare, "sqlserver": "sqlserver" + postgresAt} {
		for _, driver := range []any{nil, "postgres"} {
			if err := ask(t, dsn, Values{"driver": driver}); !errors.Is(err, sqlgate.ErrConfig) || !strings.Contains(err.Error(), name+"://") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if err := ask(t, "postgresql+psycopg2"+postgresAt+"&schema=nowhere", Values{"query": "show search_path", "equals": "nowhere"}); err != nil {
		t.Errorf("the schema of the address: %v", err)
	}
}

// TestParametersOfAddresses are taken, translated, or refused by name.
func TestParametersOfAddresses(t *testing.T) {
	for dsn, want := range map[string]string{
		"postgres://u@db/shop?sslmode=":                                          "the parameter sslmode",
		"postgres://u@db/shop?ssl%6dode=&connect_timeout=5":                      "the parameter sslmode",
		"postgres://u@db/shop?ssl_min_protocol_version=TLSv1.3":                  "TLS 1.2 or later is spoken",
		"jdbc:aws-wrapper:postgresql://db/shop?user=u&password=s3cret":           "neither PostgreSQL's nor MySQL's",
		"postgres://u@db/shop?sslcrl=x":                                          "the parameter sslcrl",
		"postgres://u@db/shop?gssencmode=require":                                "the parameter gssencmode",
		"postgres://u@db/shop?ssl=false":                                         "sslmode=disable",
		"postgres://u@db/shop?sslaccept=strict":                                  "the parameter sslaccept",
		"mysql://u@db/shop?ssl-mode=SOMETIMES":                                   "the parameter ssl-mode",
		"mysql://u@db/shop?ssl-ca=/x.pem":                                        "the parameter ssl-ca",
		"mysql://u@db/shop?someThing=1":                                          "the parameter someThing",
		"mysql://u@db/shop?service=x":                                            "the parameter service",
		"postgres://u:s3cret@db/shop?sslrootcert=/no/such.pem&sslmode=verify-ca": "cannot read the file of sslrootcert: no such file or directory",
	} {
		_, err := Open(t, sqlgate.Kind(), Values{"dsn": dsn, "query": "select 1", "equals": "1"})
		if !errors.Is(err, sqlgate.ErrConfig) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", dsn, err)
		}
	}
	for _, dsn := range []string{
		"mysql://u:p@tcp(db:3306)/shop?x-migrations-table=m", "mysql://u:p?q@tcp(db:3306)/shop", "mysql://u@unix(/run/mysqld.sock)/shop?ssl-mode=REQUIRED",
		"mysql://u@db/shop?ssl-mode=REQUIRED&loc=Europe/Berlin&serverTimezone=UTC&useUnicode=true", "mysql2://u@db/shop?pool=5&encoding=utf8mb4&strict=true", "mysql://u:p@tcp(db)/shop?strict=x", " mysql://u@db/shop\n", "mysql+pymysql://u@db/shop?charset=utf8mb4",
		"jdbc:mysql://db:3306/shop?user=u&password=p&useSSL=true&sslMode=VERIFY_IDENTITY&allowPublicKeyRetrieval=true", "mysql://u@db/shop?sql_mode=ansi&time_zone=x",
	} {
		if _, err := Open(t, sqlgate.Kind(), Values{"dsn": dsn, "query": "select 1", "equals": "1"}); err != nil {
			t.Errorf("%s: %v", dsn, err)
		}
	}
	if _, err := Open(t, sqlgate.Kind(), Values{"driver": "mysql", "dsn": "u:p@tcp(db:3306)/shop?loc=Europe/Berlin", "query": "select 1", "equals": "1"}); err != nil {
		t.Error(err)
	}
}

// TestModesOfMySQL asks a real MariaDB without TLS: a mode that wants it fails,
// in whichever words, and one that does not passes.
func TestModesOfMySQL(t *testing.T) {
	base, _, _ := strings.Cut(maria.DSN("mysql"), "?")
	for parameter, passes := range map[string]bool{
		"ssl-mode=DISABLED": true, "ssl-mode=PREFERRED": true, "useSSL=false": true, "sslMode=disabled": true, "tls=false": true,
		"ssl-mode=REQUIRED": false, "ssl-mode=VERIFY_CA": false, "ssl_mode=VERIFY_IDENTITY": false, "useSSL=true": false, "useSSL=true&sslMode=DISABLED": false, "sslaccept=strict": false,
	} {
		if err := ask(t, base+"?"+parameter, Values{"driver": "mysql"}); (err == nil) != passes {
			t.Errorf("%s: %v", parameter, err)
		}
	}
}

// TestServiceKeepsItsMode: what a file of services says of TLS counts.
func TestServiceKeepsItsMode(t *testing.T) {
	p, err := pgconn.ParseConfig(pg.DSN("postgres", "sslmode=disable"))
	if err != nil {
		t.Fatal(err)
	}
	service := filepath.Join(t.TempDir(), "service.conf")
	text := fmt.Sprintf("[plain]\nhost=%s\nport=%d\nuser=%s\npassword=%s\ndbname=postgres\nsslmode=disable\n", p.Host, p.Port, p.User, p.Password)
	if err := os.WriteFile(service, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PGSERVICEFILE", service)
	for _, dsn := range []string{"service=plain", "postgres:///?service=plain"} {
		if err := ask(t, dsn, Values{"driver": "postgres"}); err != nil {
			t.Errorf("%s: %v", dsn, err)
		}
	}
}

// TestNoPartOfAnAddressIsShown asks nobody, and a database that refuses, by
// addresses whose passwords have what means something.
func TestNoPartOfAnAddressIsShown(t *testing.T) {
	p, err := pgconn.ParseConfig(pg.DSN("postgres", ""))
	if err != nil {
		t.Fatal(err)
	}
	server := fmt.Sprintf("%s:%d", p.Host, p.Port)
	_, socket, _ := strings.Cut(maria.DSN("shopdb"), "@unix(")
	socket, _, _ = strings.Cut("@unix("+socket, "?")
	for _, password := range []string{"s3c@ret9", "s3c/ret9", "s3c%2fret9", "s3c%20ret9", "s3c?ret9", "s3c#ret9", "s3c:ret9", "s3c%40ret9", "s3cret9"} {
		for _, dsn := range []string{
			"postgres://anna:" + password + "@127.0.0.1:1/shopdb?sslmode=disable", "postgres://anna:" + password + "@" + server + "/shopdb?sslmode=disable",
			"mysql://anna:" + password + "@127.0.0.1:1/shopdb?tls=false", "mysql://anna:" + password + socket,
			"anna:" + password + socket, "anna:" + password + "@tcp(127.0.0.1:1)/shopdb?tls=false", "weird://anna:" + password + "@127.0.0.1:1/shopdb", "weird+x://anna:" + password + "@" + server + "/shopdb",
			"postgres://anna:" + password + "@no-such-host.invalid/shopdb", "host=127.0.0.1 port=1 user=anna password='" + password + "' dbname=shopdb sslmode=disable",
		} {
			for _, driver := range []any{nil, "postgres", "mysql"} {
				err := ask(t, dsn, Values{"driver": driver, "retries": 0})
				if err == nil {
					t.Errorf("%s passes", dsn)
					continue
				}
				for _, part := range []string{"s3c", "ret9", "anna", "shopdb", "no-such-host"} {
					if strings.Contains(err.Error(), part) {
						t.Errorf("%s (%v) shows %q: %v", dsn, driver, part, err)
					}
				}
			}
		}
	}
}
