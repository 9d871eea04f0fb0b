package haproxy

import (
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// target returns the weights of the servers that are not taken, by color. Where
// shares cannot be set, that of all servers as they are configured still can: a
// rollback may have to.
func (m members) target(w traffic.Weights, fixed string) (map[traffic.Color][]int, error) {
	rel := map[traffic.Color][]int{}
	for _, c := range traffic.Colors() {
		rel[c] = m.relative(c)
		switch {
		case w.Of(c) > 0 && len(rel[c]) == 0:
			return nil, fmt.Errorf("%w: the %s servers of backend %s: end it with \"set server … state ready\", "+
				"or take \"disabled\" out of the configuration", ErrMaintenance, c, m.backend())
		case w.Of(c) > 0 && sum(rel[c]) == 0:
			return nil, pkg.Errorf("DNS gives all %s servers of backend %s the weight 0: %w", c, m.backend(), traffic.ErrNoWeight)
		}
	}
	if _, whole := w.Active(); whole {
		return rel, nil
	}
	own, err := traffic.Shares(uint64(sum(rel[traffic.Blue])), uint64(sum(rel[traffic.Green]))) //nolint:gosec // not negative
	switch {
	case fixed != "" && err == nil && own == w:
		return rel, nil
	case fixed != "":
		return nil, fmt.Errorf("%w: %s", ErrWhole, fixed)
	}
	parts := divide([2][]int{rel[traffic.Blue], rel[traffic.Green]}, w.Green)
	return map[traffic.Color][]int{traffic.Blue: parts[0], traffic.Green: parts[1]}, nil
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
	switch {
	case s.fromDNS:
		return s.weight
	case m.configured(c):
		return s.initial
	default:
		return m.heaviest()
	}
}

// configured tells whether the configuration gives any server of c that is not
// taken a weight.
func (m members) configured(c traffic.Color) bool {
	for _, s := range m[c] {
		if !s.taken() && s.initial > 0 {
			return true
		}
	}
	return false
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
