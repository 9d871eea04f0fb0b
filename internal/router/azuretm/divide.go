package azuretm

import (
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const (
	// maxWeight is the largest weight of an endpoint; the least is 1.
	maxWeight = 1000
	// leastTotal is what our two endpoints must have together beside others, so
	// that a probe with the weight 1 is one percent.
	leastTotal = 100
)

// errInexact reports a share that cannot be set beside other endpoints.
var errInexact = errors.New("the weights of the two endpoints cannot be divided")

// level is how much an endpoint takes part.
type level struct {
	enabled bool
	// weight is 1 to maxWeight. A disabled endpoint keeps its own.
	weight int64
}

// share is the weight that counts: none when disabled.
func (l level) share() int64 {
	if !l.enabled {
		return 0
	}
	return l.weight
}

// with returns the level that has share, which is 0 for disabled.
func (l level) with(share int64) level {
	if share == 0 {
		return level{enabled: false, weight: l.weight}
	}
	return level{enabled: true, weight: share}
}

// levels are those of our two endpoints.
type levels struct{ blue, green level }

func (l levels) of(c traffic.Color) level {
	if c == traffic.Blue {
		return l.blue
	}
	return l.green
}

func (l levels) with(ch change) levels {
	if ch.color == traffic.Blue {
		l.blue = ch.to
	} else {
		l.green = ch.to
	}
	return l
}

// weights returns the percentages that the levels stand for. It fails with
// traffic.ErrNoWeight when both endpoints are disabled.
func (l levels) weights() (traffic.Weights, error) {
	return traffic.Shares(uint64(l.blue.share()), uint64(l.green.share())) //nolint:gosec // never negative
}

// total is what our two endpoints have together.
func (l levels) total() int64 { return l.blue.share() + l.green.share() }

// change is one write: one endpoint gets a level.
type change struct {
	color traffic.Color
	to    level
}

// gaining returns the color whose share grows on the way to w.
func (l levels) gaining(w traffic.Weights) traffic.Color {
	if int64(w.Blue)*l.total() > 100*l.blue.share() {
		return traffic.Blue
	}
	return traffic.Green
}

// kept returns the total that our two endpoints have to keep beside others.
// While both are enabled, a movement that was cut short may have left another
// total, and the nearest multiple of 100 is taken. It is 0 when neither is
// enabled: what they had is not known then. Errors wrap errInexact.
func (l levels) kept() (int64, error) {
	total := l.total()
	nearest := min(max(rounded(total, 100), 1), maxWeight/100) * 100
	off := max(total-nearest, nearest-total)
	switch {
	case l.blue.enabled && l.green.enabled && 2*off <= total:
		return nearest, nil
	case total == 0 || total >= leastTotal && total <= maxWeight:
		return total, nil
	default:
		return 0, fmt.Errorf("%w: they have %d together", errInexact, total)
	}
}

// weightStep is the least percentage whose multiples are whole numbers of
// total.
func weightStep(total int64) int {
	percent := int64(1)
	for total*percent%100 != 0 {
		percent++
	}
	return int(percent)
}

// divide returns the writes that lead to w, at most two, in the order in which
// they must be made: no state between gives the gaining color more than w does,
// or nothing to both. Total is what the two have to have together then, so that
// others keep their share of the traffic; 0 when there are no others.
func (l levels) divide(w traffic.Weights, total int64) []change {
	if l.total() == 0 {
		return l.revive(w, total)
	}
	in := l.gaining(w)
	out := in.Other()
	o, i := target(l.of(out).share(), l.of(in).share(), int64(w.Of(in)), total)
	gain, loss := change{in, l.of(in).with(i)}, change{out, l.of(out).with(o)}
	if o > l.of(out).share() {
		return l.needed(loss, gain)
	}
	return l.needed(gain, loss)
}

// revive is divide for two endpoints that are both disabled. Each begins with
// the weight that it has kept, and the one with more traffic is enabled first.
func (l levels) revive(w traffic.Weights, total int64) []change {
	in := traffic.Blue
	if w.Green > w.Blue {
		in = traffic.Green
	}
	out := in.Other()
	o, i := target(l.of(out).weight, l.of(in).weight, int64(w.Of(in)), total)
	return l.needed(change{in, l.of(in).with(i)}, change{out, l.of(out).with(o)})
}

// restore returns the writes that lead to found exactly, in an order in which
// no state between gives nothing to both, or more to the losing color than it
// has: that is the one that is fled from. Where there is a choice, none gives
// the gaining color more than found does.
func (l levels) restore(found levels) []change {
	in := traffic.Blue
	if l.more(found, traffic.Blue) || l.total() == 0 && found.green.share() > found.blue.share() {
		in = traffic.Green
	}
	gain, loss := change{in, found.of(in)}, change{in.Other(), found.of(in.Other())}
	gainFirst, lossFirst := l.with(gain), l.with(loss)
	bad := func(between levels) bool { return between.total() == 0 || l.total() > 0 && l.more(between, in) }
	if bad(gainFirst) || gainFirst.more(found, in) && !bad(lossFirst) {
		return l.needed(loss, gain)
	}
	return l.needed(gain, loss)
}

// more tells whether a color has a larger share than in other levels.
func (l levels) more(other levels, c traffic.Color) bool {
	return l.of(c).share()*other.total() > other.of(c).share()*l.total()
}

// least returns the writes that give a disabled color the least share that
// there is: all, when the other one is disabled as well. Total is that of
// divide.
func (l levels) least(c traffic.Color, total int64) []change {
	if l.total() == 0 {
		return l.revive(traffic.All(c), total)
	}
	out := l.of(c.Other())
	gain := change{c, level{true, 1}}
	if total > 0 {
		return l.needed(gain, change{c.Other(), out.with(total - 1)})
	}
	return l.needed(change{c.Other(), out.with(maxWeight)}, gain)
}

// needed leaves out changes that change nothing.
func (l levels) needed(changes ...change) []change {
	var needed []change
	for _, ch := range changes {
		if l.of(ch.color) != ch.to {
			needed = append(needed, ch)
		}
	}
	return needed
}

// target returns the weights of the losing and the gaining endpoint that give
// the latter p percent of both. Without a total to keep it keeps one of the two
// weights where that will do, since one write has no state between.
func target(out, in, p, total int64) (int64, int64) {
	switch {
	case total > 0:
		return total * (100 - p) / 100, total * p / 100
	case faithful(out, in, p):
		return out, in
	case p == 100 && in > 0:
		return 0, in
	case p == 100:
		return 0, maxWeight
	}
	for _, pair := range [][2]int64{{out, rounded(out*p, 100-p)}, {rounded(in*(100-p), p), in}} {
		if inRange(pair[0]) && inRange(pair[1]) && faithful(pair[0], pair[1], p) {
			return pair[0], pair[1]
		}
	}
	if p >= 50 {
		return rounded(maxWeight*(100-p), p), maxWeight
	}
	return maxWeight, rounded(maxWeight*p, 100-p)
}

// faithful tells whether weights are percent within a tenth.
func faithful(out, in, percent int64) bool {
	if percent == 0 || percent == 100 {
		return in*(100-percent) == 0 && out*percent == 0 && out+in > 0
	}
	off := 100*in - percent*(out+in)
	return in > 0 && out > 0 && max(off, -off)*10 <= out+in
}

func rounded(a, b int64) int64 { return (a + b/2) / b }

func inRange(weight int64) bool { return weight >= 1 && weight <= maxWeight }
