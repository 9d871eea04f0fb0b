package cutover_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// start is how a sweep finds the routers.
type start struct {
	name  string
	found []traffic.Weights
	cold  bool // the first router knows health only where there is traffic
}

var starts = []start{
	{name: "one router", found: []traffic.Weights{allBlue}},
	{name: "two routers", found: []traffic.Weights{allBlue, allBlue}},
	{name: "cut short before", found: []traffic.Weights{green(50), green(10)}},
	{name: "one cold router", found: []traffic.Weights{allBlue}, cold: true},
	{name: "a cold router and another", found: []traffic.Weights{allBlue, allBlue}, cold: true},
}

// scene sets the scene; found are other weights than those at the start, or none.
func (st start) scene(tb testing.TB, found ...traffic.Weights) *scene {
	tb.Helper()
	if found == nil {
		found = st.found
	}
	s := newScene(tb, found...)
	if st.cold {
		s.cool(0)
	}
	return s
}

// calls counts the calls of a cutover that nothing disturbs.
func (st start) calls(t *testing.T) (calls int) {
	t.Helper()
	inBubble(t, "undisturbed", func(t *testing.T) {
		s := st.scene(t)
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
	for _, st := range starts {
		calls := st.calls(t)
		t.Logf("%s: %d calls", st.name, calls)
		for n := 1; n <= calls; n++ {
			for _, e := range []effect{interrupt, interruptAfter} {
				inBubble(t, fmt.Sprintf("%s/call %d/%s", st.name, n, e.name), func(t *testing.T) {
					s := st.scene(t)
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

// TestEndOfTimeIsToldOnce: every watch is cut off by it, and it is one cause.
func TestEndOfTimeIsToldOnce(t *testing.T) {
	inBubble(t, "deadline", func(t *testing.T) {
		s := newScene(t, allBlue)
		for _, name := range []string{"one", "two"} {
			s.order.Watches = append(s.order.Watches, cutover.Watch{Monitor: &script{name: name, letters: "p"}, Interval: 5 * time.Second})
		}
		s.within(7 * time.Second)
		outcome, abort := s.run()
		if outcome.Result != cutover.RolledBack || abort.Cause.Error() != context.DeadlineExceeded.Error() {
			t.Errorf("%s: %v", outcome.Result, abort)
		}
	})
}

// TestAbandoned says that whoever ordered the cutover is gone, also where a call
// was cut off by it, and rolls back as ever.
func TestAbandoned(t *testing.T) {
	for name, cut := range map[string]fault{
		"in a pause": once("step 10", traffictest.CallHealth, 2, effect{name: "abandon", before: func(_ context.Context, s *scene, _ int) error { s.cancel(); return nil }}),
		"in a call":  once("step 50", traffictest.CallSetWeights, 1, interrupt),
	} {
		inBubble(t, name, func(t *testing.T) {
			s := newScene(t, allBlue)
			ctx, abandon := context.WithCancelCause(s.ctx)
			s.ctx, s.cancel = ctx, func() { abandon(cutover.ErrAbandoned) }
			s.faults = []fault{cut}
			outcome, abort := s.run()
			if outcome.Result != cutover.RolledBack || !errors.Is(abort.Ended, cutover.ErrAbandoned) || !errors.Is(abort.Ended, context.Canceled) {
				t.Errorf("%s, %v", outcome.Result, abort.Ended)
			}
			for _, e := range s.events {
				if (e.Type == cutover.EventRollback || e.Type == cutover.EventEnded) && !strings.Contains(e.Err.Error(), "whoever ordered the cutover is gone") {
					t.Errorf("%s says %v", e.Type, e.Err)
				}
			}
		})
	}
}
