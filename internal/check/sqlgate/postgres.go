package sqlgate

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// postgres is a database of PostgreSQL.
type postgres struct{ config *pgx.ConnConfig }

func openPostgres(dsn string, t *httpclient.TLS) (database, error) {
	config, err := pgx.ParseConfig(verified(dsn))
	if err != nil {
		return nil, addressError("postgres://user:password@host:5432/shop?sslmode=verify-full")
	}
	if t != nil {
		if err := withTLS(config, t); err != nil {
			return nil, err
		}
	}
	// Prepared for this one use, since poolers such as PgBouncer keep no
	// statements; and of one statement only, whatever the address says.
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	config.RuntimeParams["application_name"] = "terraform-provider-bluegreen"
	remotetext.HideLogin(config.User, config.Password)
	return postgres{config}, nil
}

// verified returns an address that asks for a good certificate, unless it says
// otherwise itself: the client's own default is to take any, and none. What is
// asked comes first, since the last word counts.
func verified(dsn string) string {
	const asked = "sslmode=verify-full"
	if os.Getenv("PGSSLMODE") != "" {
		return dsn
	}
	scheme, rest, _ := strings.Cut(dsn, "://")
	if scheme = strings.ToLower(scheme); schemes[scheme] != driverPostgres {
		return asked + " " + dsn
	}
	user, rest := cutUser(rest)
	server, options, more := strings.Cut(rest, "?")
	if more {
		options = "&" + options
	}
	return scheme + "://" + user + server + "?" + asked + options
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

func (postgres) dialect() dialect { return dialect{quote: `"`} }

func (p postgres) read(ctx context.Context, limit time.Duration, f func(reader) error) error {
	conn, err := pgx.ConnectConfig(ctx, p.config)
	if err != nil {
		return plainPostgres(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead})
	if err != nil {
		return plainPostgres(err)
	}
	defer tx.Rollback(ctx) //nolint:errcheck // there is nothing to keep
	if _, err := tx.Exec(ctx, fmt.Sprintf("set local statement_timeout = %d", max(limit.Milliseconds(), 1))); err != nil {
		return plainPostgres(err)
	}
	return f(postgresReader{tx})
}

type postgresReader struct{ tx pgx.Tx }

func (r postgresReader) rows(ctx context.Context, query string, most int) ([][]*string, error) {
	rows, err := r.tx.Query(ctx, query, pgx.QueryResultFormats{pgx.TextFormatCode})
	if err != nil {
		return nil, plainPostgres(err)
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
	return all, plainPostgres(err)
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
