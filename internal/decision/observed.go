package decision

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Observed is what the routers say now.
type Observed struct {
	// Looked is unset where nobody could look: what is needed for it is known only
	// in the apply. All else is zero then.
	Looked bool
	// Live is set in an apply without a cutover that was planned: what is seen now
	// counts, and not what a refresh saw.
	Live bool
	// At is when.
	At time.Time
	// Routers are in the order of those of the Order.
	Routers []View
}

// View is what one router says now.
type View struct {
	// Weights are nil where they were not read: the snapshot has them.
	Weights *traffic.Weights
	// Facts are nil where they were not asked for: the router sends everything to
	// the incoming color already.
	Facts *traffic.Facts
	// NotPersisted says why a restart would undo its weights; empty when none would.
	NotPersisted string
}

// Recalls returns the weights of a router that a plan goes by without a look of
// its own. What was seen of other backends says nothing of these.
func (m Memory) Recalls(member traffic.Member, w Wanted) (traffic.Weights, bool) {
	if w.Create || !w.SameRouters {
		return traffic.Weights{}, false
	}
	return m.Snapshot.Weights(member)
}

// Changed says what a router has beside its weights that it had not when the
// snapshot was made, as far as both are known.
func (m Memory) Changed(member traffic.Member, w Wanted, v View) []string {
	if _, ok := m.Recalls(member, w); !ok {
		return nil
	}
	was := m.Snapshot.Routers[Key(member)]
	var words []string
	if facts, ok := was.Facts[w.to()]; ok && v.Facts != nil {
		words = changes(facts, *v.Facts)
	}
	if p := was.NotPersisted; p != nil && *p != v.NotPersisted {
		words = append(words, fmt.Sprintf("after a restart: %s; it was: %s", orNever(v.NotPersisted), orNever(*p)))
	}
	return words
}

func orNever(notPersisted string) string { return cmp.Or(notPersisted, "the same weights") }

// changes says how facts differ from what they were. What a user is only warned
// of may differ.
func changes(was, is traffic.Facts) []string {
	var words []string
	note := func(differs bool, format string, args ...any) {
		if differs {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	note(was.StickyFor != is.StickyFor, "clients stay with a color for %s, not %s", cutover.Text(is.StickyFor), cutover.Text(was.StickyFor))
	note(was.ClientTTL != is.ClientTTL, "clients go by an old answer for %s, not %s", cutover.Text(is.ClientTTL), cutover.Text(was.ClientTTL))
	note(was.EffectLimit != is.EffectLimit, "weights may need %s to be in effect, not %s", limit(is.EffectLimit), limit(was.EffectLimit))
	note(was.LateWrite != is.LateWrite, "a write may come %s late, not %s", cutover.Text(is.LateWrite), cutover.Text(was.LateWrite))
	note(was.AllOrNothing != is.AllOrNothing || was.WeightStep != is.WeightStep || was.LimitedBy != is.LimitedBy, "other shares can be set")
	note(was.HealthUnknown != is.HealthUnknown, "health is known: %s; it was: %s", orKnown(is.HealthUnknown), orKnown(was.HealthUnknown))
	note(len(words) == 0 && was.Seen != is.Seen, "its configuration is another one: what else is in its actions, routes or entries, or what its file has")
	return words
}

func limit(d time.Duration) string { return cutover.Text(cmp.Or(d, cutover.EffectLimit)) }

func orKnown(unknown string) string {
	if unknown == "" {
		return "yes"
	}
	return "no, " + unknown
}

// found is the order with where the routers are, and what they said of
// themselves. Weights that changed meanwhile are no reason to refuse a plan: the
// apply compares them before it touches anything, and says who has moved where.
func (m Memory) found(o Observed, w Wanted) (cutover.Order, error) {
	order := w.Order
	order.Found, order.Facts = make([]traffic.Weights, len(order.Routers)), make([]traffic.Facts, len(order.Routers))
	var refusals []error
	for i := range order.Routers {
		refusals = append(refusals, m.locate(&order, i, o, w))
	}
	return order, errors.Join(refusals...)
}

// locate puts one router into the order as it was found.
func (m Memory) locate(order *cutover.Order, i int, o Observed, w Wanted) error {
	member, v := order.Routers[i], o.Routers[i]
	if v.Facts != nil {
		order.Facts[i] = *v.Facts
	}
	recalled, ok := m.Recalls(member, w)
	if o.Live || !ok {
		if v.Weights == nil {
			return refuse(NotRead, []string{attrWeights}, "Where %s sends traffic is not known. Plan again.", member.Name)
		}
		order.Found[i], order.NotPersisted = *v.Weights, cmp.Or(order.NotPersisted, v.NotPersisted)
		return nil
	}
	order.Found[i] = recalled
	kept, notPersisted := m.Snapshot.Routers[Key(member)], v.NotPersisted
	if facts, known := kept.Facts[order.To]; known {
		order.Facts[i] = facts
	}
	if kept.NotPersisted != nil {
		notPersisted = *kept.NotPersisted
	}
	order.NotPersisted = cmp.Or(order.NotPersisted, notPersisted)
	if v.Weights != nil && *v.Weights != recalled {
		return nil // the apply says so
	}
	return refuseChanged(member, m.Changed(member, w, v))
}

func refuseChanged(member traffic.Member, what []string) error {
	if len(what) == 0 {
		return nil
	}
	return refuse(Changed, []string{attrCutover}, "No traffic moved. %s is not as it was when the plan was made: %s. Plan again, with a refresh.",
		member.Name, strings.Join(what, "; "))
}
