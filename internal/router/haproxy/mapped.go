package haproxy

import (
	"context"
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// mapped is one HAProxy in map mode: entries of a map name the backend that
// serves. The live map decides about traffic; the file decides what the live
// map becomes at a reload. Weights tells the first, Verify wants both.
//
// The order of a movement is: write the new file beside the old one, durably;
// set the live map; rename; read both back. So a write that fails, fails
// before anything moves, and a crash at any point leaves the file behind the
// live map, never ahead of it:
//
//   - before the live map is set, everything is as it was;
//   - after it, the live map is ahead. The next plan shows the weights that
//     clients really get, and that the file does not keep them. Going on sets
//     the file; going back sets the live map, and finds the file as it should
//     be.
//
// The other order would leave a file that is ahead of a live map that looks
// untouched: no plan would show anything, and the next reload, perhaps weeks
// later, would move traffic to an environment that nobody looked at.
//
// Several entries of one map are set on one connection, and read as their mean
// while they differ: some clients are sent to either color then.
//
// A reload between the two is seen when both are read back, and set right.
// Several HAProxies on one machine may share the file: each compares the file
// with where it goes, not with where it came from, and writers take turns.
type mapped struct {
	socket   haproxyapi.Socket
	index    int // of the socket in the configuration
	id       string
	named    bool // the user gave id
	keys     []string
	several  bool     // the user gave keys, not key
	file     *mapFile // nil when the file is not kept
	backends map[traffic.Color]string
	values   map[traffic.Color]string // by which the entries name the colors
	pid      string                   // of the worker that took the last weights
}

var (
	_ traffic.Router          = (*mapped)(nil)
	_ traffic.Inspector       = (*mapped)(nil)
	_ traffic.Verifier        = (*mapped)(nil)
	_ traffic.Persister       = (*mapped)(nil)
	_ traffic.HealthReader    = (*mapped)(nil)
	_ traffic.InFlightCounter = (*mapped)(nil)
	_ traffic.Restorer        = (*mapped)(nil)
	_ traffic.Claimer         = (*mapped)(nil)
)

// entries are the values of our keys, in the live map or in its file.
type entries map[string]string

// all are the entries that send everything to a color.
func (r *mapped) all(c traffic.Color) entries {
	e := entries{}
	for _, key := range r.keys {
		e[key] = r.values[c]
	}
	return e
}

func (r *mapped) getMap(key string) string { return "get map " + r.id + " " + key }

func (r *mapped) setMap(key, value string) string { return "set map " + r.id + " " + key + " " + value }

// getMaps are the commands that read our entries.
func (r *mapped) getMaps() []string {
	commands := make([]string, len(r.keys))
	for i, key := range r.keys {
		commands[i] = r.getMap(key)
	}
	return commands
}

// live reads the entries of the live map.
func (r *mapped) live(ctx context.Context) (entries, error) {
	replies, err := r.socket.Run(ctx, r.getMaps()...)
	if err != nil {
		return nil, err
	}
	return r.parse(replies)
}

// parse reads the replies to getMaps.
func (r *mapped) parse(replies []string) (entries, error) {
	e := entries{}
	var errs []error
	for i, key := range r.keys {
		answers, err := parseLookup(r.getMap(key), replies[i])
		if err != nil {
			return nil, err
		}
		value, err := agreed(answers, key)
		if errors.Is(err, traffic.ErrNotFound) {
			err = fmt.Errorf("%w: add a line \"%s %s\" to its file and reload HAProxy", err, key, r.values[traffic.Blue])
		}
		if err != nil {
			errs = append(errs, &keyError{i, pkg.Errorf("%s: map %s: %w", r.socket.Name, r.id, err)})
		}
		e[key] = value
	}
	return e, errors.Join(errs...)
}

// keyError is an error of one key, by its place in the configuration.
type keyError struct {
	index int
	err   error
}

func (e *keyError) Error() string { return e.err.Error() }
func (e *keyError) Unwrap() error { return e.err }

// Weights implements traffic.Router. It is what the live map says.
func (r *mapped) Weights(ctx context.Context) (traffic.Weights, error) {
	live, err := r.live(ctx)
	if err != nil {
		return traffic.Weights{}, err
	}
	return r.weights(live)
}

// weights returns what entries stand for. It fails with traffic.ErrNoWeight when
// one of them names neither color: a page for maintenance, say, which somebody
// wanted, and which a cutover does not replace.
func (r *mapped) weights(e entries) (traffic.Weights, error) {
	each := make([]traffic.Weights, 0, len(e))
	for i, key := range r.keys {
		switch e[key] {
		case r.values[traffic.Blue]:
			each = append(each, traffic.All(traffic.Blue))
		case r.values[traffic.Green]:
			each = append(each, traffic.All(traffic.Green))
		default:
			return traffic.Weights{}, &keyError{i, pkg.Errorf("%s: %q in map %s is %s, which is neither %q nor %q: %w: "+
				"set it to one of them, live (%q) and in the file", r.socket.Name, key, r.id, haproxyapi.Clip(e[key]),
				r.values[traffic.Blue], r.values[traffic.Green], traffic.ErrNoWeight, r.setMap(key, r.values[traffic.Blue]))}
		}
	}
	return together(each)
}

// Verify implements traffic.Verifier: the live map and the file both name the
// color, so that traffic is there now and after a reload.
func (r *mapped) Verify(ctx context.Context, w traffic.Weights) error {
	if c, whole := w.Active(); whole {
		return r.verify(ctx, r.all(c))
	}
	live, err := r.Weights(ctx)
	if err == nil && live != w {
		err = pkg.Errorf("%s has %s, not %s: %w", r.socket.Name, live, w, traffic.ErrNotInEffect)
	}
	return err
}

// verify fails with traffic.ErrNotInEffect unless both have these entries.
func (r *mapped) verify(ctx context.Context, want entries) error {
	replies, err := r.socket.Run(ctx, append(r.getMaps(), showInfo)...)
	if err != nil {
		return err
	}
	pid, err := haproxyapi.ParsePID(showInfo, replies[len(r.keys)])
	if err != nil {
		return err
	}
	live, err := r.parse(replies)
	if err != nil {
		return err
	}
	for _, key := range r.keys {
		if live[key] != want[key] {
			return pkg.Errorf("%s has %s for %q, not %s%s: %w", r.socket.Name, haproxyapi.Clip(live[key]), key,
				haproxyapi.Clip(want[key]), reloaded(r.pid, pid), traffic.ErrNotInEffect)
		}
	}
	if err = r.kept(ctx, want); errors.Is(err, traffic.ErrNotPersisted) {
		err = fmt.Errorf("%w: %w", err, traffic.ErrNotInEffect)
	}
	return err
}

// Persisted implements traffic.Persister: the file names the color.
func (r *mapped) Persisted(ctx context.Context, w traffic.Weights) error {
	c, whole := w.Active()
	if !whole {
		return nil // entries that differ are told as weights, and set right with them
	}
	return r.kept(ctx, r.all(c))
}

// kept fails with traffic.ErrNotPersisted unless a restart would load these
// entries, as far as the file can be read.
func (r *mapped) kept(ctx context.Context, want entries) error {
	if r.file == nil {
		return nil
	}
	kept, err := r.file.entries(ctx, r.keys)
	if ctx.Err() != nil {
		return err
	}
	if err != nil {
		return pkg.Errorf("%w: %w", traffic.ErrNotPersisted, err)
	}
	for _, key := range r.keys {
		if kept[key] != want[key] {
			return pkg.Errorf("%w: %s says %s for %q", traffic.ErrNotPersisted, r.file.path, haproxyapi.Clip(kept[key]), key)
		}
	}
	return nil
}

// whole returns the color that gets everything, or an error.
func whole(w traffic.Weights) (traffic.Color, error) {
	if err := w.Validate(); err != nil {
		return "", pkg.Errorf("%w", err)
	}
	c, ok := w.Active()
	if !ok {
		return "", fmt.Errorf("%w: a map cannot give %s", ErrWhole, w)
	}
	return c, nil
}

// isTransport tells a broken connection, after which nobody knows whether a
// command was obeyed, from an answer.
func isTransport(err error) bool {
	return errors.Is(err, ErrUnreachable) || errors.Is(err, ErrReply)
}
