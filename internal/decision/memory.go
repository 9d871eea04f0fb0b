package decision

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "decision"

// version is that of the form in which a Memory is kept. It changes with what a
// name in it means; a name that is added changes nothing.
const version = 1

// ErrMemory reports notes that cannot be read.
var ErrMemory = pkg.New("notes not readable")

// Memory is what is noted of a switch between its applies. The zero Memory is
// that of a switch of which nothing is known.
type Memory struct {
	// Snapshot is how the routers were when somebody looked last.
	Snapshot Snapshot
	// Served is what each color had when it last had all traffic, as long as it
	// may be returned to for that. A color that has all traffic now is not in it.
	Served map[traffic.Color]Service
	// Drifted is the color that was active before a refresh found other weights
	// than were known: moved by hand, or by an apply that was killed. What state
	// says of the other color's version may be old then.
	Drifted traffic.Color
	// Planned is the cutover that a plan has, for its apply.
	Planned *Cutover
}

// Service is a time of having all traffic: until when, and with which version.
type Service struct {
	Until   time.Time `json:"until"`
	Version string    `json:"version"`
}

// Cutover is what the user agreed to with a plan that has a cutover: where
// traffic was, and the way it goes. The apply does this, or stops.
type Cutover struct {
	AtOnce       bool             `json:"at_once,omitempty"`
	NotPersisted string           `json:"not_persisted,omitempty"`
	Routers      map[string]Found `json:"routers"`
}

// Found is how a router was found for a plan.
type Found struct {
	Weights traffic.Weights `json:"weights"`
	Facts   traffic.Facts   `json:"facts,omitzero"`
}

// notes are a Memory as it is kept.
type notes struct {
	Version  int                       `json:"version"`
	Snapshot Snapshot                  `json:"snapshot,omitzero"`
	Served   map[traffic.Color]Service `json:"served,omitempty"`
	Drifted  traffic.Color             `json:"drifted,omitempty"`
	Planned  *Cutover                  `json:"planned,omitempty"`
}

// Encode returns the memory as it is kept.
func (m Memory) Encode() ([]byte, error) {
	encoded, err := json.Marshal(notes{version, m.Snapshot, m.Served, m.Drifted, m.Planned})
	if err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	return encoded, nil
}

// Decode reads what Encode has written. Nothing is the zero Memory. Its error
// wraps ErrMemory, and nothing is remembered then: half of what was noted could
// mean something else.
func Decode(kept []byte) (Memory, error) {
	if len(kept) == 0 {
		return Memory{}, nil
	}
	var n notes
	if err := json.Unmarshal(kept, &n); err != nil {
		return Memory{}, fmt.Errorf("%w: %w", ErrMemory, err)
	}
	if n.Version != version {
		return Memory{}, fmt.Errorf("%w: they are of version %d, and this version of the provider reads %d", ErrMemory, n.Version, version)
	}
	return Memory{n.Snapshot, n.Served, n.Drifted, n.Planned}, nil
}

// served returns the versions that the incoming color had all traffic with a
// short while ago: within the rollback window, or until a cutover that was cut
// short or a hand in between took a part of it. With one of them it is returned
// to at once. Another version, or another backend, is not what served.
func (m Memory) served(o cutover.Order, w Wanted, now time.Time) (versions []string) {
	if w.Create || !w.SameRouters {
		return nil
	}
	if last, ok := m.Served[o.To]; ok && last.recent(now, w.Window) {
		versions = append(versions, last.Version)
	}
	still := furthest(o.Found, o.To).Of(o.To) > 0
	if still && w.Was == o.To {
		versions = append(versions, w.Before[o.To].Text)
	}
	return versions
}

// skew is how far the clocks of two machines may be apart that look at a switch
// one after the other.
const skew = time.Minute

// ahead tells whether a time is noted that has not come: the clock was ahead.
func ahead(noted, now time.Time) bool { return noted.After(now.Add(skew)) }

// recent tells whether a color served within the window. A time that has not come
// says nothing of when that was.
func (s Service) recent(now time.Time, window time.Duration) bool {
	return now.Before(s.Until.Add(window)) && !ahead(s.Until, now)
}

// open tells whether a color may be returned to at once.
func (m Memory) open(now time.Time, window time.Duration) bool {
	for _, s := range m.Served {
		if s.recent(now, window) {
			return true
		}
	}
	return false
}

// RefuseForgotten refuses an apply whose plan cannot be read.
func RefuseForgotten(err error) error {
	return refuse(Forgotten, []string{attrCutover}, "No traffic moved. What was agreed to with the plan cannot be read (%v). Plan again.", err)
}

// Of is the order that the user saw in the plan: the configuration's, with what
// was found for it. It refuses other routers than the plan was for.
func (c *Cutover) Of(order cutover.Order) (cutover.Order, error) {
	order.AtOnce, order.NotPersisted, order.Found, order.Facts = c.AtOnce, c.NotPersisted, nil, nil
	for _, m := range order.Routers {
		found, ok := c.Routers[Key(m)]
		if !ok {
			return order, refuse(Changed, []string{attrCutover}, "No traffic moved. The plan does not have %s. Plan again.", m.Name)
		}
		order.Found, order.Facts = append(order.Found, found.Weights), append(order.Facts, found.Facts)
	}
	if len(c.Routers) != len(order.Routers) {
		return order, refuse(Changed, []string{attrCutover}, "No traffic moved. The plan was for %d routers, and there are %d now. Plan again.",
			len(c.Routers), len(order.Routers))
	}
	return order, nil
}
