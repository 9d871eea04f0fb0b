// Package postgres starts a real PostgreSQL, from the distribution's package,
// for tests and the demo.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/daemon"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/pki"
)

const (
	// User is the server's superuser.
	User = "lab"
	// Password is what User is known by over TCP.
	Password = "lab-pa55word"

	tries = 5 // at a port that nobody else takes in the meantime
)

// Server is a PostgreSQL that runs.
type Server struct {
	home   *daemon.Home
	daemon *daemon.Daemon
	ca     *pki.CA
	port   int
}

// Start starts a server on 127.0.0.1 and on a socket, and returns when it
// answers. It ends with ctx, or by Stop. The error wraps daemon.ErrMissing when
// PostgreSQL is not installed.
func Start(ctx context.Context) (*Server, error) {
	postgres, err := find("postgres")
	if err != nil {
		return nil, err
	}
	home, err := daemon.NewHome("pg")
	if err != nil {
		return nil, err
	}
	s := &Server{home: home}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, home.Remove())
	}
	for range tries {
		if err = s.start(ctx, postgres); err == nil || !strings.Contains(err.Error(), "Address already in use") {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(err, home.Remove())
	}
	return s, nil
}

// find looks where Debian puts PostgreSQL's own commands too, the newest first.
func find(command string) (string, error) {
	places, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + command) // the pattern is sound
	slices.Reverse(places)
	return daemon.Find(command, "postgresql", places...)
}

// prepare makes an empty cluster, and a certificate for it.
func (s *Server) prepare(ctx context.Context) error {
	initdb, err := find("initdb")
	if err != nil {
		return err
	}
	if s.ca, err = pki.New(); err != nil {
		return err
	}
	pair, err := s.ca.Issue("postgres")
	if err != nil {
		return err
	}
	err = errors.Join(s.home.Write("password", []byte(Password)), s.home.Write("server.crt", pair.Certificate), s.home.Write("server.key", pair.Key))
	if err != nil {
		return err
	}
	return s.home.Run(ctx, initdb, "--pgdata", s.home.Path("data"), "--username", User, "--pwfile", s.home.Path("password"),
		"--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
}

func (s *Server) start(ctx context.Context, postgres string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("lab/postgres: %w", err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it listens on TCP
	_ = listener.Close()                         // it was only ever asked for its port
	s.daemon, err = s.home.Start(ctx, s.answers, postgres, "-D", s.home.Path("data"), "-k", s.home.Dir, "-h", "127.0.0.1", "-p", strconv.Itoa(s.port), "-F",
		"-c", "ssl=on", "-c", "ssl_cert_file="+s.home.Path("server.crt"), "-c", "ssl_key_file="+s.home.Path("server.key"),
		"-c", "max_connections=40", "-c", "shared_buffers=16MB", "-c", "autovacuum=off")
	return err
}

// answers returns nil once a query is answered.
func (s *Server) answers(ctx context.Context) error { return s.exec(ctx, "postgres", "select 1") }

// Stop ends the server and removes its files.
func (s *Server) Stop() error {
	s.daemon.Stop(syscall.SIGINT) // fast shutdown: whoever is connected is cut off
	return s.home.Remove()
}

// CA is the authority that signed the server's certificate.
func (s *Server) CA() *pki.CA { return s.ca }

// DSN is the address of a database over TCP, with the password. Options are
// those of a connection string, such as "sslmode=disable".
func (s *Server) DSN(database, options string) string {
	return s.dsn(database, net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), options)
}

func (s *Server) dsn(database, host, options string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(User, Password), Host: host, Path: database, RawQuery: options}
	return u.String()
}

// CreateDatabase makes an empty database and runs statements in it.
func (s *Server) CreateDatabase(ctx context.Context, name string, statements ...string) error {
	if err := s.exec(ctx, "postgres", "create database "+pgx.Identifier{name}.Sanitize()); err != nil {
		return err
	}
	return s.Exec(ctx, name, statements...)
}

// Exec runs statements in a database.
func (s *Server) Exec(ctx context.Context, database string, statements ...string) error {
	return s.exec(ctx, database, statements...)
}

func (s *Server) exec(ctx context.Context, database string, statements ...string) error {
	conn, err := pgx.Connect(ctx, fmt.Sprintf("host=%s port=%d user=%s database=%s", s.home.Dir, s.port, User, database))
	if err != nil {
		return fmt.Errorf("lab/postgres: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement, pgx.QueryExecModeSimpleProtocol); err != nil {
			return fmt.Errorf("lab/postgres: %s: %w", statement, err)
		}
	}
	return nil
}
