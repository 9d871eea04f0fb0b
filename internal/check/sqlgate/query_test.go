package sqlgate_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/sqlgate"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/pki"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/postgres"
)

func run(t *testing.T, values Values) error {
	t.Helper()
	return MustOpen(t, sqlgate.Kind(), values).Run(t.Context(), check.Subject{})
}

func TestQuery(t *testing.T) {
	p, m := both(`create table versions (n int, name varchar(20))`, `insert into versions values (7, 'seven'), (42, null)`)
	withServers(t, p, m, func(t *testing.T, s server, database string) {
		for _, test := range []struct {
			name, query, equals string
			want                string // what a failure says
			is                  error
		}{
			{name: "number", query: "select max(n) from versions", equals: "42"},
			{name: "text", query: "select name from versions where n = 7", equals: "seven"},
			{name: "decimal", query: "select cast(1.50 as decimal(4,2))", equals: "1.50"},
			{name: "date", query: "select cast('2026-11-24' as date)", equals: "2026-11-24"},
			{name: "empty text", query: "select ''", equals: ""},
			{name: "another value", query: "select max(n) from versions", equals: "43", want: `gives "42", and "43" passes`, is: check.ErrFailed},
			{name: "long value", query: "select repeat('ü', 500)", equals: "x", want: strings.Repeat("ü", 100) + "…", is: check.ErrFailed},
			{name: "NULL", query: "select name from versions where n = 42", equals: "", want: "gives NULL", is: sqlgate.ErrShape},
			{name: "no row", query: "select n from versions where n = 0", equals: "0", want: "gives no row", is: sqlgate.ErrShape},
			{name: "several rows", query: "select n from versions", equals: "7", want: "gives several rows", is: sqlgate.ErrShape},
			{name: "several columns", query: "select n, name from versions where n = 7", equals: "7", want: "gives 2 columns", is: sqlgate.ErrShape},
			{name: "no such table", query: "select n from missing", equals: "7", want: "missing"},
			{name: "no SQL", query: "selekt", equals: "7", want: "selekt"},
			{name: "a write", query: "insert into versions values (1, 'one')", equals: "1", want: "read"},
			{name: "a change of the schema", query: "drop table versions", equals: "1", want: "read"},
			{name: "two statements", query: "select 1; drop table versions", equals: "1", want: "rror"},
			{name: "nothing written", query: "select count(*) from versions", equals: "2"},
		} {
			t.Run(test.name, func(t *testing.T) {
				err := run(t, Values{"driver": s.driver, "dsn": s.dsn(database), "query": test.query, "equals": test.equals})
				if (err == nil) != (test.want == "") || (err != nil && !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(test.want))) {
					t.Fatalf("%v", err)
				}
				if test.is != nil && !errors.Is(err, test.is) {
					t.Errorf("%v", err)
				}
			})
		}
	})
}

// TestSlowQuery ends by the server's own clock or by ours.
func TestSlowQuery(t *testing.T) {
	withServers(t, nil, nil, func(t *testing.T, s server, database string) {
		query := map[string]string{"postgres": "select pg_sleep(600)::text", "mysql": "select sleep(600)"}[s.driver]
		gate := MustOpen(t, sqlgate.Kind(), Values{"driver": s.driver, "dsn": s.dsn(database), "query": query, "equals": "0", "timeout": "300ms", "retries": 1, "backoff": "0s"})
		if err := gate.Run(t.Context(), check.Subject{}); err == nil || errors.Is(err, check.ErrFailed) || !strings.Contains(err.Error(), "after 2 tries") {
			t.Errorf("%v", err)
		}
		if check.IsSafeguard(gate) || gate.Limit() != 600*time.Millisecond {
			t.Errorf("safeguard %t, limit %s", check.IsSafeguard(gate), gate.Limit())
		}
	})
}

