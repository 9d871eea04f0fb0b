package sqlgate

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgproto3"
)

// mostAnswered is how much a database may answer in one try, in bytes: more
// than the largest table of a tool that is read. A query that gives all of a
// table, or a server that never ends, would fill the memory.
const mostAnswered = 32 << 20

// ErrTooLong reports a database that answers more than is read.
var ErrTooLong = errors.New("the answer is too long")

// meter counts what the connections of one try may still read.
type meter struct{ left atomic.Int64 }

func newMeter() *meter {
	m := &meter{}
	m.left.Store(mostAnswered)
	return m
}

// dialer opens a connection, as the drivers want it.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// counted opens connections that the meter counts.
func (m *meter) counted(next dialer) dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := next(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return metered{conn, m}, nil
	}
}

// because is err, or that there was too much when that is why: drivers tell no
// more than that the connection is broken.
func (m *meter) because(err error) error {
	var message *pgproto3.ExceededMaxBodyLenErr
	if err == nil || errors.Is(err, ErrShape) || m.left.Load() > 0 && !errors.As(err, &message) {
		return err
	}
	return fmt.Errorf("%w: the database answers more than %d MB; ask for one value", ErrTooLong, mostAnswered>>20)
}

// metered is a connection of which no more is read than the meter has left.
type metered struct {
	net.Conn
	meter *meter
}

// Read implements net.Conn.
func (c metered) Read(p []byte) (int, error) {
	left := c.meter.left.Load()
	if left <= 0 {
		return 0, ErrTooLong
	}
	n, err := c.Conn.Read(p[:min(int64(len(p)), left)])
	c.meter.left.Add(-int64(n))
	return n, err
}
