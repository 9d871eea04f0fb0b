package haproxyapi

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// limits are what one exchange may take.
type limits struct {
	silence time.Duration // without a byte in either direction
	reply   int           // bytes of all replies together
}

const (
	// silenceLimit ends an exchange with a peer that says nothing. HAProxy
	// answers in milliseconds, and ends connections itself after 10 seconds.
	silenceLimit = 5 * time.Second
	// replyLimit bounds what is read: the state of some 50,000 servers.
	replyLimit = 16 << 20
	// exchangeLimit ends an exchange whose context has no deadline of its own,
	// however slowly its bytes come in.
	exchangeLimit = 30 * time.Second
)

func (l limits) orDefault() limits {
	return limits{silence: cmp.Or(l.silence, silenceLimit), reply: cmp.Or(l.reply, replyLimit)}
}

// slots has a channel for each socket's address: its connections under way.
var slots sync.Map

// Exchange sends one line on a connection of its own, and returns all that
// comes back. It ends as soon as ctx does.
func (s Socket) Exchange(ctx context.Context, line string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, exchangeLimit)
	defer cancel()
	leave, err := s.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	limits := s.limits.orDefault()
	dialer := net.Dialer{Timeout: limits.silence}
	conn, err := dialer.DialContext(ctx, s.Network, s.Address)
	if err != nil {
		return "", s.failed(ctx, err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	reply, err := converse(conn, line, limits)
	if err != nil {
		return "", s.failed(ctx, err)
	}
	return string(reply), nil
}

// converse sends a line and reads until the peer closes the connection, as a
// worker does after its reply. The master's command line never does.
func converse(conn net.Conn, line string, limits limits) ([]byte, error) {
	_ = conn.SetDeadline(time.Now().Add(limits.silence)) // an error shows in what follows
	if _, err := io.WriteString(conn, line+"\n"); err != nil {
		return nil, err
	}
	var reply []byte
	chunk := make([]byte, 64<<10)
	for {
		_ = conn.SetDeadline(time.Now().Add(limits.silence))
		n, err := conn.Read(chunk)
		reply = append(reply, chunk[:n]...)
		switch {
		case errors.Is(err, io.EOF):
			return reply, nil
		case isMaster(reply):
			return nil, ErrMaster
		case len(reply) > limits.reply:
			return nil, fmt.Errorf("%w: it is longer than %d bytes", ErrReply, limits.reply)
		case errors.Is(err, os.ErrDeadlineExceeded) && len(reply) > 0:
			return nil, fmt.Errorf("%w: after %s the connection stayed open, and nothing more came within %s",
				ErrReply, Excerpt(string(reply)), limits.silence)
		case errors.Is(err, os.ErrDeadlineExceeded):
			return nil, fmt.Errorf("it did not answer within %s", limits.silence)
		case err != nil:
			return nil, err
		}
	}
}

// isMaster tells the master process by what it lists when it does not know a
// command: "show proc" is no command of a worker.
func isMaster(reply []byte) bool {
	return bytes.Contains(reply, []byte("Unknown command")) && bytes.Contains(reply, []byte("\n  show proc "))
}

// enter waits for one of the socket's slots.
func (s Socket) enter(ctx context.Context) (leave func(), err error) {
	made, _ := slots.LoadOrStore(s.Network+" "+s.Address, make(chan struct{}, slotsPerSocket))
	slot := made.(chan struct{}) //nolint:forcetypeassert // nothing else is stored
	if ctx.Err() != nil {
		return nil, s.failed(ctx, ctx.Err())
	}
	select {
	case slot <- struct{}{}:
		return func() { <-slot }, nil
	case <-ctx.Done():
		return nil, s.failed(ctx, ctx.Err())
	}
}

// failed says why there is no reply: the context's own end comes first, since
// it is what closed the connection.
func (s Socket) failed(ctx context.Context, err error) error {
	switch ended := ctx.Err(); {
	case errors.Is(ended, context.DeadlineExceeded):
		return fmt.Errorf("%w: %s: it did not answer in time: %w", ErrUnreachable, s.Name, ended)
	case ended != nil:
		return pkg.Errorf("socket %s: %w", s.Name, ended)
	case errors.Is(err, ErrMaster), errors.Is(err, ErrReply):
		return fmt.Errorf("%w (socket %s)", err, s.Name)
	default:
		return fmt.Errorf("%w: %s: %w", ErrUnreachable, s.Name, err)
	}
}
