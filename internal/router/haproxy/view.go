package haproxy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const showInfo = "show info"

// view is what one connection told of a HAProxy in server-weight mode: level,
// worker and servers belong together.
type view struct {
	level string
	pid   string
	pools []members
}

// look reads everything that a movement depends on, on one connection.
func (r *weighted) look(ctx context.Context) (view, error) {
	batch := []string{showLevel, showInfo}
	for _, p := range r.pools {
		batch = append(batch, p.show())
	}
	replies, err := r.socket.Run(ctx, batch...)
	if err != nil {
		return view{}, err
	}
	v := view{level: replies[0]}
	if v.pid, err = haproxyapi.ParsePID(showInfo, replies[1]); err != nil {
		return view{}, err
	}
	var errs []error
	for i, p := range r.pools {
		m, err := p.read(replies[i+2])
		errs = append(errs, err)
		v.pools = append(v.pools, m)
	}
	return v, errors.Join(errs...)
}

func (p pool) read(reply string) (members, error) {
	all, err := parseServers(p.show(), reply)
	if err != nil {
		return nil, err
	}
	return p.members(all)
}

// weights returns how all pools together divide traffic.
func (v view) weights() (traffic.Weights, error) {
	each := make([]traffic.Weights, 0, len(v.pools))
	for _, m := range v.pools {
		w, err := m.weights()
		if err != nil {
			return w, fmt.Errorf("haproxy: backend %s: %w", m[traffic.Blue][0].backend, err)
		}
		each = append(each, w)
	}
	return together(each)
}

// allows fails when weights may not be set: without the right to, or when they
// are not what they are thought to be.
func (v view) allows(socket string, from traffic.Weights) error {
	if err := checkLevel(socket, v.level); err != nil {
		return err
	}
	live, err := v.weights()
	if err != nil {
		return err
	}
	if err := traffic.Expect(from, live); err != nil {
		return fmt.Errorf("haproxy: %s: %w", socket, err)
	}
	return nil
}

// changes returns what all pools need so as to divide traffic as w says. Fixed
// tells which of them take no shares.
func (v view) changes(w traffic.Weights, fixed []bool) ([]change, error) {
	var all []change
	for i, m := range v.pools {
		changes, err := m.changes(w, fixed[i])
		if err != nil {
			return nil, err
		}
		all = append(all, changes...)
	}
	return all, nil
}

// between returns all weights on the way of changes and of their undoing:
// HAProxy obeys one command after the other, and a connection may end at any.
func (v view) between(changes []change) []traffic.Weights {
	now := view{}
	for _, m := range v.pools {
		now.pools = append(now.pools, m.clone())
	}
	var all []traffic.Weights
	for _, s := range append(steps(changes), steps(undo(changes))...) {
		now.put(s.after)
		if w, err := now.weights(); err == nil && !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// put replaces one server by what it became.
func (v view) put(s server) {
	for _, m := range v.pools {
		for _, servers := range m {
			for i := range servers {
				if servers[i].id() == s.id() {
					servers[i] = s
				}
			}
		}
	}
}
