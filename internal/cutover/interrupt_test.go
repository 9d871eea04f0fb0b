package cutover_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// callsOf counts the calls of a cutover that nothing disturbs.
func callsOf(t *testing.T, found ...traffic.Weights) (calls int) {
	t.Helper()
	inBubble(t, "undisturbed", func(t *testing.T) {
		s := newScene(t, found...)
		s.openWork()
		if outcome, abort := s.run(); outcome.Result != cutover.Promoted {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
		calls = s.total
	})
	return calls
}

// openWork keeps the drain waiting to its end.
func (s *scene) openWork() {
	for _, m := range s.routers {
		m.SetInFlight(traffic.Blue, 1)
		m.SetInFlight(traffic.Green, 1)
	}
}

// TestInterruptAtEachCall cancels the cutover before and after every call that
// it makes.
func TestInterruptAtEachCall(t *testing.T) {
	for _, found := range [][]traffic.Weights{{allBlue}, {allBlue, allBlue}, {green(50), green(10)}} {
		calls := callsOf(t, found...)
		t.Logf("%d calls of %d routers", calls, len(found))
		for n := 1; n <= calls; n++ {
			for _, e := range []effect{interrupt, interruptAfter} {
				inBubble(t, fmt.Sprintf("%v/call %d/%s", found, n, e.name), func(t *testing.T) {
					s := newScene(t, found...)
					s.openWork()
					s.faults = []fault{once(all, "", n, e)}
					outcome, abort := s.run()
					if outcome.Result != cutover.Refused && outcome.Result != cutover.RolledBack {
						t.Fatalf("%s: %v", outcome.Result, abort)
					}
					if !errors.Is(abort, context.Canceled) {
						t.Errorf("error %v is not Canceled", abort)
					}
				})
			}
		}
	}
}

// TestEndOfTime ends the context at every half second of a cutover, which has
// both ways to end it. Only in the drain does a deadline leave traffic where it
// is: it has arrived, and the rest is courtesy.
func TestEndOfTime(t *testing.T) {
	const tick = 500 * time.Millisecond
	for _, how := range []struct {
		name string
		end  func(s *scene, after time.Duration)
		err  error
	}{
		{"interrupt", func(s *scene, after time.Duration) { time.AfterFunc(after, s.cancel) }, context.Canceled},
		{"deadline", func(s *scene, after time.Duration) { s.within(after) }, context.DeadlineExceeded},
	} {
		results := map[string]map[cutover.Result]int{}
		for after := tick; after < 55*time.Second; after += tick {
			inBubble(t, fmt.Sprintf("%s after %s", how.name, after), func(t *testing.T) {
				s := newScene(t, allBlue, allBlue)
				s.order.Gates = []cutover.Gate{slowGate("prewarm", 10*time.Second)}
				s.openWork()
				var at string
				s.onEvent = func(e cutover.Event) {
					if e.Type == cutover.EventStage {
						at = s.place
					}
				}
				how.end(s, after+time.Millisecond)
				outcome, abort := s.run()
				if abort != nil && !errors.Is(abort, how.err) {
					t.Errorf("error %v is not %v", abort, how.err)
				}
				if results[at] == nil {
					results[at] = map[cutover.Result]int{}
				}
				results[at][outcome.Result]++
			})
		}
		for at, want := range map[string]cutover.Result{
			"gates": cutover.Refused, "step 10": cutover.RolledBack, "step 50": cutover.RolledBack, "bake": cutover.RolledBack,
		} {
			if got := results[at]; len(got) != 1 || got[want] < 15 {
				t.Errorf("%s at %s: %v, want only %s", how.name, at, got, want)
			}
		}
		if drained := results["drain"]; (drained[cutover.RolledBack] > 0) != (how.err == context.Canceled) || len(drained) == 0 { //nolint:errorlint // which of two
			t.Errorf("%s at the drain: %v", how.name, drained)
		}
	}
}

// TestOver: a cutover whose context is over before it begins touches nothing.
func TestOver(t *testing.T) {
	inBubble(t, "over", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.cancel()
		if outcome, _ := s.run(); outcome.Result != cutover.Refused || s.total != 0 {
			t.Errorf("%s after %d calls", outcome.Result, s.total)
		}
	})
}