func TestCancelled(t *testing.T) {
	gate := MustOpen(t, sqlgate.Kind(), Values{"dsn": pg.DSN("postgres", "sslmode=disable"), "query": "select 1", "equals": "1", "retries": 100})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := gate.Run(ctx, check.Subject{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestMissingTable of a tool is no schema that fits.
func TestMissingTable(t *testing.T) {
	withServers(t, nil, nil, func(t *testing.T, s server, database string) {
		err := run(t, Values{"driver": s.driver, "dsn": s.dsn(database), "migrations": Values{"tool": "rails", "table": "app.schema_migrations"}})
		if err == nil || !strings.Contains(err.Error(), "app") {
			t.Errorf("%v", err)
		}
	})
}

// TestOddTable is quoted: it is a name, whatever is in it.
func TestOddTable(t *testing.T) {
	p := []string{`create schema "app"`, `create table "app"."od""d; drop table x" (version_num varchar(32))`, `insert into "app"."od""d; drop table x" values ('a')`}
	m := []string{"create table `od\"d; drop table x` (version_num varchar(32))", "insert into `od\"d; drop table x` values ('a')"}
	withServers(t, p, m, func(t *testing.T, s server, database string) {
		schema := map[string]string{"postgres": "app", "mysql": database}[s.driver]
		migrations := Values{"tool": "alembic", "table": schema + `.od"d; drop table x`, "version": "a"}
		if err := run(t, Values{"driver": s.driver, "dsn": s.dsn(database), "migrations": migrations}); err != nil {
			t.Error(err)
		}
	})
}

// TestNoSecretInErrors of databases that are not there, or want another
// password.
func TestNoSecretInErrors(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	at := closed.Addr().String()
	wrong := func(dsn, password string) string { return strings.ReplaceAll(dsn, password, "s3cret") }
	for name, values := range map[string]Values{
		"postgres refused":  {"dsn": "postgres://lab:s3cret@" + at + "/shop?sslmode=disable"},
		"postgres password": {"dsn": wrong(pg.DSN("postgres", "sslmode=disable"), postgres.Password)},
		"postgres database": {"dsn": wrong(pg.DSN("s3cret", "sslmode=disable"), postgres.Password)},
		"mysql refused":     {"dsn": "mysql://lab:s3cret@" + at + "/shop?tls=false"},
		"mysql password":    {"driver": "mysql", "dsn": wrong(maria.DSN("mysql"), postgres.Password)},
	} {
		t.Run(name, func(t *testing.T) {
			values["query"], values["equals"] = "select 1", "1"
			if err := run(t, values); err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "://") {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestTLS is verified unless the user says otherwise.
func TestTLS(t *testing.T) {
	trusted, stranger := pg.CA().PEM(), pki.NewT(t).PEM()
	for _, test := range []struct {
		name    string
		options string
		tls     Values
		fine    bool
	}{
		{name: "nothing said"},
		{name: "no TLS", options: "sslmode=disable", fine: true},
		{name: "not verified", options: "sslmode=require", fine: true},
		{name: "verified by the system", options: "sslmode=verify-full"},
		{name: "known authority", tls: Values{"ca_cert": trusted}, fine: true},
		{name: "known authority, whatever the address says", options: "sslmode=disable", tls: Values{"ca_cert": trusted}, fine: true},
		{name: "another authority", options: "sslmode=prefer", tls: Values{"ca_cert": stranger}},
		{name: "another name", tls: Values{"ca_cert": trusted, "server_name": "elsewhere.internal"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			values := Values{"dsn": pg.DSN("postgres", test.options), "query": "select ssl from pg_stat_ssl where pid = pg_backend_pid()", "equals": "t"}
			if strings.Contains(test.options, "disable") && test.tls == nil {
				values["equals"] = "f"
			}
			if test.tls != nil {
				values["tls"] = test.tls
			}
			if err := run(t, values); (err == nil) != test.fine {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestTLSOfOddAddresses is verified too, whatever the password has in it, and
// however the database is named.
func TestTLSOfOddAddresses(t *testing.T) {
	const password = "a://b?c#d^e[f"
	if err := pg.Exec(t.Context(), "postgres", "drop role if exists odd", "create role odd login password '"+password+"'"); err != nil {
		t.Fatal(err)
	}
	parsed, err := pgconn.ParseConfig(pg.DSN("postgres", ""))
	if err != nil {
		t.Fatal(err)
	}
	words := fmt.Sprintf("host=%s port=%d user=odd password=%s dbname=postgres", parsed.Host, parsed.Port, password)
	address := fmt.Sprintf("://odd:%s@%s:%d/postgres", strings.ReplaceAll(password, "/", "%2f"), parsed.Host, parsed.Port)
	service := filepath.Join(t.TempDir(), "service.conf")
	if err := os.WriteFile(service, []byte("[lab]\n"+strings.ReplaceAll(words, " ", "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PGSERVICEFILE", service)
	for _, test := range []struct{ name, dsn, unverified string }{
		{"URL", "postgres" + address, "?sslmode=disable"},
		{"URL with options", "postgresql" + address + "?connect_timeout=9", "&sslmode=disable"},
		{"key words", words, " sslmode=disable"},
		{"service", "service=lab", " sslmode=disable"},
		{"URL of a service", "postgres:///?service=lab", "&sslmode=disable"},
	} {
		t.Run(test.name, func(t *testing.T) {
			values := Values{"driver": "postgres", "dsn": test.dsn, "query": "select 1", "equals": "1"}
			var unknown x509.UnknownAuthorityError
			if err := run(t, values); !errors.As(err, &unknown) {
				t.Errorf("not verified: %v", err)
			}
			values["dsn"] = test.dsn + test.unverified
			if err := run(t, values); err != nil {
				t.Errorf("verified although the address says otherwise: %v", err)
			}
		})
	}
}

// TestServerError keeps what the server said, for whoever looks for it.
func TestServerError(t *testing.T) {
	err := run(t, Values{"dsn": pg.DSN("postgres", "sslmode=disable"), "query": "select 1/0", "equals": "1"})
	var server *pgconn.PgError
	if !errors.As(err, &server) || server.Code != "22012" {
		t.Errorf("%v", err)
	}
}
