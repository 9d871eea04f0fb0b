package haproxy

import (
	"context"
	"errors"
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

	traits traits // of a survey only
}

// look reads how traffic is divided, on one connection.
func (r *weighted) look(ctx context.Context) (view, error) {
	v, _, err := r.read(ctx)
	return v, err
}

// survey reads, on one connection, all that a movement depends on.
func (r *weighted) survey(ctx context.Context) (view, error) {
	v, replies, err := r.read(ctx, statAll)
	if err != nil {
		return v, err
	}
	v.traits, err = parseTraits(replies[0])
	v.mark()
	return v, err
}

// read returns the replies to more commands with the view.
func (r *weighted) read(ctx context.Context, more ...string) (view, []string, error) {
	batch := []string{showLevel, showInfo}
	for _, p := range r.pools {
		batch = append(batch, p.show())
	}
	replies, err := r.socket.Run(ctx, append(batch, more...)...)
	if err != nil {
		return view{}, nil, err
	}
	v := view{level: replies[0]}
	if v.pid, err = haproxyapi.ParsePID(showInfo, replies[1]); err != nil {
		return view{}, nil, err
	}
	var errs []error
	for i, p := range r.pools {
		m, err := p.read(replies[i+2])
		errs = append(errs, err)
		v.pools = append(v.pools, m)
	}
	if r.shares { // the user says that DNS sets no weights
		v.edit(func(s *server) { s.fromDNS = false })
	}
	return v, replies[len(batch):], errors.Join(errs...)
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
			return w, pkg.Errorf("backend %s: %w", m.backend(), err)
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
	return expect(socket, from, live, err)
}

// expect fails unless live is from. Where neither color has any weight, which
// err says then, live and from are zero.
func expect(socket string, from, live traffic.Weights, err error) error {
	if err != nil && !errors.Is(err, traffic.ErrNoWeight) {
		return err
	}
	if conflict := traffic.Expect(from, live); conflict != nil {
		return errors.Join(pkg.Errorf("%s: %w", socket, conflict), err)
	}
	return nil
}

// changes returns what all pools need so as to divide traffic as w says. Fixed
// tells why any of them takes no shares.
func (v view) changes(w traffic.Weights, fixed []string) ([]change, error) {
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

// fixed tells of each pool why it takes no shares, if it does not.
func (v view) fixed(shares bool) []string {
	all := make([]string, len(v.pools))
	for i, m := range v.pools {
		all[i] = m.fixed(v.traits, shares)
	}
	return all
}

// way returns the weights that changes lead to, the zero ones when that is no
// weight at all, and all on the way there and of their undoing: HAProxy obeys one
// command after the other, and a connection may end at any.
func (v view) way(changes []change) (to traffic.Weights, left []traffic.Weights) {
	now := view{}
	for _, m := range v.pools {
		now.pools = append(now.pools, m.clone())
	}
	walk := func(steps []step) {
		for _, s := range steps {
			now.put(s.after)
			if w, err := now.weights(); err == nil && !slices.Contains(left, w) {
				left = append(left, w)
			}
		}
	}
	walk(steps(changes))
	to, _ = now.weights()
	walk(steps(undo(changes)))
	return to, left
}

// put replaces one server by what it became. Those that track it have its drain.
func (v view) put(became server) {
	v.edit(func(s *server) {
		switch {
		case s.id() == became.id():
			*s = became
		case s.follows != became.id() || s.follows == "":
		case became.admin&(adminDrain|adminInherited) != 0:
			s.admin |= adminInherited
		default:
			s.admin &^= adminInherited
		}
	})
}

// edit calls change for all servers.
func (v view) edit(change func(*server)) {
	for _, m := range v.pools {
		for _, servers := range m {
			for i := range servers {
				change(&servers[i])
			}
		}
	}
}
