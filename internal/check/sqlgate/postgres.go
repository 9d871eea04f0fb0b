package sqlgate

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// postgres is a database of PostgreSQL.
type postgres struct {
	config  *pgx.ConnConfig
	address addressParts
	named   string // the table that the address names, as golang-migrate's may
}

func openPostgres(ctx context.Context, dsn string, at located, t *httpclient.TLS) (database, error) {
	if emptyMode(at) {
		return nil, parameterError("sslmode", "it is empty; leave it out, or say sslmode=verify-full")
	}
	config, err := parsedWithFiles(ctx, dsn, at)
	if err != nil {
		return nil, cmp.Or(fileError(err, dsn), addressError("postgres://user:password@host:5432/shop?sslmode=verify-full"))
	}
	if t != nil {
		if err := withTLS(ctx, config, t); err != nil {
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
	options = withoutSSL(options)
	server = "postgres://" + user + server + "?"
	if os.Getenv("PGSSLMODE") == "" && !ofService(server+options) {
		options = strings.TrimSuffix(asked+"&"+options, "&") // what is asked comes first, since the last word counts
	}
	return pgx.ParseConfig(server + options)
}

// emptyMode tells whether an address has a mode of TLS that is empty, as a variable
// without a value leaves it. The client takes that for "without, if need be".
func emptyMode(at located) bool {
	if at.scheme == "" {
		return emptyWord.MatchString(at.rest)
	}
	_, options, _ := strings.Cut(at.rest, "?")
	return slices.ContainsFunc(strings.Split(options, "&"), func(option string) bool {
		name, value := decoded(option)
		return name == "sslmode" && value == ""
	})
}

var emptyWord = regexp.MustCompile(`(?:^|\s)sslmode\s*=\s*(?:''|$)`)

// withoutSSL takes ssl=true out of the options of a URL. Other clients mean a good
// certificate by it, which is asked for anyway; this one would take any.
func withoutSSL(options string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(options, "&"), func(option string) bool {
		name, value := decoded(option)
		return name == "ssl" && value == "true"
	}), "&")
}

func decoded(option string) (name, value string) {
	name, value, _ = strings.Cut(option, "=")
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	if plain, err := url.QueryUnescape(value); err == nil {
		value = plain
	}
	return name, value
}

// ofService tells whether a file of services says how TLS is used. Where it
// says nothing of that, what the client would do is not good enough.
func ofService(dsn string) bool {
	if !strings.Contains(dsn, "service=") && os.Getenv("PGSERVICE") == "" {
		return false
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return false
	}
	type server struct {
		host string
		port uint16
	}
	withTLS := map[server]bool{{config.Host, config.Port}: config.TLSConfig != nil}
	for _, f := range config.Fallbacks {
		at := server{f.Host, f.Port}
		if f.TLSConfig == nil && withTLS[at] {
			return false // the default: with any certificate, or without TLS
		}
		withTLS[at] = withTLS[at] || f.TLSConfig != nil
	}
	return true
}

// takeParameters takes out or translates what would reach the server as a
// setting that it does not have.
func takeParameters(parameters map[string]string) error {
	for name, value := range parameters {
		rule, ok := postgresParameters[name]
		switch {
		case name == "ssl_min_protocol_version" && slices.Contains([]string{"", "TLSv1", "TLSv1.1", "TLSv1.2"}, value):
			delete(parameters, name) // at least 1.2 is spoken anyway
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
		case !settingName.MatchString(name):
			return parameterError(name, "it is no setting of PostgreSQL; is the address written as a URL?")
		}
	}
	return nil
}

// settingName matches what a setting of the server may be called. An address that
// the client takes for one would else be sent to another server.
var settingName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

// cutUser cuts user and password from the rest of a URL as the client does: a
// password may have characters at which package net/url gives up, or stops.
func cutUser(rest string) (user, server string) {
	if at := strings.IndexAny(rest, "@/"); at >= 0 && rest[at] == '@' {
		return rest[:at+1], rest[at+1:]
	}
	return "", rest
}

// withTLS makes a block tls count instead of what the address says.
func withTLS(ctx context.Context, config *pgx.ConnConfig, t *httpclient.TLS) error {
	if strings.HasPrefix(config.Host, "/") {
		return invalid("tls", "TLS On A Socket", "the database is on a socket of this machine, where there is no TLS")
	}
	for _, other := range config.Fallbacks { // other hosts, and the same once more
		var err error
		if other.TLSConfig, err = tlsFor(ctx, t, other.Host); err != nil {
			return err
		}
	}
	var err error
	config.TLSConfig, err = tlsFor(ctx, t, config.Host)
	return err
}

// tlsFor is what a block says for one host.
func tlsFor(ctx context.Context, t *httpclient.TLS, host string) (*tls.Config, error) {
	c, err := t.Config(ctx)
	if err == nil && c.ServerName == "" {
		c.ServerName = host
	}
	return c, err
}

func (p postgres) dialect() dialect { return dialect{quote: `"`, named: p.named} }

func (p postgres) read(ctx context.Context, limit time.Duration, f func(reader) error) error {
	config, counts := p.config.Copy(), newMeter()
	config.DialFunc = pgconn.DialFunc(counts.counted(dialer(config.DialFunc)))
	config.BuildFrontend = bounded
	return counts.because(p.ask(ctx, config, limit, f))
}

// bounded speaks with a server of which no message is longer than what is read
// of all of them: the length that it announces is made room for at once.
func bounded(r io.Reader, w io.Writer) *pgproto3.Frontend {
	frontend := pgproto3.NewFrontend(r, w)
	frontend.SetMaxBodyLen(mostAnswered)
	return frontend
}

func (p postgres) ask(ctx context.Context, config *pgx.ConnConfig, limit time.Duration, f func(reader) error) error {
	conn, err := pgx.ConnectConfig(ctx, config)
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
