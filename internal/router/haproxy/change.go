package haproxy

import (
	"fmt"

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
// taken out by somebody else count for nothing, and are never put back; at 0
// they get weight 0, so that they stay quiet when they return. Fixed says that
// the backend takes no shares. The error wraps ErrMaintenance when a color that
// is to get traffic has no other servers.
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
			case s.taken() && w.Of(c) == 0:
				all = append(all, change{server: s})
			case s.taken():
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
// static balancing takes nothing else. An idle color is often written with
// weight 0 throughout; its servers then weigh as much as the heaviest in the
// pool.
func (m members) relative(c traffic.Color) []int {
	var rel []int
	for _, s := range m[c] {
		if !s.taken() {
			rel = append(rel, s.initial)
		}
	}
	if sum(rel) == 0 {
		for i := range rel {
			rel[i] = m.heaviest()
		}
	}
	return rel
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

// step is one command, and its server once HAProxy has obeyed it.
type step struct {
	command string
	after   server
}

// steps returns what is to be sent. Weights rise before weights fall, so that
// no backend is without weight at any time, even when the connection breaks in
// the middle. What is already as it should be is not sent.
func steps(changes []change) []step {
	var rise, fall []step
	for _, c := range changes {
		if c.weight > c.server.effective() {
			rise = append(rise, c.steps()...)
		} else {
			fall = append(fall, c.steps()...)
		}
	}
	return append(rise, fall...)
}

func commands(changes []change) []string {
	var list []string
	for _, s := range steps(changes) {
		list = append(list, s.command)
	}
	return list
}

func (c change) steps() []step {
	s, drained := c.server, c.server.admin&adminDrain != 0
	var list []step
	if c.state == stateDrain && !drained {
		s.admin |= adminDrain
		list = append(list, step{"set server " + s.id() + " state " + stateDrain, s})
	}
	if c.weight != s.weight {
		s.weight = c.weight
		list = append(list, step{fmt.Sprintf("set server %s weight %d", s.id(), c.weight), s})
	}
	if c.state == stateReady && drained {
		s.admin &^= adminDrain
		list = append(list, step{"set server " + s.id() + " state " + stateReady, s})
	}
	return list
}

// after is the server once HAProxy has obeyed the change.
func (c change) after() server {
	s := c.server
	s.weight = c.weight
	switch c.state {
	case stateReady:
		s.admin &^= adminDrain
	case stateDrain:
		s.admin |= adminDrain
	}
	return s
}

// undo returns the changes that put everything back as it was.
func undo(changes []change) []change {
	back := make([]change, 0, len(changes))
	for _, c := range changes {
		state := stateReady
		if c.server.admin&adminDrain != 0 {
			state = stateDrain
		}
		back = append(back, change{server: c.after(), weight: c.server.weight, state: state})
	}
	return back
}
