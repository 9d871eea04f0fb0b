package haproxy

import (
	"cmp"
	"context"
	"errors"
	"maps"
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
	return r.move(ctx, from, r.all(c), c)
}

// move sets the live map and its file. C is the color whose backend must exist,
// if any.
func (r *mapped) move(ctx context.Context, from traffic.Weights, to entries, c traffic.Color) error {
	held, err := r.hold(ctx)
	if err != nil {
		return err
	}
	defer held.close()
	found, err := r.compare(ctx, from, c)
	if err != nil {
		return err
	}
	if err := held.stage(to); err != nil {
		return err
	}
	if err := r.carryOut(ctx, held, found, to); err != nil {
		return r.partial(found, to, err)
	}
	return nil
}

// carryOut sets the live map, then the file, and reads both back.
func (r *mapped) carryOut(ctx context.Context, held holder, found, to entries) error {
	if err := r.setLive(ctx, found, to); err != nil {
		return err
	}
	if err := held.commit(); err != nil {
		return errors.Join(err, r.undo(ctx, to, found))
	}
	return r.confirm(ctx, to)
}

// partial adds to an error what several entries may have been left at.
func (r *mapped) partial(found, to entries, err error) error {
	if len(r.keys) == 1 {
		return err
	}
	var left []traffic.Weights
	now := maps.Clone(found)
	for _, target := range []entries{to, found} {
		for _, key := range r.keys {
			now[key] = target[key]
			if w, err := r.weights(now); err == nil && !slices.Contains(left, w) {
				left = append(left, w)
			}
		}
	}
	return &traffic.PartialError{Left: left, Err: err}
}

// holder is a map file under lock, or nothing where no file is kept.
type holder interface {
	stage(e entries) error
	commit() error
	close()
}

func (r *mapped) hold(ctx context.Context) (holder, error) {
	if err := ctx.Err(); err != nil {
		return nil, pkg.Errorf("socket %s: %w", r.socket.Name, err)
	}
	if r.file == nil {
		return noFile{}, nil
	}
	return r.file.open(ctx)
}

type noFile struct{}

func (noFile) stage(entries) error { return nil }
func (noFile) commit() error       { return nil }
func (noFile) close()              {}

// compare reads, directly before the write, all that it depends on. It returns
// the live entries.
func (r *mapped) compare(ctx context.Context, from traffic.Weights, c traffic.Color) (entries, error) {
	replies, err := r.socket.Run(ctx, append(r.getMaps(), showLevel, showInfo, showBackend)...)
	if err != nil {
		return nil, err
	}
	level, info, backends := replies[len(r.keys)], replies[len(r.keys)+1], replies[len(r.keys)+2]
	if err := checkLevel(r.socket.Name, level); err != nil {
		return nil, err
	}
	if r.pid, err = haproxyapi.ParsePID(showInfo, info); err != nil {
		return nil, err
	}
	if c != "" {
		if err := r.checkBackend(backends, c); err != nil {
			return nil, err
		}
	}
	found, err := r.parse(replies)
	if err != nil {
		return nil, err
	}
	live, none := r.weights(found)
	if conflict := traffic.Expect(from, live); conflict != nil || none != nil {
		return nil, pkg.Errorf("%s: %w", r.socket.Name, errors.Join(cmp.Or(conflict, traffic.ErrConflict), none))
	}
	return found, nil
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
		return pkg.Errorf("%s: backend %q: %w: it has %s", r.socket.Name, r.backends[c], traffic.ErrNotFound, haproxyapi.List(names))
	}
	return nil
}

// setLive sets the live map where it differs. When the connection breaks, the
// map itself tells whether the commands arrived; when one is refused, the others
// are taken back.
func (r *mapped) setLive(ctx context.Context, found, to entries) error {
	err := r.send(ctx, found, to)
	switch {
	case err == nil:
		return nil
	case !isTransport(err):
		return errors.Join(err, r.undo(ctx, to, found))
	}
	if live, again := r.live(ctx); again == nil && maps.Equal(live, to) {
		return nil
	}
	return err
}

func (r *mapped) send(ctx context.Context, found, to entries) error {
	var commands []string
	for _, key := range r.keys {
		if found[key] != to[key] {
			commands = append(commands, r.setMap(key, to[key]))
		}
	}
	return r.socket.Do(ctx, commands...)
}

// undo puts the live map back, which was to become now.
func (r *mapped) undo(ctx context.Context, now, found entries) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoLimit)
	defer cancel()
	return r.send(ctx, now, found)
}

// confirm reads both back on new connections, which the newest worker answers.
func (r *mapped) confirm(ctx context.Context, to entries) error {
	var err error
	for range mapTries {
		if err = r.verify(ctx, to); !errors.Is(err, traffic.ErrNotInEffect) {
			return err
		}
		live, unread := r.live(ctx)
		if unread != nil || maps.Equal(live, to) {
			return errors.Join(err, unread)
		}
		if unset := r.send(ctx, live, to); unset != nil {
			return errors.Join(err, unset)
		}
	}
	return err
}
