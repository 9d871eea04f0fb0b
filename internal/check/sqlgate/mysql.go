package sqlgate

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// mySQL is a database of MySQL or MariaDB.
type mySQL struct {
	config  *mysql.Config
	address addressParts
	named   string // the table that the address names, as golang-migrate's may
}

func openMySQL(ctx context.Context, dsn string, at located, t *httpclient.TLS) (database, error) {
	text, ok := at.driverDSN()
	if !ok {
		return nil, addressError("mysql://user:password@host:3306/shop")
	}
	config, err := mysql.ParseDSN(text)
	if err != nil {
		return nil, addressError("mysql://user:password@host:3306/shop")
	}
	named := tableOf(config.Params)
	if err := takeMySQLParameters(config); err != nil {
		return nil, err
	}
	switch {
	case t != nil:
		config.AllowFallbackToPlaintext = false // which tls=preferred has set
		if config.TLS, err = tlsFor(ctx, t, serverName(config.Addr)); err != nil {
			return nil, err
		}
	case config.TLSConfig == "" && config.Net != "unix":
		config.TLSConfig = "true" // verified; the driver's own default is none at all
	}
	config.MultiStatements, config.ParseTime, config.AllowAllFiles = false, false, false
	config.Logger = &mysql.NopLogger{} // errors are returned
	// What is compressed would be more than what is counted of it.
	if err := config.Apply(mysql.EnableCompression(false)); err != nil {
		return nil, addressError("mysql://user:password@host:3306/shop")
	}
	remotetext.HideLogin(config.User, config.Passwd)
	return mySQL{config, partsOf(dsn), named}, nil
}

// takeMySQLParameters takes out or translates what would reach the server as a
// variable that it does not have.
func takeMySQLParameters(config *mysql.Config) error {
	mode := config.TLSConfig
	for _, name := range slices.Sorted(maps.Keys(config.Params)) {
		value := config.Params[name]
		lower := strings.ToLower(name)
		rule, ok := mysqlParameters[lower]
		sets, ofTLS := tlsNames[lower]
		switch {
		case ofTLS:
			asked, known := mysqlModes[strings.ToLower(value)]
			if !known {
				return parameterError(name, "say tls=true, tls=skip-verify or tls=false, or give the block tls")
			}
			if sets && strength[asked] > strength[mode] {
				mode = asked
			}
			delete(config.Params, name)
		case lower == "user":
			config.User = value
			delete(config.Params, name)
		case lower == "password":
			config.Passwd = value
			delete(config.Params, name)
		case strings.HasPrefix(name, "x-"), rule.drop:
			delete(config.Params, name)
		case ok:
			return parameterError(name, rule.cure)
		case !isVariable(name):
			return parameterError(name, "take it out, or write it as the Go driver of MySQL does")
		}
	}
	if mode != config.TLSConfig { // what the driver has made of its own word goes with that
		config.TLSConfig, config.TLS, config.AllowFallbackToPlaintext = mode, nil, mode == "preferred"
	}
	return nil
}

// strength orders the driver's modes. Where an address has several, the
// strictest counts.
var strength = map[string]int{"": 0, "false": 1, "preferred": 2, "skip-verify": 3, "true": 4}

// isVariable tells whether a parameter may be a variable of the server, which
// the driver sets: those are in small letters.
func isVariable(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// driverDSN writes an address as the driver does. What follows the scheme may
// be in the driver's own form, as golang-migrate has it.
func (l located) driverDSN() (string, bool) {
	begins := 0       // of what may have a query
	if l.ofDriver() { // whose password may have a question mark
		begins = max(strings.LastIndex(l.rest, ")/"), strings.LastIndex(l.rest, "@/"), 0)
	}
	server, query, _ := strings.Cut(l.rest[begins:], "?")
	body := l.rest[:begins] + server
	if !l.ofDriver() {
		var ok bool
		if body, ok = ofURL("mysql://" + body); !ok {
			return "", false
		}
	}
	if !strings.Contains(body, "/") {
		body += "/"
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", false
	}
	values.Del("loc") // no time is read, and its slash confuses the driver
	values.Del("parseTime")
	values.Del("strict") // Rails' word, at which the driver panics; nothing is written
	if len(values) == 0 {
		return body, true
	}
	return body + "?" + strings.ReplaceAll(values.Encode(), "+", "%20"), true
}

// ofURL writes a URL without its query as the driver does.
func ofURL(address string) (string, bool) {
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
	text, _, _ := strings.Cut(c.FormatDSN(), "?")
	return text, true
}

func (m mySQL) dialect() dialect { return dialect{quote: "`", upper: true, named: m.named} }

func (m mySQL) read(ctx context.Context, limit time.Duration, f func(reader) error) error {
	config := m.config.Clone()
	config.ReadTimeout, config.WriteTimeout = limit, limit // a rollback has no context
	counts := newMeter()
	config.DialFunc = counts.counted((&net.Dialer{Timeout: config.Timeout}).DialContext)
	return counts.because(m.ask(ctx, config, limit, f))
}

func (m mySQL) ask(ctx context.Context, config *mysql.Config, limit time.Duration, f func(reader) error) error {
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return fmt.Errorf("MySQL: %w", ErrConfig)
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1) // what is set of it holds for the transaction
	if err := restrict(ctx, db, limit); err != nil {
		return m.address.scrub(fmt.Errorf("MySQL: %w", err))
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return m.address.scrub(fmt.Errorf("MySQL: %w", err))
	}
	defer func() { _ = tx.Rollback() }() // there is nothing to keep
	return f(mySQLReader{tx, m.address})
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

type mySQLReader struct {
	tx      *sql.Tx
	address addressParts
}

func (r mySQLReader) rows(ctx context.Context, query string, most int) ([][]*string, error) {
	all, err := r.read(ctx, query, most)
	if err != nil {
		return nil, r.address.scrub(fmt.Errorf("MySQL: %w", err))
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
