package sqlgate

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// postgres is a database of PostgreSQL.
type postgres struct {
	config  *pgx.ConnConfig
	address addressParts
	named   string // the table that the address names, as golang-migrate's may
}

func openPostgres(dsn string, at located, t *httpclient.TLS) (database, error) {
	config, err := parsePostgres(dsn, at)
	if err != nil {
		return nil, cmp.Or(fileError(err, dsn), addressError("postgres://user:password@host:5432/shop?sslmode=verify-full"))
	}
	if t != nil {
		if err := withTLS(config, t); err != nil {
			return nil, err
		}
	}
	named := tableOf(config.RuntimeParams)
	if err := takeParameters(config.RuntimeParams); err != nil {
		return nil, err
	}
	// Prepared for this one use, since poolers such as PgBouncer keep no
	// statements; and of one statement only, whatever the address says.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	config.RuntimeParams["application_name"] = "terraform-provider-bluegreen"
	remotetext.HideLogin(config.User, config.Password)
	return postgres{config, partsOf(dsn), named}, nil
}

// parsePostgres parses an address so that it asks for a good certificate,
// unless it, the environment or a file of services says otherwise: the
// client's own default is to take any, and none.
func parsePostgres(dsn string, at located) (*pgx.ConnConfig, error) {
	const asked = "sslmode=verify-full"
	if at.scheme == "" {
		if os.Getenv("PGSSLMODE") != "" || ofService(dsn) {
			return pgx.ParseConfig(dsn)
		}
		return pgx.ParseConfig(asked + " " + dsn)
	}
	user, rest := cutUser(at.rest)
	server, options, _ := strings.Cut(rest, "?")
	if os.Getenv("PGSSLMODE") == "" && !ofService(dsn) {
		options = strings.TrimSuffix(asked+"&"+options, "&") // what is asked comes first, since the last word counts
	}
	return pgx.ParseConfig("postgres://" + user + server + "?" + options)
}

// ofService tells whether a file of services says how TLS is used. Where it
// says nothing of that, what the client would do is not good enough.
func ofService(dsn string) bool {
	if !strings.Contains(dsn, "service=") && os.Getenv("PGSERVICE") == "" {
		return false
	}
	config, err := pgx.ParseConfig(dsn)
	return err == nil && !(config.TLSConfig != nil && slices.ContainsFunc(config.Fallbacks, func(f *pgconn.FallbackConfig) bool {
		return f.Host == config.Host && f.TLSConfig == nil // the default: with any certificate, or without TLS
	}))
}

// takeParameters takes out or translates what would reach the server as a
// setting that it does not have.
func takeParameters(parameters map[string]string) error {
	for name, value := range parameters {
		rule, ok := postgresParameters[name]
		switch {
		case strings.HasPrefix(name, "x-"), rule.drop && value != "require":
			delete(parameters, name)
		case name == "schema" || name == "currentSchema":
			delete(parameters, name)
			parameters["search_path"] = value
		case name == "ssl":
			if value != "" && value != "true" && value != "1" {
				return parameterError(name, "say sslmode=disable")
			}
			delete(parameters, name)
		case ok:
			return parameterError(name, cmp.Or(rule.cure, "it asks for what is not done here"))
		}
	}
	return nil
}

// cutUser cuts user and password from the rest of a URL as the client does: a
// password may have characters at which package net/url gives up, or stops.
func cutUser(rest string) (user, server string) {
	if at := strings.IndexAny(rest, "@/"); at >= 0 && rest[at] == '@' {
		return rest[:at+1], rest[at+1:]
	}
	return "", rest
}

// withTLS makes a block tls count instead of what the address says.
func withTLS(config *pgx.ConnConfig, t *httpclient.TLS) error {
	if strings.HasPrefix(config.Host, "/") {
		return invalid("tls", "TLS On A Socket", "the database is on a socket of this machine, where there is no TLS")
	}
	for _, other := range config.Fallbacks { // other hosts, and the same once more
		var err error
		if other.TLSConfig, err = tlsFor(t, other.Host); err != nil {
			return err
		}
	}
	var err error
	config.TLSConfig, err = tlsFor(t, config.Host)
	return err
}

// tlsFor is what a block says for one host.
func tlsFor(t *httpclient.TLS, host string) (*tls.Config, error) {
	c, err := t.Config()
	if err == nil && c.ServerName == "" {
		c.ServerName = host
	}
	return c, err
}

func (p postgres) dialect() dialect { return dialect{quote: `"`, named: p.named} }

func (p postgres) read(ctx context.Context, limit time.Duration, f func(reader) error) error {
	conn, err := pgx.ConnectConfig(ctx, p.config)
	if err != nil {
		return p.address.scrub(plainPostgres(err))
	}
	defer conn.Close(context.WithoutCancel(ctx))
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead})
	if err != nil {
		return p.address.scrub(plainPostgres(err))
	}
	defer tx.Rollback(ctx) //nolint:errcheck // there is nothing to keep
	if _, err := tx.Exec(ctx, fmt.Sprintf("set local statement_timeout = %d", max(limit.Milliseconds(), 1))); err != nil {
		return p.address.scrub(plainPostgres(err))
	}
	return f(postgresReader{tx, p.address})
}

type postgresReader struct {
	tx      pgx.Tx
	address addressParts
}

func (r postgresReader) rows(ctx context.Context, query string, most int) ([][]*string, error) {
	rows, err := r.tx.Query(ctx, query, pgx.QueryResultFormats{pgx.TextFormatCode})
	if err != nil {
		return nil, r.address.scrub(plainPostgres(err))
	}
	defer rows.Close()
	var all [][]*string
	for rows.Next() && len(all) <= most {
		var row []*string
		for _, raw := range rows.RawValues() {
			row = append(row, textOf(raw))
		}
		all = append(all, row)
	}
	if len(all) <= most {
		err = rows.Err()
	}
	return all, r.address.scrub(plainPostgres(err))
}

// textOf copies a value, which is good until the next one only.
func textOf(raw []byte) *string {
	if raw == nil {
		return nil
	}
	text := string(raw)
	return &text
}

// plainPostgres is an error without the user, the database and the address
// that the client puts around it.
func plainPostgres(err error) error {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return fmt.Errorf("PostgreSQL: %w", server)
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) && connect.Unwrap() != nil {
		return fmt.Errorf("no connection to PostgreSQL: %w", connect.Unwrap())
	}
	if err != nil {
		return fmt.Errorf("PostgreSQL: %w", err)
	}
	return nil
}
