package traffic_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestSplit(t *testing.T) {
	for _, c := range traffic.Colors() {
		for percent := -10; percent <= 110; percent++ {
			w := traffic.Split(c, percent)
			if w.Of(c) != percent || w.Of(c.Other()) != 100-percent {
				t.Errorf("Split(%s, %d) = %s", c, percent, w)
			}
			if valid := percent >= 0 && percent <= 100; (w.Validate() == nil) != valid {
				t.Errorf("%s: %v", w, w.Validate())
			}
			if w != traffic.Split(c.Other(), 100-percent) {
				t.Errorf("%s depends on the color that it is told by", w)
			}
			active, whole := w.Active()
			if whole != (percent == 0 || percent == 100) || (whole && w != traffic.All(active)) || (!whole && active != "") {
				t.Errorf("%s: Active = %q, %t", w, active, whole)
			}
		}
	}
}

func TestAll(t *testing.T) {
	if blue, green := traffic.All(traffic.Blue), traffic.All(traffic.Green); blue != (traffic.Weights{Blue: 100}) || green != (traffic.Weights{Green: 100}) {
		t.Errorf("All = %s, %s", blue, green)
	}
}

func TestValidate(t *testing.T) {
	for _, test := range []struct {
		blue, green int
		valid       bool
	}{
		{100, 0, true},
		{0, 100, true},
		{50, 50, true},
		{1, 99, true},
		{0, 0, false},
		{100, 100, false},
		{50, 49, false},
		{50, 51, false},
		{-1, 101, false},
		{101, -1, false},
		{-50, 150, false},
		{math.MaxInt, math.MinInt, false},
		{math.MaxInt, math.MaxInt, false},
		{math.MinInt, math.MinInt, false},
	} {
		w := traffic.Weights{Blue: test.blue, Green: test.green}
		err := w.Validate()
		if (err == nil) != test.valid {
			t.Errorf("%s: %v", w, err)
		}
		if err != nil && (!errors.Is(err, traffic.ErrWeights) || !strings.Contains(err.Error(), w.String())) {
			t.Errorf("error %q", err)
		}
	}
}

func TestWeightsString(t *testing.T) {
	if got := traffic.Split(traffic.Green, 10).String(); got != "blue 90, green 10" {
		t.Errorf("String = %q", got)
	}
}

// TestShares tries all pairs of weights up to the largest that AWS takes in
// part, and some of every size.
func TestShares(t *testing.T) {
	sizes := []uint64{0, 1, 2, 3, 5, 99, 100, 101, 255, 256, 999, 1000, 1_000_000, math.MaxInt32, math.MaxUint32, math.MaxInt64, math.MaxUint64 - 1, math.MaxUint64}
	for blue := range uint64(257) {
		for green := range uint64(257) {
			checkShares(t, blue, green)
		}
		for _, green := range sizes {
			checkShares(t, blue, green)
			checkShares(t, green, blue)
		}
	}
	for _, blue := range sizes {
		for _, green := range sizes {
			checkShares(t, blue, green)
		}
	}
}

func checkShares(t *testing.T, blue, green uint64) {
	t.Helper()
	w, err := traffic.Shares(blue, green)
	if blue == 0 && green == 0 {
		if !errors.Is(err, traffic.ErrNoWeight) || w != (traffic.Weights{}) {
			t.Fatalf("Shares(0, 0) = %s, %v", w, err)
		}
		return
	}
	if err != nil || w.Validate() != nil {
		t.Fatalf("Shares(%d, %d) = %s, %v", blue, green, w, err)
	}
	if (w.Blue == 0) != (blue == 0) || (w.Green == 0) != (green == 0) {
		t.Errorf("Shares(%d, %d) = %s mixes up nothing and something", blue, green, w)
	}
	exact := 100 * (float64(blue) / (float64(blue) + float64(green)))
	if off := math.Abs(exact - float64(w.Blue)); off > 0.5+1e-9 && (w.Blue > 1 && w.Green > 1) {
		t.Errorf("Shares(%d, %d) = %s, which is %.2f off", blue, green, w, off)
	}
}

// TestSharesRise: more weight is never a smaller share.
func TestSharesRise(t *testing.T) {
	for green := range uint64(300) {
		last := 0
		for blue := uint64(1); blue < 300; blue++ {
			w, err := traffic.Shares(blue, green)
			if err != nil || w.Blue < last {
				t.Fatalf("Shares(%d, %d) = %s, %v, after %d", blue, green, w, err, last)
			}
			last = w.Blue
		}
	}
}

// TestSharesOfPercent: what was set as percent, in any unit, is read as it was
// set.
func TestSharesOfPercent(t *testing.T) {
	for _, unit := range []uint64{1, 2, 3, 7, 10, 1000, 10_000, math.MaxUint64 / 100} {
		for percent := range 101 {
			want := traffic.Split(traffic.Blue, percent)
			got, err := traffic.Shares(uint64(want.Blue)*unit, uint64(want.Green)*unit)
			if err != nil || got != want {
				t.Errorf("%s in units of %d is read as %s, %v", want, unit, got, err)
			}
		}
	}
}

// TestNextToNothing: an example of what must not look like nothing.
func TestNextToNothing(t *testing.T) {
	if w, err := traffic.Shares(1, 999); err != nil || w.String() != "blue 1, green 99" {
		t.Errorf("Shares(1, 999) = %s, %v", w, err)
	}
}
