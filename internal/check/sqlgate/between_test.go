package sqlgate_test

import (
	"bytes"
	"io"
	"net"
	"strconv"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/mariadb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/pki"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/postgres"
)

// between stands between clients and a server, and returns where. Once a
// client says what it must not, nothing more is carried to the server.
func between(t *testing.T, network, server, mustNot string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go carry(client, network, server, mustNot)
		}
	}()
	return l.Addr().String()
}

// carry carries one connection.
func carry(client net.Conn, network, server, mustNot string) {
	defer client.Close()
	conn, err := net.Dial(network, server)
	if err != nil {
		return
	}
	defer conn.Close()
	go io.Copy(client, conn)
	buffer := make([]byte, 1<<16)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		if mustNot != "" && bytes.Contains(bytes.ToLower(buffer[:n]), []byte(mustNot)) {
			_, _ = io.Copy(io.Discard, client) // until the client hangs up
			return
		}
		if _, err := conn.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// betweenMaria is the address of MariaDB, which has no TLS here, over TCP.
func betweenMaria(t *testing.T, mustNot string) string {
	t.Helper()
	config, err := mysql.ParseDSN(maria.DSN("mysql"))
	if err != nil {
		t.Fatal(err)
	}
	return "mysql://" + mariadb.User + ":" + mariadb.Password + "@" + between(t, "unix", config.Addr, mustNot) + "/mysql"
}

// TestNoPlaintext once a block tls is there, whatever the address says.
func TestNoPlaintext(t *testing.T) {
	address := betweenMaria(t, "")
	for options, fine := range map[string]bool{"tls=false": true, "tls=preferred": true, "tls=true": false, "": false} {
		values := Values{"dsn": address + "?" + options, "query": "select 1", "equals": "1"}
		if err := run(t, values); (err == nil) != fine {
			t.Errorf("%s: %v", options, err)
		}
		values["tls"] = Values{"ca_cert": pki.NewT(t).PEM()}
		if err := run(t, values); err == nil {
			t.Errorf("%s: the answer came in plain text", options)
		}
	}
}

// TestServerThatFallsSilent once the answer is there does not keep the gate.
func TestServerThatFallsSilent(t *testing.T) {
	config, err := pgconn.ParseConfig(pg.DSN("postgres", ""))
	if err != nil {
		t.Fatal(err)
	}
	silent := between(t, "tcp", net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))), "rollback")
	for name, dsn := range map[string]string{
		"postgres": "postgres://" + postgres.User + ":" + postgres.Password + "@" + silent + "/postgres?sslmode=disable",
		"mariadb":  betweenMaria(t, "rollback") + "?tls=false",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := run(t, Values{"dsn": dsn, "query": "select 1", "equals": "1", "timeout": "3s"}); err != nil {
				t.Error(err)
			}
		})
	}
}
