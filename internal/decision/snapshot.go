package decision

import (
	"slices"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Snapshot is how the routers of a switch were when somebody looked last. A plan
// is made from it and not from a look of its own: Terraform plans once more in
// the apply, and would blame the provider for a plan that differs, before the
// apply could say who changed what.
type Snapshot struct {
	// Routers are by their keys. A switch has at least one: none were looked at.
	Routers map[string]Router `json:"routers,omitempty"`
	// At is set by a refresh, and only while a color may be returned to at once,
	// so that one which finds nothing new leaves nothing new in state.
	At *time.Time `json:"at,omitempty"`
}

// Router is how one router was.
type Router struct {
	// Weights are nil when it did not answer: that it was elsewhere before says
	// nothing. The zero Weights are those of one that serves neither color.
	Weights *traffic.Weights `json:"weights,omitempty"`
	// Facts are what it said of itself for a cutover to a color, where it was asked.
	Facts map[traffic.Color]traffic.Facts `json:"facts,omitempty"`
	// NotPersisted says why a restart would undo its weights; empty when none
	// would, nil when nobody asked.
	NotPersisted *string `json:"not_persisted,omitempty"`
}

// Key names a router in a Snapshot.
func Key(m traffic.Member) string { return m.Kind + " " + m.Name }

// Within tells whether each of the routers is one that there was before, with all
// that the configuration says of it. A region that is taken out changes nothing
// for those that stay.
func Within(routers, before []traffic.Member) bool {
	were := make(map[string]string, len(before))
	for _, m := range before {
		were[Key(m)] = m.Moves
	}
	for _, m := range routers {
		if was, ok := were[Key(m)]; !ok || was != m.Moves {
			return false
		}
	}
	return true
}

// nameOf is the router's own name in its key.
func nameOf(key string) string {
	_, name, _ := strings.Cut(key, " ")
	return name
}

// SnapshotOf is a snapshot of where a cutover saw traffic last.
func SnapshotOf(members []traffic.Member, positions []cutover.Position) Snapshot {
	s := Snapshot{Routers: make(map[string]Router, len(members))}
	for i, m := range members {
		var r Router
		if positions[i].Known {
			r.Weights = &positions[i].Weights
		}
		s.Routers[Key(m)] = r
	}
	return s
}

// SnapshotFound is a snapshot of where the routers of an order were found.
func SnapshotFound(order cutover.Order) Snapshot {
	s := Snapshot{Routers: make(map[string]Router, len(order.Routers))}
	for i, m := range order.Routers {
		s.Routers[Key(m)] = Router{Weights: &order.Found[i]}
	}
	return s
}

// MovesTraffic tells whether an order is for more than to set anew what routers
// have already.
func MovesTraffic(order cutover.Order) bool { return wholeOf(order.Found) != order.To }

// Weights returns the weights of a router, and false when they are not known.
func (s Snapshot) Weights(m traffic.Member) (traffic.Weights, bool) {
	if w := s.Routers[Key(m)].Weights; w != nil {
		return *w, true
	}
	return traffic.Weights{}, false
}

// silent are the names of the routers whose weights are not known.
func (s Snapshot) silent() []string {
	var names []string
	for key, r := range s.Routers {
		if r.Weights == nil {
			names = append(names, nameOf(key))
		}
	}
	slices.Sort(names)
	return names
}

// of is what a snapshot has of the routers in another one; all of it when that has
// none.
func (s Snapshot) of(other Snapshot) Snapshot {
	if len(other.Routers) == 0 {
		return s
	}
	part := Snapshot{Routers: make(map[string]Router, len(other.Routers)), At: s.At}
	for key := range other.Routers {
		part.Routers[key] = s.Routers[key]
	}
	return part
}

// known tells whether every router was looked at, and answered.
func (s Snapshot) known() bool { return len(s.Routers) > 0 && len(s.silent()) == 0 }

// weights are those that are known.
func (s Snapshot) weights() []traffic.Weights {
	var all []traffic.Weights
	for _, r := range s.Routers {
		if r.Weights != nil {
			all = append(all, *r.Weights)
		}
	}
	return all
}

// Whole is the color that is known to have everything; none while traffic is
// divided, or is not known everywhere.
func (s Snapshot) Whole() traffic.Color {
	if !s.known() {
		return ""
	}
	return wholeOf(s.weights())
}

func wholeOf(found []traffic.Weights) traffic.Color {
	for _, c := range traffic.Colors() {
		if len(found) > 0 && furthest(found, c) == traffic.All(c) {
			return c
		}
	}
	return ""
}

// moved tells whether a router is known to have other weights now.
func (s Snapshot) moved(now Snapshot) bool {
	for key, was := range s.Routers {
		is := now.Routers[key]
		if was.Weights != nil && is.Weights != nil && *was.Weights != *is.Weights {
			return true
		}
	}
	return false
}

// State is what state may say after a look at the routers: the weights of the
// router that is furthest from the color that was active, nil unless all are
// known and would stay, and the color that is active, none while that is known
// neither from state nor from traffic. One router alone that has moved, as when an
// apply was killed, must not look like a cutover that is done.
func (s Snapshot) State(was traffic.Color) (weights *traffic.Weights, active traffic.Color) {
	if !s.known() {
		return nil, was
	}
	active = was
	if c := s.Whole(); c != "" {
		active = c
	}
	for _, r := range s.Routers {
		if r.NotPersisted != nil && *r.NotPersisted != "" {
			return nil, active // a difference, so that the next apply sets them again
		}
	}
	w := furthest(s.weights(), was)
	return &w, active
}

// furthest returns the weights of the router that is furthest from a color.
func furthest(found []traffic.Weights, from traffic.Color) traffic.Weights {
	result := traffic.All(from)
	for _, w := range found {
		if w.Of(from) < result.Of(from) {
			result = w
		}
	}
	return result
}
