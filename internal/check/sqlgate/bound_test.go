package sqlgate_test

import (
	"encoding/binary"
	"errors"
	"net"
	"runtime"
	"testing"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check/sqlgate"
)

// TestAnswersAreBounded has a value and a table that are larger than what is read.
func TestAnswersAreBounded(t *testing.T) {
	const many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 900) "
	p, m := both(`create table schema_migrations (version text not null)`)
	withServers(t, p, m, func(t *testing.T, s server, database string) {
		values := Values{"driver": s.driver, "dsn": s.dsn(database), "timeout": "60s"}
		if err := s.exec(t.Context(), database, "insert into schema_migrations "+many+"select concat(i, repeat('9', 40000)) from n"); err != nil {
			t.Fatal(err)
		}
		values["migrations"] = Values{"tool": "rails", "version": "1"}
		if err := run(t, values); !errors.Is(err, sqlgate.ErrTooLong) {
			t.Errorf("a table: %.300v", err)
		}
		delete(values, "migrations")
		values["query"], values["equals"] = many+"select repeat('x', 200000) from n", "x"
		if err := run(t, values); !errors.Is(err, sqlgate.ErrShape) {
			t.Errorf("several rows: %.300v", err)
		}
		if s.driver == "postgres" {
			values["query"] = "select repeat('x', 60000000)"
			if err := run(t, values); !errors.Is(err, sqlgate.ErrTooLong) {
				t.Errorf("a value: %.300v", err)
			}
		}
	})
}

// TestServersThatAnnounceMuch makes no room for what a server only announces.
func TestServersThatAnnounceMuch(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write(binary.BigEndian.AppendUint32([]byte{'R'}, 900<<20)) // a message of 900 MB
		}
	}()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err = MustOpen(t, sqlgate.Kind(), Values{
		"dsn": "postgres://shop:s3cret@" + listener.Addr().String() + "/shop?sslmode=disable", "query": "select 1", "equals": "1", "timeout": "5s",
	}).Run(t.Context(), check.Subject{})
	runtime.ReadMemStats(&after)
	if !errors.Is(err, sqlgate.ErrTooLong) {
		t.Errorf("Run = %v", err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 100<<20 {
		t.Errorf("%d MB were made room for", grown>>20)
	}
}
