package traffic

import (
	"errors"
	"fmt"
)

// ErrWeights reports weights that no router may be given.
var ErrWeights = errors.New("weights are 0 to 100 each, and 100 together")

// ErrNoWeight reports a router that sends nothing to either color, so that no
// share of traffic can be told.
var ErrNoWeight = errors.New("neither blue nor green has any weight")

// Weights is how traffic is divided: percent for each color, 0 to 100, 100
// together. The zero value is no valid weights to set, since at no time may
// both be zero; it stands for a router that was found serving neither color.
type Weights struct {
	Blue  int `json:"blue"`
	Green int `json:"green"`
}

// All returns the weights that send everything to c.
func All(c Color) Weights { return Split(c, 100) }

// Split returns the weights that send percent to c and the rest to the other
// color. Percent outside 0 to 100 gives weights that Validate refuses.
func Split(c Color, percent int) Weights {
	if c == Blue {
		return Weights{Blue: percent, Green: 100 - percent}
	}
	return Weights{Blue: 100 - percent, Green: percent}
}

// Shares returns the percentages that two relative weights stand for, as
// routers keep them: 1 and 1 are 50 and 50. It rounds to whole percent, but
// never to 0 or to 100 while the other color has any weight, since "nothing"
// and "next to nothing" must not look alike. It fails with ErrNoWeight when
// both are zero.
func Shares(blue, green uint64) (Weights, error) {
	switch {
	case blue == 0 && green == 0:
		return Weights{}, ErrNoWeight
	case green == 0:
		return All(Blue), nil
	case blue == 0:
		return All(Green), nil
	}
	share := float64(blue) / (float64(blue) + float64(green))
	percent := min(max(int(share*100+0.5), 1), 99)
	return Split(Blue, percent), nil
}

// Of returns the percent that c gets.
func (w Weights) Of(c Color) int {
	if c == Blue {
		return w.Blue
	}
	return w.Green
}

// Active returns the color that gets everything, and false when traffic is
// divided.
func (w Weights) Active() (Color, bool) {
	for _, c := range Colors() {
		if w == All(c) {
			return c, true
		}
	}
	return "", false
}

// None tells whether neither color has any weight: whoever comes is not served
// by either.
func (w Weights) None() bool { return w == Weights{} }

// Validate returns an error that wraps ErrWeights unless both weights are in
// range and make 100.
func (w Weights) Validate() error {
	if w.Blue < 0 || w.Green < 0 || w.Blue+w.Green != 100 {
		return fmt.Errorf("%w, not %s", ErrWeights, w)
	}
	return nil
}

// String returns the weights as messages show them: "blue 90, green 10".
func (w Weights) String() string {
	return fmt.Sprintf("blue %d, green %d", w.Blue, w.Green)
}
