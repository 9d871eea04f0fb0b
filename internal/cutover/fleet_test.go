package cutover_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// fleets are what three routers may be found with: as they should be, and as a
// cutover that was cut short leaves them.
var fleets = map[string][]traffic.Weights{
	"together":        {allBlue, allBlue, allBlue},
	"between steps":   {green(10), allBlue, green(10)},
	"at a step":       {green(50), green(50), green(50)},
	"far apart":       {allGreen, allBlue, green(10)},
	"one step behind": {allGreen, green(50), allGreen},
	"set by hand":     {green(33), green(7), green(70)},
}

// TestFleets moves routers together, wherever they were found, in both
// directions.
func TestFleets(t *testing.T) {
	for name, found := range fleets {
		for _, to := range traffic.Colors() {
			inBubble(t, fmt.Sprintf("%s to %s", name, to), func(t *testing.T) {
				s := newScene(t, found...)
				s.order.To = to
				if !s.order.Needed() {
					return
				}
				s.onEvent = func(e cutover.Event) {
					if e.Type == cutover.EventMeasured && e.Stage == cutover.StageStep {
						s.wantAtLeast(s.place)
					}
				}
				if outcome, abort := s.run(); outcome.Result != cutover.Promoted || outcome.Where() != traffic.All(to).String() {
					t.Errorf("%s: %v", outcome.Result, abort)
				}
			})
		}
	}
}

// wantAtLeast checks that no router is behind the step under way.
func (s *scene) wantAtLeast(place string) {
	s.Helper()
	var weight int
	if _, err := fmt.Sscanf(place, "step %d", &weight); err != nil {
		s.Fatal(err)
	}
	for i, m := range s.routers {
		if got := m.Live().Of(s.order.To); got < weight {
			s.Errorf("at %s lb-%d has %d", place, i, got)
		}
	}
}

// TestFleetPoints fails one of three routers, each in turn, in each stage: the
// others go back with it, to where each was found.
func TestFleetPoints(t *testing.T) {
	type point struct {
		call   string
		effect effect
		want   cutover.Result
	}
	points := []point{
		{CallSetWeights, refuse, cutover.RolledBack},
		{CallSetWeights, drop, cutover.RolledBack},
		{CallSetWeights, late(1e9), cutover.RolledBack},
		{CallSetWeights, interfere(green(theirs)), cutover.Stopped},
		{CallWeights, refuse, cutover.RolledBack},
		{CallWeights, interfere(green(theirs)), cutover.Stopped},
		{CallVerify, refuse, cutover.RolledBack},
		{CallVerify, interrupt, cutover.RolledBack},
	}
	count := 0
	for name, found := range map[string][]traffic.Weights{"together": fleets["together"], "behind": {green(3), allBlue, green(5)}} {
		for _, place := range []string{"step 10", "step 50", "promote"} {
			for i := range found {
				for _, p := range points {
					count++
					inBubble(t, fmt.Sprintf("%s/%s/lb-%d/%s/%s", name, place, i, p.call, p.effect.name), func(t *testing.T) {
						s := newScene(t, found...)
						s.faults = []fault{{i, place, p.call, 1, 0, p.effect}}
						outcome, abort := s.run()
						if outcome.Result != p.want {
							t.Fatalf("%s: %v", outcome.Result, abort)
						}
						if !errors.Is(abort, p.effect.err) {
							t.Errorf("error %v is not %v", abort, p.effect.err)
						}
						if p.want == cutover.Stopped && !strings.Contains(outcome.Where(), green(theirs).String()+" in lb-"+fmt.Sprint(i)) {
							t.Errorf("traffic is said to be at %s", outcome.Where())
						}
					})
				}
			}
		}
	}
	t.Logf("%d points", count)
}

