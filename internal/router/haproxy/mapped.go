package haproxy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// mapped is one HAProxy in map mode: one entry of a map names the backend that
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
// A reload between the two is seen when both are read back, and set right.
// Several HAProxies on one machine may share the file: each compares the file
// with where it goes, not with where it came from, and writers take turns.
type mapped struct {
	socket   haproxyapi.Socket
	index    int // of the socket in the configuration
	id       string
	key      string
	file     *mapFile // nil when the file is not kept
	backends map[traffic.Color]string
	pid      string // of the worker that took the last weights
}

var (
	_ traffic.Router          = (*mapped)(nil)
	_ traffic.Inspector       = (*mapped)(nil)
	_ traffic.Verifier        = (*mapped)(nil)
	_ traffic.Persister       = (*mapped)(nil)
	_ traffic.HealthReader    = (*mapped)(nil)
	_ traffic.InFlightCounter = (*mapped)(nil)
)

func (r *mapped) getMap() string { return "get map " + r.id + " " + r.key }

func (r *mapped) setMap(c traffic.Color) string {
	return "set map " + r.id + " " + r.key + " " + r.backends[c]
}

// Weights implements traffic.Router. It is what the live map says.
func (r *mapped) Weights(ctx context.Context) (traffic.Weights, error) {
	replies, err := r.socket.Run(ctx, r.getMap())
	if err != nil {
		return traffic.Weights{}, err
	}
	return r.parse(replies[0])
}

// parse reads the reply to getMap.
func (r *mapped) parse(reply string) (traffic.Weights, error) {
	answers, err := parseLookup(r.getMap(), reply)
	if err != nil {
		return traffic.Weights{}, err
	}
	value, err := r.agreed(answers)
	if err != nil {
		return traffic.Weights{}, fmt.Errorf("haproxy: %s: map %s: %w", r.socket.Name, r.id, err)
	}
	return r.color(value)
}

// agreed is the one value that all lookups of the key find. A lookup that
// finds nothing is one of another type, as map_ip is for a name.
func (r *mapped) agreed(answers []answer) (string, error) {
	answers = slices.DeleteFunc(answers, func(a answer) bool { return a.key == "" })
	if len(answers) == 0 {
		return "", fmt.Errorf("no entry for %q: %w: add a line \"%s %s\" to its file and reload HAProxy",
			r.key, traffic.ErrNotFound, r.key, r.backends[traffic.Blue])
	}
	for _, a := range answers {
		if a.key != r.key {
			return "", fmt.Errorf("%w: the lookup map_%s finds the entry %q for %q, which setting %[4]q would not change: "+
				"look up one constant key with map_str", ErrReply, a.how, a.key, r.key)
		}
	}
	return answers[0].value, nil
}

// color returns the weights that a value of the map stands for.
func (r *mapped) color(value string) (traffic.Weights, error) {
	for c, backend := range r.backends {
		if value == backend {
			return traffic.All(c), nil
		}
	}
	return traffic.Weights{}, fmt.Errorf("haproxy: %s: %q in map %s is %q, which is neither %q nor %q: %w: "+
		"set it to one of them, live (%q) and in the file", r.socket.Name,
		r.key, r.id, value, r.backends[traffic.Blue], r.backends[traffic.Green], traffic.ErrNoWeight, r.setMap(traffic.Blue))
}

// Verify implements traffic.Verifier: the live map and the file both name the
// color's backend, so that traffic is there now and after a reload.
func (r *mapped) Verify(ctx context.Context, w traffic.Weights) error {
	replies, err := r.socket.Run(ctx, showInfo, r.getMap())
	if err != nil {
		return err
	}
	pid, err := haproxyapi.ParsePID(showInfo, replies[0])
	if err != nil {
		return err
	}
	live, err := r.parse(replies[1])
	if err != nil {
		return err
	}
	if live != w {
		return fmt.Errorf("haproxy: %s has %s, not %s%s: %w",
			r.socket.Name, live, w, reloaded(r.pid, pid), traffic.ErrNotInEffect)
	}
	if err = r.Persisted(ctx, w); errors.Is(err, traffic.ErrNotPersisted) {
		err = fmt.Errorf("%w: %w", err, traffic.ErrNotInEffect)
	}
	return err
}

// Persisted implements traffic.Persister: the file names the color's backend.
func (r *mapped) Persisted(_ context.Context, w traffic.Weights) error {
	if r.file == nil {
		return nil
	}
	value, err := r.file.value()
	if err != nil {
		return err
	}
	c, whole := w.Active()
	if !whole || value != r.backends[c] {
		return fmt.Errorf("haproxy: %w: %s says %q for %q", traffic.ErrNotPersisted, r.file.path, value, r.key)
	}
	return nil
}

// whole returns the color that gets everything, or an error.
func whole(w traffic.Weights) (traffic.Color, error) {
	if err := w.Validate(); err != nil {
		return "", fmt.Errorf("haproxy: %w", err)
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
