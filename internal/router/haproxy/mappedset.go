package haproxy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const showBackend = "show backend"

// mapTries is how often the live map is set again when a reload, in the moment
// between it and the file, brought the old value back.
const mapTries = 3

// SetWeights implements traffic.Router. From equal to to is allowed, and sets
// right a file that differs from the live map.
func (r *mapped) SetWeights(ctx context.Context, from, to traffic.Weights) error {
	c, err := whole(to)
	if err != nil {
		return err
	}
	held, err := r.hold(ctx)
	if err != nil {
		return err
	}
	defer held.close()
	if err := r.compare(ctx, from, c); err != nil {
		return err
	}
	if err := held.stage(r.backends[c]); err != nil {
		return err
	}
	if from != to {
		if err := r.setLive(ctx, c, to); err != nil {
			return err
		}
	}
	if err := held.commit(); err != nil {
		return errors.Join(err, r.undo(ctx, from))
	}
	return r.confirm(ctx, c, to)
}

// holder is a map file under lock, or nothing where no file is kept.
type holder interface {
	stage(value string) error
	commit() error
	close()
}

func (r *mapped) hold(ctx context.Context) (holder, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("haproxy: socket %s: %w", r.socket.Name, err)
	}
	if r.file == nil {
		return noFile{}, nil
	}
	return r.file.open(ctx)
}

type noFile struct{}

func (noFile) stage(string) error { return nil }
func (noFile) commit() error      { return nil }
func (noFile) close()             {}

// compare reads, directly before the write, all that it depends on.
func (r *mapped) compare(ctx context.Context, from traffic.Weights, c traffic.Color) error {
	replies, err := r.socket.Run(ctx, showLevel, showInfo, showBackend, r.getMap())
	if err != nil {
		return err
	}
	if err := checkLevel(r.socket.Name, replies[0]); err != nil {
		return err
	}
	if r.pid, err = haproxyapi.ParsePID(showInfo, replies[1]); err != nil {
		return err
	}
	if err := r.checkBackend(replies[2], c); err != nil {
		return err
	}
	live, err := r.parse(replies[3])
	if err != nil {
		return err
	}
	if err := traffic.Expect(from, live); err != nil {
		return fmt.Errorf("haproxy: %s: %w", r.socket.Name, err)
	}
	return nil
}

// checkBackend fails unless the color's backend exists: HAProxy takes any name
// into a map, and sends requests for an unknown one to default_backend, or
// answers them with 503.
func (r *mapped) checkBackend(reply string, c traffic.Color) error {
	names, err := parseBackends(showBackend, reply)
	if err != nil {
		return err
	}
	if !slices.Contains(names, r.backends[c]) {
		return fmt.Errorf("haproxy: %s: backend %q: %w: it has %s", r.socket.Name, r.backends[c], traffic.ErrNotFound, haproxyapi.List(names))
	}
	return nil
}

// setLive sets the live map. When the connection breaks, the map itself tells
// whether the command arrived.
func (r *mapped) setLive(ctx context.Context, c traffic.Color, to traffic.Weights) error {
	err := r.socket.Do(ctx, r.setMap(c))
	if err == nil || !isTransport(err) {
		return err
	}
	if live, again := r.Weights(ctx); again == nil && live == to {
		return nil
	}
	return err
}

// undo puts the live map back when the file could not follow it.
func (r *mapped) undo(ctx context.Context, from traffic.Weights) error {
	c, err := whole(from)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoLimit)
	defer cancel()
	return r.socket.Do(ctx, r.setMap(c))
}

// confirm reads both back on new connections, which the newest worker answers.
func (r *mapped) confirm(ctx context.Context, c traffic.Color, to traffic.Weights) error {
	var err error
	for range mapTries {
		if err = r.Verify(ctx, to); !errors.Is(err, traffic.ErrNotInEffect) {
			return err
		}
		if live, e := r.Weights(ctx); e != nil || live == to {
			return errors.Join(err, e)
		}
		if e := r.socket.Do(ctx, r.setMap(c)); e != nil {
			return errors.Join(err, e)
		}
	}
	return err
}
