package sqlgate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/mariadb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/postgres"
)

// The databases under test, real ones.
var (
	pg    *postgres.Server
	maria *mariadb.Server
)

func TestMain(m *testing.M) { os.Exit(withDatabases(m)) }

func withDatabases(m *testing.M) (code int) {
	ctx := context.Background()
	var pgErr, mariaErr error
	pg, pgErr = postgres.Start(ctx)
	maria, mariaErr = mariadb.Start(ctx)
	defer func() {
		if pgErr == nil {
			_ = pg.Stop()
		}
		if mariaErr == nil {
			_ = maria.Stop()
		}
	}()
	if err := errors.Join(pgErr, mariaErr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// server is one of them, as tests use both.
type server struct {
	name   string
	driver string
	create func(ctx context.Context, name string, statements ...string) error
	exec   func(ctx context.Context, name string, statements ...string) error
	dsn    func(name string) string
}

// withServers runs a test on an empty database of each, with the tables of one
// of two dialects.
func withServers(t *testing.T, onPostgres, onMariaDB []string, test func(t *testing.T, s server, database string)) {
	t.Helper()
	for _, s := range []server{
		{"postgres", "postgres", pg.CreateDatabase, pg.Exec, func(name string) string { return pg.DSN(name, "sslmode=disable") }},
		{"mariadb", "mysql", maria.CreateDatabase, maria.Exec, maria.DSN},
	} {
		t.Run(s.name, func(t *testing.T) {
			database := strings.ToLower(strings.NewReplacer("/", "_", "-", "_").Replace(t.Name()))
			statements := onPostgres
			if s.name == "mariadb" {
				statements = onMariaDB
			}
			if err := s.create(t.Context(), database, statements...); err != nil {
				t.Fatal(err)
			}
			test(t, s, database)
		})
	}
}
