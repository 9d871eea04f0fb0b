package decision

import (
	"maps"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Event is what happened to a switch.
type Event int

// What can happen.
const (
	// Refreshed: the routers were read.
	Refreshed Event = iota
	// Promoted: a cutover ended with all traffic on the incoming color.
	Promoted
	// Aborted: a cutover ended otherwise.
	Aborted
	// Kept: an apply had no cutover, and found all traffic where it is wanted.
	Kept
	// Missed: an apply had no cutover, and did not find traffic where it is wanted.
	Missed
)

// Outcome is an Event with what was seen.
type Outcome struct {
	Event Event
	// At is when.
	At time.Time
	// Seen is where traffic is now.
	Seen Snapshot
	// Was is the active color in state before; none of a switch that is new or
	// was imported.
	Was traffic.Color
	// Versions are those that served until now: those in state, or of a switch that
	// is new or was imported those that it has.
	Versions map[traffic.Color]string
	// OtherRouters is set when not all routers and backends are among those that
	// state had: what was remembered is of those.
	OtherRouters bool
	// Window is how long a color may be returned to at once. A refresh needs it.
	Window time.Duration
	// Order is the cutover that ended, if one did.
	Order cutover.Order
}

// After is what to remember once something happened.
func (m Memory) After(o Outcome) Memory {
	was := m.Snapshot.of(o.Seen).Whole() // what stays may be known where what was taken out is not
	if o.OtherRouters {
		m.Served, was = nil, ""
	}
	next := Memory{Snapshot: o.Seen, Served: maps.Clone(m.Served)}
	switch o.Event {
	case Refreshed:
		next.Served = leave(next.Served, was, o)
		next.Drifted = m.drift(o)
	case Promoted:
		next.Served = promoted(next.Served, o)
	case Aborted:
		next.Served = leave(next.Served, wholeOf(o.Order.Found), o)
	case Missed:
		next.Served = leave(next.Served, was, o)
	case Kept:
	}
	delete(next.Served, o.Seen.Whole()) // that is no past
	maps.DeleteFunc(next.Served, func(_ traffic.Color, s Service) bool { return ahead(s.Until, o.At) })
	if o.Event == Refreshed && next.open(o.At, o.Window) {
		next.Snapshot.At = &o.At
	}
	return next
}

// leave notes a color that had all traffic and is not known to have it any more:
// it may be returned to at once, for having served.
func leave(served map[traffic.Color]Service, was traffic.Color, o Outcome) map[traffic.Color]Service {
	next := maps.Clone(served)
	now := o.Seen.Whole()
	if now != "" && o.Was != "" && now != o.Was {
		was = o.Was
	}
	if was != "" && was != now {
		if next == nil {
			next = map[traffic.Color]Service{}
		}
		next[was] = Service{Until: o.At, Version: o.Versions[was]}
	}
	return next
}

// promoted notes the color that a cutover left. To be returned to at once is
// earned by having had all traffic, when this cutover began or one before it
// that was cut short; and lost by being left at once: a release that never
// passed its steps, or that was fled from, goes through them again.
func promoted(served map[traffic.Color]Service, o Outcome) map[traffic.Color]Service {
	from := o.Order.To.Other()
	if !MovesTraffic(o.Order) {
		return served
	}
	earned, ok := served[from]
	if wholeOf(o.Order.Found) == from {
		earned, ok = Service{Version: o.Versions[from]}, true
	}
	if !ok || o.Order.AtOnce {
		return nil
	}
	earned.Until = o.At
	return map[traffic.Color]Service{from: earned}
}

// drift is the color that was active before traffic moved, seen by a refresh.
// Once state has what was found, nothing has moved since, and one color has all
// traffic, whoever moved it was followed: the note would only keep what serves
// now from being protected.
func (m Memory) drift(o Outcome) traffic.Color {
	switch {
	case m.Drifted == "" && m.Snapshot.moved(o.Seen):
		return o.Was
	case m.Drifted != "" && !m.Snapshot.moved(o.Seen) && o.Seen.Whole() != "":
		return ""
	default:
		return m.Drifted
	}
}

// Arrived refuses an apply without a cutover when traffic is not where the plan
// has it.
func Arrived(to traffic.Color, seen Snapshot) error {
	if seen.Whole() == to {
		return nil
	}
	where := "not all routers said where it is"
	if weights, _ := seen.State(to); weights != nil {
		where = "it is now " + weights.String()
	}
	return refuse(Elsewhere, []string{attrWeights},
		"The plan moves no traffic, since all of it went to %s, and that is not so any more: %s. Nothing was done. Plan again.", to, where)
}
