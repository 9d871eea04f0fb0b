// Package mariadb starts a real MariaDB, from the distribution's package, for
// tests.
package mariadb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"syscall"

	"github.com/go-sql-driver/mysql"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/daemon"
)

const (
	// User may do everything.
	User = "lab"
	// Password is what User is known by.
	Password = "lab-pa55word"
)

// Server is a MariaDB that runs.
type Server struct {
	home   *daemon.Home
	daemon *daemon.Daemon
}

// Start starts a server on a socket, and returns when it answers. It ends with
// ctx, or by Stop. The error wraps daemon.ErrMissing when MariaDB is not
// installed.
func Start(ctx context.Context) (*Server, error) {
	install, err := daemon.Find("mariadb-install-db", "mariadb-server-core", "/usr/bin/mariadb-install-db")
	if err != nil {
		return nil, err
	}
	mariadbd, err := daemon.Find("mariadbd", "mariadb-server-core", "/usr/sbin/mariadbd")
	if err != nil {
		return nil, err
	}
	home, err := daemon.NewHome("maria")
	if err != nil {
		return nil, err
	}
	s := &Server{home: home}
	if err := s.start(ctx, install, mariadbd); err != nil {
		return nil, errors.Join(err, home.Remove())
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, install, mariadbd string) error {
	data := "--datadir=" + s.home.Path("data")
	if err := s.home.Run(ctx, install, "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db"); err != nil {
		return err
	}
	init := fmt.Sprintf("create user %[1]s@localhost identified by '%[2]s';\ngrant all on *.* to %[1]s@localhost with grant option;\n", User, Password)
	if err := s.home.Write("init.sql", []byte(init)); err != nil {
		return err
	}
	var err error
	s.daemon, err = s.home.Start(ctx, s.answers, mariadbd, "--no-defaults", data, "--socket="+s.home.Path("socket"), "--skip-networking",
		"--init-file="+s.home.Path("init.sql"), "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--skip-log-bin")
	return err
}

// answers returns nil once a query is answered.
func (s *Server) answers(ctx context.Context) error { return s.Exec(ctx, "", "select 1") }

// Stop ends the server and removes its files.
func (s *Server) Stop() error {
	s.daemon.Stop(syscall.SIGTERM)
	return s.home.Remove()
}

// DSN is the address of a database, with the password, as the driver writes it.
func (s *Server) DSN(database string) string { return s.config(database).FormatDSN() }

func (s *Server) config(database string) *mysql.Config {
	c := mysql.NewConfig()
	c.User, c.Passwd, c.Net, c.Addr, c.DBName = User, Password, "unix", s.home.Path("socket"), database
	return c
}

// CreateDatabase makes an empty database and runs statements in it.
func (s *Server) CreateDatabase(ctx context.Context, name string, statements ...string) error {
	if err := s.Exec(ctx, "", "create database `"+name+"` character set utf8mb4"); err != nil {
		return err
	}
	return s.Exec(ctx, name, statements...)
}

// Exec runs statements in a database.
func (s *Server) Exec(ctx context.Context, database string, statements ...string) error {
	c := s.config(database)
	c.MultiStatements = true
	c.Logger = &mysql.NopLogger{} // errors are returned
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return fmt.Errorf("lab/mariadb: %w", err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("lab/mariadb: %s: %w", statement, err)
		}
	}
	return nil
}
