package haproxyapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

const (
	// slotsPerSocket is half of what a stats socket takes by default ("stats
	// maxconn" is 10): the other half is for the operator's own tools.
	slotsPerSocket = 5
	// LineLimit is the longest line that is sent, in bytes. It is well below
	// HAProxy's buffer (tune.bufsize, 16384 by default), which a command line
	// must fit into.
	LineLimit = 8 << 10
	// replyLimit bounds what is read of one reply.
	replyLimit = 64 << 20
	// batchLimit ends an exchange whose context has no deadline of its own.
	batchLimit = 15 * time.Second
)

// slots has a channel for each socket's address: its connections under way.
var slots sync.Map

// Socket is one Runtime API socket.
type Socket struct {
	Name             string // as the user wrote it
	Network, Address string
}

// Run sends commands, several on one connection, and returns a reply to each,
// without its empty last line. Commands are obeyed in order, and a command
// that fails does not stop those after it.
func (s Socket) Run(ctx context.Context, commands ...string) ([]string, error) {
	replies := make([]string, 0, len(commands))
	for _, batch := range batches(commands) {
		raw, err := s.Exchange(ctx, strings.Join(batch, ";"))
		if err != nil {
			return nil, err
		}
		got, err := splitReplies(raw, len(batch))
		if err != nil {
			return nil, fmt.Errorf("%w (socket %s)", err, s.Name)
		}
		replies = append(replies, got...)
	}
	return replies, nil
}

// Do sends commands that answer with nothing when they are obeyed.
func (s Socket) Do(ctx context.Context, commands ...string) error {
	replies, err := s.Run(ctx, commands...)
	if err != nil {
		return err
	}
	var errs []error
	for i, reply := range replies {
		if reply != "" {
			errs = append(errs, &CommandError{Command: commands[i], Reply: reply})
		}
	}
	return errors.Join(errs...)
}

// Exchange sends one line on a connection of its own, and returns all that
// comes back. It ends as soon as ctx does.
func (s Socket) Exchange(ctx context.Context, line string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, batchLimit)
	defer cancel()
	leave, err := s.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	conn, err := (&net.Dialer{}).DialContext(ctx, s.Network, s.Address)
	if err != nil {
		return "", s.failed(ctx, err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if _, err := io.WriteString(conn, line+"\n"); err != nil {
		return "", s.failed(ctx, err)
	}
	reply, err := io.ReadAll(io.LimitReader(conn, replyLimit))
	if err != nil {
		return "", s.failed(ctx, err)
	}
	return string(reply), nil
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
	if ended := ctx.Err(); ended != nil {
		return fmt.Errorf("haproxy: socket %s: %w", s.Name, ended)
	}
	return fmt.Errorf("%w: %s: %w", ErrUnreachable, s.Name, err)
}

// batches cuts commands into lines that HAProxy's buffer holds.
func batches(commands []string) [][]string {
	var all [][]string
	size := LineLimit
	for _, c := range commands {
		if size += len(c) + 1; size > LineLimit {
			all = append(all, nil)
			size = len(c) + 1
		}
		all[len(all)-1] = append(all[len(all)-1], c)
	}
	return all
}
