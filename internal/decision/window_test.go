package decision_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestWindowThatShuts in mid-cutover is told, and refuses where it must not.
func TestWindowThatShuts(t *testing.T) {
	t.Parallel()
	for _, whole := range []bool{false, true} {
		s := newStory()
		w := s.wants(traffic.Green)
		w.Order.Gates = []cutover.Gate{closing{whole: whole}}
		o := Observed{Looked: true, At: s.now, Routers: []View{{Facts: &traffic.Facts{}}, {Facts: &traffic.Facts{}}}}
		p, err := Decide(s.m, o, w)
		const want = "The cutover may last until Tue 2026-02-03 12:06 UTC, and the window shuts at Tue 2026-02-03 12:01 UTC"
		if whole {
			if !slices.Equal(kinds(err), []Kind{Outlasts}) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "gates.hours asks that it ends within") {
				t.Errorf("it is refused with %v", err)
			}
			continue
		}
		if err != nil || !strings.Contains(p.Warnings[0].Text, want) {
			t.Errorf("%v, %v", p.Warnings, err)
		}
	}
}
