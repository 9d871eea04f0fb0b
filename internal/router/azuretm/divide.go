package azuretm

import (
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// maxWeight is the largest weight of an endpoint; the least is 1.
const maxWeight = 1000

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

// divide returns the writes that lead to w, at most two, in the order in which
// they must be made: no state between gives the gaining color more than w does,
// or nothing to both. Beside other enabled endpoints our total stays, so that
// their share of the traffic does; errors wrap errInexact when it cannot.
func (l levels) divide(w traffic.Weights, others bool) ([]change, error) {
	in := l.gaining(w)
	out := in.Other()
	o, i, err := target(l.of(out).share(), l.of(in).share(), w.Of(in), others)
	if err != nil {
		return nil, err
	}
	gain, loss := change{in, l.of(in).with(i)}, change{out, l.of(out).with(o)}
	if o > l.of(out).share() {
		return l.needed(loss, gain), nil
	}
	return l.needed(gain, loss), nil
}

// least returns the writes that give a disabled color the least share that
// there is. Errors wrap errInexact.
func (l levels) least(c traffic.Color, others bool) ([]change, error) {
	out := l.of(c.Other())
	if others {
		if err := divisible(l.total()); err != nil {
			return nil, err
		}
		return []change{{c, level{true, 1}}}, nil
	}
	return l.needed(change{c.Other(), out.with(maxWeight)}, change{c, level{true, 1}}), nil
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
// the latter percent of both. It keeps one of the two weights where that will
// do, since one write has no state between.
func target(out, in int64, percent int, others bool) (int64, int64, error) {
	p := int64(percent)
	switch {
	case others:
		return targetOf(out+in, p)
	case faithful(out, in, p):
		return out, in, nil
	case p == 100 && in > 0:
		return 0, in, nil
	case p == 100:
		return 0, maxWeight, nil
	}
	for _, pair := range [][2]int64{{out, rounded(out*p, 100-p)}, {rounded(in*(100-p), p), in}} {
		if inRange(pair[0]) && inRange(pair[1]) && faithful(pair[0], pair[1], p) {
			return pair[0], pair[1], nil
		}
	}
	if p >= 50 {
		return rounded(maxWeight*(100-p), p), maxWeight, nil
	}
	return maxWeight, rounded(maxWeight*p, 100-p), nil
}

// targetOf divides a total that has to stay.
func targetOf(total, p int64) (int64, int64, error) {
	in := total * p / 100
	out := total - in
	if total*p%100 != 0 || max(in, out) > maxWeight {
		return 0, 0, fmt.Errorf("%w: %d percent of %d cannot be set", errInexact, p, total)
	}
	return out, in, nil
}

// divisible fails unless every percentage of a total can be set.
func divisible(total int64) error {
	if total%100 != 0 || total > maxWeight {
		return fmt.Errorf("%w: they have %d together", errInexact, total)
	}
	return nil
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
