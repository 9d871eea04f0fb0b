package haproxy

import (
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
// color has all traffic, and 0 elsewhere. Fixed says why the backend takes no
// shares, if so. The error wraps ErrMaintenance when a color that is to get
// traffic has no other servers.
func (m members) changes(w traffic.Weights, fixed string) ([]change, error) {
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
				all = append(all, s.idle())
			default:
				all = append(all, s.give(weights[c][free]))
				free++
			}
		}
	}
	return all, nil
}

// idle is what becomes of a server whose color gets nothing. A drain is passed
// on to every server that tracks this one, of other backends too; a weight is
// not. A weight from DNS comes back by itself; a drain does not.
func (s server) idle() change {
	switch {
	case s.fromDNS:
		return change{server: s, weight: s.weight, state: stateDrain}
	case s.followed:
		return change{server: s}
	default:
		return change{server: s, state: stateDrain}
	}
}

// give returns the change that gives a server a weight. One that is too small
// to share in its color's part keeps its state, unless others have it too.
func (s server) give(weight int) change {
	switch {
	case s.fromDNS:
		return change{server: s, weight: s.weight, state: stateReady}
	case weight == 0 && !s.followed:
		return change{server: s}
	default:
		return change{server: s, weight: weight, state: stateReady}
	}
}

// returning is what becomes of a server that is taken out. Only a drain that is
// not an operator's maintenance is ended: one that was ours, of a slot whose
// address went.
func (m members) returning(s server, c traffic.Color, percent int) change {
	forced := s.admin&adminForced != 0
	switch {
	case s.fromDNS && forced:
		return change{server: s, weight: s.weight}
	case s.fromDNS && percent == 0:
		return s.idle()
	case s.fromDNS:
		return s.give(s.weight)
	case percent < 100:
		return change{server: s}
	case forced:
		return change{server: s, weight: m.full(c, s)}
	default:
		return change{server: s, weight: m.full(c, s), state: stateReady}
	}
}
