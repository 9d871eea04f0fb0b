package sqlgate

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// mySQL is a database of MySQL or MariaDB.
type mySQL struct{ config *mysql.Config }

func openMySQL(dsn string, isURL bool, t *httpclient.TLS) (database, error) {
	const example = "mysql://user:password@host:3306/shop"
	text := dsn
	if isURL {
		var ok bool
		if text, ok = driverDSN(dsn); !ok {
			return nil, addressError(example)
		}
	}
	config, err := mysql.ParseDSN(text)
	if err != nil {
		return nil, addressError(example)
	}
	switch {
	case t != nil:
		config.AllowFallbackToPlaintext = false // which tls=preferred has set
		if config.TLS, err = tlsFor(t, serverName(config.Addr)); err != nil {
			return nil, err
		}
	case config.TLSConfig == "" && config.Net != "unix":
		config.TLSConfig = "true" // verified; the driver's own default is none at all
	}
	config.MultiStatements, config.ParseTime, config.AllowAllFiles = false, false, false
	config.Logger = &mysql.NopLogger{} // errors are returned
	remotetext.HideLogin(config.User, config.Passwd)
	return mySQL{config}, nil
}

// driverDSN writes an address as the driver does.
func driverDSN(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "", false
	}
	c := mysql.NewConfig()
	c.Net, c.Addr, c.DBName, c.User = "tcp", u.Host, strings.TrimPrefix(u.Path, "/"), u.User.Username()
	if u.Port() == "" {
		c.Addr += ":3306"
	}
	c.Passwd, _ = u.User.Password()
	text := c.FormatDSN()
	if u.RawQuery == "" {
		return text, true
	}
	separator := "?"
	if strings.Contains(text[strings.LastIndex(text, "/"):], "?") {
		separator = "&"
	}
	return text + separator + u.RawQuery, true
}

func (mySQL) dialect() dialect { return dialect{quote: "`", upper: true} }

func (m mySQL) read(ctx context.Context, limit time.Duration, f func(reader) error) error {
	config := m.config.Clone()
	config.ReadTimeout, config.WriteTimeout = limit, limit // a rollback has no context
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return fmt.Errorf("MySQL: %w", ErrConfig)
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1) // what is set of it holds for the transaction
	if err := restrict(ctx, db, limit); err != nil {
		return fmt.Errorf("MySQL: %w", err)
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return fmt.Errorf("MySQL: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // there is nothing to keep
	return f(mySQLReader{tx})
}

// restrict sets that nothing is changed, and how long a statement may take, by
// the word that the server has for it: https://mariadb.com/kb/en/server-system-variables/ and
// https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html
func restrict(ctx context.Context, db *sql.DB, limit time.Duration) error {
	var version string
	if err := db.QueryRowContext(ctx, "select version()").Scan(&version); err != nil {
		return err
	}
	set := fmt.Sprintf("set session max_execution_time = %d", max(limit.Milliseconds(), 1))
	if strings.Contains(version, "MariaDB") {
		set = fmt.Sprintf("set session max_statement_time = %.3f", max(limit.Seconds(), 0.001))
	}
	if _, err := db.ExecContext(ctx, set); err != nil {
		return err
	}
	// A transaction alone does not do: MariaDB commits it for a DROP TABLE, and
	// then drops.
	_, err := db.ExecContext(ctx, "set session transaction read only")
	return err
}

type mySQLReader struct{ tx *sql.Tx }

func (r mySQLReader) rows(ctx context.Context, query string, most int) ([][]*string, error) {
	all, err := r.read(ctx, query, most)
	if err != nil {
		return nil, fmt.Errorf("MySQL: %w", err)
	}
	return all, nil
}

func (r mySQLReader) read(ctx context.Context, query string, most int) ([][]*string, error) {
	rows, err := r.tx.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var all [][]*string
	for len(all) <= most && rows.Next() {
		row, into := make([]*string, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}