// TestFleetIsNotTouched when one router is not as the plan found it.
func TestFleetIsNotTouched(t *testing.T) {
	for i := range 3 {
		for _, e := range []effect{refuse, interfere(green(theirs))} {
			inBubble(t, fmt.Sprintf("lb-%d %s", i, e.name), func(t *testing.T) {
				s := newScene(t, allBlue, allBlue, allBlue)
				for _, m := range s.routers {
					m.Detach(traffic.Green)
				}
				s.faults = []fault{{i, "gates", CallWeights, 1, 1, e}}
				outcome, abort := s.run()
				if outcome.Result != cutover.Refused || !errors.Is(abort, e.err) || !strings.Contains(abort.Error(), fmt.Sprintf("lb-%d", i)) {
					t.Errorf("%s: %v", outcome.Result, abort)
				}
				for k, m := range s.routers {
					if m.Attached(traffic.Green) {
						t.Errorf("lb-%d was touched", k)
					}
				}
			})
		}
	}
}

// TestFleetRollbackFails in one router: the others are restored, and the error
// tells each from the other.
func TestFleetRollbackFails(t *testing.T) {
	sick := fault{0, "step 50", CallHealth, 1, 1, sicken}
	for _, test := range []struct {
		name   string
		faults []fault
		want   cutover.Result
		where  string
		is     []error
	}{
		{
			"one cannot be set",
			[]fault{{1, "rollback", CallSetWeights, 1, 0, refuse}},
			cutover.RollbackFailed,
			"blue 100, green 0 in lb-0; blue 50, green 50 in lb-1; blue 100, green 0 in lb-2",
			[]error{errRefused},
		},
		{
			"one does not answer",
			[]fault{{1, "rollback", CallWeights, 1, 0, refuse}},
			cutover.RollbackFailed,
			"blue 100, green 0 in lb-0; not known in lb-1; blue 100, green 0 in lb-2",
			[]error{errRefused},
		},
		{
			"one answers at last",
			[]fault{{1, "rollback", CallWeights, 1, 10, hang}, {1, "rollback", CallSetWeights, 1, 0, hang}},
			cutover.RollbackFailed,
			"blue 100, green 0 in lb-0; blue 50, green 50 in lb-1; blue 100, green 0 in lb-2", nil,
		},
		{
			"one is somebody else's",
			[]fault{{2, "rollback", CallWeights, 1, 1, interfere(green(theirs))}},
			cutover.Stopped,
			"blue 100, green 0 in lb-0; blue 100, green 0 in lb-1; blue 70, green 30 in lb-2",
			[]error{traffic.ErrConflict},
		},
		{
			"the worst counts",
			[]fault{
				{0, "rollback", CallWeights, 1, 1, interfere(green(theirs))}, {2, "rollback", CallSetWeights, 1, 0, refuse},
			},
			cutover.RollbackFailed,
			"blue 70, green 30 in lb-0; blue 100, green 0 in lb-1; blue 50, green 50 in lb-2",
			[]error{traffic.ErrConflict, errRefused},
		},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue, allBlue, allBlue)
			s.faults = append(s.faults, test.faults...)
			s.faults = append(s.faults, sick)
			outcome, abort := s.run()
			if outcome.Result != test.want || outcome.Where() != test.where {
				t.Errorf("%s, traffic %s: %v", outcome.Result, outcome.Where(), abort)
			}
			for _, err := range append(test.is, cutover.ErrUnhealthy) {
				if !errors.Is(abort, err) {
					t.Errorf("error %v is not %v", abort, err)
				}
			}
		})
	}
}

// TestAheadButNotInEffect: a router that has its weight already, and does not
// obey it, gets it again, and ends the cutover when that does not help.
func TestAheadButNotInEffect(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault fault
		want  cutover.Result
		is    error
	}{
		{"at first", fault{0, "step 10", CallVerify, 1, 1, refuse}, cutover.Promoted, nil},
		{"at all", fault{0, "step 10", CallVerify, 1, 0, refuse}, cutover.RolledBack, errRefused},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, green(50), green(10))
			s.faults = []fault{test.fault}
			outcome, abort := s.run()
			if outcome.Result != test.want || (abort != nil && !errors.Is(abort, test.is)) {
				t.Errorf("%s: %v", outcome.Result, abort)
			}
			if journal := s.routers[0].Journal(); len(journal) < 2 || journal[1] != green(50) {
				t.Errorf("the weights were not set again: %v", journal)
			}
		})
	}
}
