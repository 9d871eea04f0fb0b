package haproxyapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

const (
	// slotsPerSocket is half of what a stats socket takes by default ("stats
	// maxconn" is 10): the other half is for the operator's own tools.
	slotsPerSocket = 5
	// LineLimit is the longest line that is sent, in bytes. It is well below
	// HAProxy's buffer (tune.bufsize, 16384 by default), which a command line
	// must fit into.
	LineLimit = 8 << 10
)

// Socket is one Runtime API socket.
type Socket struct {
	Name             string // as the user wrote it
	Network, Address string

	limits limits // zero: those of every socket
}

// Endpoint is the socket's address in one form, however the user wrote it.
func (s Socket) Endpoint() string { return s.Network + "://" + s.Address }

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
