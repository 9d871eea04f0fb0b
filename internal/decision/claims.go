package decision

import (
	"errors"
	"slices"
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Claims are what the switches of one configuration move. Two that move the same
// thing undo each other's cutovers. It is for one walk of Terraform: a plan or an
// apply. The zero Claims are ready; several goroutines may use them.
type Claims struct {
	mu   sync.Mutex
	by   map[string]Owner
	has  map[Owner][]string
	held map[string]*Hold
}

// Hold is one apply of a switch: two at the same time are two switches, whatever
// they are called.
type Hold struct {
	Owner Owner
	has   []string
}

// Owner is a switch. Terraform does not tell a provider which of its resources
// it plans, so that a switch is known by its name and those of its environments:
// one that is planned again, as every apply does, is the same one.
type Owner struct {
	Name, Blue, Green string
}

// Whole tells whether all is known by which a switch is told from another one.
func (o Owner) Whole() bool { return o.Name != "" && o.Blue != "" && o.Green != "" }

// Take claims what the routers of a switch write to, and nothing else any more.
// It refuses what another switch has claimed, and names both.
func (c *Claims) Take(owner Owner, members []traffic.Member) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(owner)
	if c.by == nil {
		c.by, c.has = map[string]Owner{}, map[Owner][]string{}
	}
	var refusals []error
	for _, m := range members {
		for _, claim := range claimsOf(m) {
			if other, taken := c.by[claim]; taken && other != owner {
				refusals = append(refusals, refuse(Claimed, []string{m.Kind},
					"The switches %s both move %s, and would undo each other's cutovers. Take it out of one of them.", both(other, owner), claim))
				break // the others of one router are shared as well, mostly
			}
			c.by[claim] = owner
			c.has[owner] = append(c.has[owner], claim)
		}
	}
	return errors.Join(refusals...)
}

// Hold claims what the routers of a switch write to until Release, for this one
// apply: a copy of the switch that is called the same, over the same environments,
// is refused. It may be called again when more is known of the routers.
func (c *Claims) Hold(h *Hold, members []traffic.Member) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil {
		c.held = map[string]*Hold{}
	}
	var refusals []error
	for _, m := range members {
		for _, claim := range claimsOf(m) {
			other := c.held[claim]
			if other != nil && other != h {
				refusals = append(refusals, refuse(Claimed, []string{m.Kind},
					"The switches %s both move %s, and are applied at the same time. Take it out of one of them.", both(other.Owner, h.Owner), claim))
				break
			}
			if other == nil {
				c.held[claim] = h
				h.has = append(h.has, claim)
			}
		}
	}
	return errors.Join(refusals...)
}

// Release ends a Hold.
func (c *Claims) Release(h *Hold) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, claim := range h.has {
		delete(c.held, claim)
	}
	h.has = nil
}

// Drop ends what a switch has claimed: it is another one by now.
func (c *Claims) Drop(owner Owner) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(owner)
}

func (c *Claims) drop(owner Owner) {
	for _, claim := range c.has[owner] {
		delete(c.by, claim)
	}
	delete(c.has, owner)
}

// both names two switches, and by what they differ when not by their names.
func both(a, b Owner) string {
	if a.Name != b.Name {
		names := []string{quoted(a.Name), quoted(b.Name)}
		slices.Sort(names)
		return names[0] + " and " + names[1]
	}
	return a.whole() + " and " + b.whole()
}

func quoted(name string) string { return `"` + name + `"` }

func (o Owner) whole() string {
	return quoted(o.Name) + " (of " + o.Blue + " and " + o.Green + ")"
}

// claimsOf are what a router writes to: itself when it does not say.
func claimsOf(m traffic.Member) []string {
	if claimer, ok := m.Router.(traffic.Claimer); ok {
		return claimer.Claims()
	}
	return []string{m.Name}
}
