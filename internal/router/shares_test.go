package router_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestShares(t *testing.T) {
	beside := func(blue, green int64, others ...int64) router.Shares {
		s := router.Shares{Blue: blue, Green: green, Most: 999}
		for _, w := range others {
			s.Others = append(s.Others, router.Share{Name: "other", Weight: w})
		}
		return s
	}
	for _, test := range []struct {
		shares      router.Shares
		to          int // percent of green
		blue, green int64
		step        int
		exact       bool
		says        string
	}{
		{beside(1, 0), 10, 90, 10, 1, true, ""},
		{beside(0, 0), 100, 0, 100, 1, true, ""},
		{beside(0, 0, 7), 25, 75, 25, 1, true, ""},
		{beside(200, 0, 7), 10, 180, 20, 1, true, ""},
		{beside(10, 0, 7), 30, 7, 3, 10, true, "other with weight 7 too"},
		{beside(333, 0, 666), 10, 300, 33, 100, true, "100 for blue and green, and other with weight 200"},
		{beside(1, 0, 2, 3), 10, 0, 0, 100, false, "other with weight 200, other with weight 300"},
		{beside(7, 0, 997), 10, 0, 0, 100, false, "a multiple of 100, or take out"},
		{beside(999, 1, 1), 100, 0, 0, 1, false, ""},
	} {
		blue, green, err := test.shares.Divide(traffic.Split(traffic.Green, test.to))
		if blue != test.blue || green != test.green || (err == nil) != test.exact || err != nil && !errors.Is(err, router.ErrInexact) {
			t.Errorf("%+v at %d %%: %d and %d, %v", test.shares, test.to, blue, green, err)
		}
		if step := test.shares.Step(); step != test.step {
			t.Errorf("%+v: step %d, want %d", test.shares, step, test.step)
		}
		if text := test.shares.LimitedBy(); (text == "") != (test.says == "") || !strings.Contains(text, test.says) {
			t.Errorf("%+v: %q does not say %q", test.shares, text, test.says)
		}
	}
	if _, err := beside(0, 0, 1).Weights(); !errors.Is(err, traffic.ErrNoWeight) {
		t.Errorf("no weight: %v", err)
	}
	if !beside(7, 7).Are(traffic.Split(traffic.Green, 50)) || beside(2, 1).Are(traffic.Split(traffic.Green, 33)) || beside(0, 0).Are(traffic.All(traffic.Blue)) {
		t.Error("Are is not exact")
	}
}
