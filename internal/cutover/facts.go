package cutover

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// What most routers need, and the facts of others replace.
const (
	// EffectLimit is how long weights that a router took may need to be in
	// effect before the cutover is aborted. It is counted in the timetable once
	// for each movement.
	EffectLimit = time.Minute
	// LateWrite is how long a write whose reply was lost may still be on its way.
	LateWrite = 2 * time.Second
	// RollbackLimit is how long a rollback is tried, whatever else has ended.
	RollbackLimit = 5 * time.Minute

	// rollbackTries is how many movements without effect a rollback has time for
	// at least.
	rollbackTries = 3
)

// fact is what one router said of itself.
func (o Order) fact(i int) traffic.Facts {
	if i < len(o.Facts) {
		return o.Facts[i]
	}
	return traffic.Facts{}
}

func (o Order) effectLimit(i int) time.Duration { return cmp.Or(o.fact(i).EffectLimit, EffectLimit) }

func (o Order) lateWrite(i int) time.Duration { return cmp.Or(o.fact(i).LateWrite, LateWrite) }

// rollbackLimit is how long one router is tried to be put back: a slow one needs
// more than the others.
func (o Order) rollbackLimit(i int) time.Duration {
	return max(RollbackLimit, rollbackTries*o.effectLimit(i)+o.lateWrite(i))
}

// movementLimit is how long one movement of all routers takes at most.
func (o Order) movementLimit() time.Duration {
	longest := EffectLimit
	for i := range o.Routers {
		longest = max(longest, o.effectLimit(i))
	}
	return longest
}

// StickyFor is how long clients may stay with the outgoing color whatever its
// weight: the longest of all routers. A drain lasts at least that long.
func (o Order) StickyFor() time.Duration {
	return o.longest(func(f traffic.Facts) time.Duration { return f.StickyFor })
}

// ClientTTL is how long clients go by an old answer of a router: the longest of
// all routers. The cutover ends no sooner than that after the last movement,
// with or without a drain.
func (o Order) ClientTTL() time.Duration {
	return o.longest(func(f traffic.Facts) time.Duration { return f.ClientTTL })
}

// longest is the longest of one fact among all routers.
func (o Order) longest(of func(traffic.Facts) time.Duration) time.Duration {
	var longest time.Duration
	for _, f := range o.Facts {
		longest = max(longest, of(f))
	}
	return longest
}

// HealthUnknown says why a router cannot tell whether the incoming color is
// healthy; empty when it can.
func (o Order) HealthUnknown(i int) string {
	if _, ok := o.Routers[i].Router.(traffic.HealthReader); !ok {
		return "it knows no health"
	}
	return o.fact(i).HealthUnknown
}

// describeHealth says whose health the gate waits for, and whose is not known: the
// gate of a color whose health nobody knows is that the routers are as planned.
func (o Order) describeHealth() string {
	text, not := fmt.Sprintf("health of %s", o.To), "not known"
	switch {
	case !o.awaitsHealth():
		text, not = "the routers are as planned", fmt.Sprintf("health of %s not known", o.To)
	case o.colds() > 0:
		text += " where it is known"
	}
	var unknown []string
	for i, m := range o.Routers {
		if why := o.HealthUnknown(i); why != "" {
			unknown = append(unknown, fmt.Sprintf("%s in %s: %s", not, m.Name, why))
		}
	}
	if len(unknown) == 0 {
		return text
	}
	return fmt.Sprintf("%s (%s)", text, strings.Join(unknown, "; "))
}
