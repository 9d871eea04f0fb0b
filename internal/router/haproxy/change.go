package haproxy

import (
	"fmt"
	"slices"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The states that a change may ask for, in HAProxy's words.
const (
	stateReady = "ready"
	stateDrain = "drain"
)

// change is what one server is to become.
type change struct {
	server server
	weight int
	state  string // stateReady, stateDrain, or "" to leave it
}

// changes returns what makes a pool divide traffic as w says. Servers that are
// taken out by somebody else count for nothing, and are never put back. Should
// they return, no share must change: they get their full weight where their
// color has all traffic, and 0 elsewhere. Fixed says that the backend takes no
// shares. The error wraps ErrMaintenance when a color that is to get traffic has
// no other servers.
func (m members) changes(w traffic.Weights, fixed bool) ([]change, error) {
	weights, err := m.target(w, fixed)
	if err != nil {
		return nil, err
	}
	var all []change
	for _, c := range traffic.Colors() {
		free := 0
		for _, s := range m[c] {
			switch {
			case s.taken():
				all = append(all, m.returning(s, c, w.Of(c)))
			case w.Of(c) == 0:
				all = append(all, change{server: s, state: stateDrain})
			default:
				all = append(all, give(s, weights[c][free]))
				free++
			}
		}
	}
	return all, nil
}

// returning is what becomes of a server that is taken out. Only a drain that is
// not an operator's maintenance is ended: one that was ours, of a slot whose
// address went.
func (m members) returning(s server, c traffic.Color, percent int) change {
	switch {
	case percent < 100:
		return change{server: s}
	case s.admin&adminForced == 0:
		return change{server: s, weight: m.full(c, s), state: stateReady}
	default:
		return change{server: s, weight: m.full(c, s)}
	}
}

// give returns the change that gives a server a weight. One that is too small
// to share in its color's part keeps its state.
func give(s server, weight int) change {
	if weight == 0 {
		return change{server: s}
	}
	return change{server: s, weight: weight, state: stateReady}
}

// target returns the weights of the servers that are not taken, by color. Where
// shares cannot be set, that of all servers as they are configured still can: a
// rollback may have to.
func (m members) target(w traffic.Weights, fixed bool) (map[traffic.Color][]int, error) {
	rel := map[traffic.Color][]int{}
	for _, c := range traffic.Colors() {
		rel[c] = m.relative(c)
		if w.Of(c) > 0 && len(rel[c]) == 0 {
			return nil, fmt.Errorf("%w: the %s servers of backend %s: end it with \"set server … state ready\", "+
				"or take \"disabled\" out of the configuration", ErrMaintenance, c, m[c][0].backend)
		}
	}
	own, err := traffic.Shares(uint64(sum(rel[traffic.Blue])), uint64(sum(rel[traffic.Green]))) //nolint:gosec // not negative
	if fixed && err == nil && own == w {
		return rel, nil
	}
	if _, whole := w.Active(); !whole {
		parts := divide([2][]int{rel[traffic.Blue], rel[traffic.Green]}, w.Green)
		rel[traffic.Blue], rel[traffic.Green] = parts[0], parts[1]
	}
	return rel, nil
}

// relative returns how the servers of c that are not taken stand to each other
// by the configuration, which is also what they weigh when c has all traffic:
// static balancing takes nothing else.
func (m members) relative(c traffic.Color) []int {
	var rel []int
	for _, s := range m[c] {
		if !s.taken() {
			rel = append(rel, m.full(c, s))
		}
	}
	return rel
}

// full is what a server of c weighs when c has all traffic. An idle color is
// often written with weight 0 throughout; its servers then weigh as much as the
// heaviest in the pool.
func (m members) full(c traffic.Color, s server) int {
	if slices.ContainsFunc(m[c], func(s server) bool { return !s.taken() && s.initial > 0 }) {
		return s.initial
	}
	return m.heaviest()
}

// heaviest is the greatest weight in the configuration, 100 if that is 0.
func (m members) heaviest() int {
	heaviest := 0
	for _, servers := range m {
		for _, s := range servers {
			heaviest = max(heaviest, s.initial)
		}
	}
	if heaviest == 0 {
		return 100
	}
	return heaviest
}
