package cutover_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// A killed engine makes no more calls. In these tests each of its calls fails,
// those of its rollback too, which leaves the routers as a kill -9 would: the
// last call with its work done, or not.

// killed runs a cutover that is killed at its nth call, and returns where that
// left traffic. It returns false when the cutover was over before.
func killed(t *testing.T, s *scene, n int, last effect) (left []traffic.Weights, struck bool) {
	t.Helper()
	s.faults = []fault{once(all, "", n, last), from(all, "", n+1, refuse)}
	outcome, _ := s.run()
	for _, m := range s.routers {
		left = append(left, m.Live())
	}
	if s.total >= n && outcome.Result == cutover.Promoted && s.place != "drain" {
		t.Errorf("killed at call %d, yet %s", n, outcome.Result)
	}
	return left, s.hit[0] > 0
}

// converge makes a new order from the weights left, and follows it.
func (st start) converge(t *testing.T, left []traffic.Weights, to traffic.Color, atOnce bool) {
	t.Helper()
	s := st.scene(t, left...)
	s.order.To, s.order.AtOnce = to, atOnce
	if !s.order.Needed() {
		return
	}
	if outcome, abort := s.run(); outcome.Result != cutover.Promoted {
		t.Errorf("from %v to %s: %s: %v", left, to, outcome.Result, abort)
	}
}

// TestKillAtEachCall kills a cutover of three movements at every call, before
// and after it took effect, plans again from what is there, and goes on in
// either direction.
func TestKillAtEachCall(t *testing.T) {
	points := 0
	for _, st := range starts {
		for n := range st.calls(t) {
			for _, last := range []effect{refuse, lose} {
				points++
				inBubble(t, fmt.Sprintf("%s/call %d/%s", st.name, n+1, last.name), func(t *testing.T) {
					s := st.scene(t)
					s.openWork()
					left, struck := killed(t, s, n+1, last)
					if !struck {
						t.Fatal("the cutover was over before")
					}
					for _, to := range traffic.Colors() {
						st.converge(t, left, to, false)
						st.converge(t, left, to, true)
					}
				})
			}
		}
	}
	t.Logf("%d points, each resumed in both directions, in steps and at once", points)
	if points < 200 {
		t.Errorf("only %d points: the cutover makes fewer calls than it should", points)
	}
}

// TestKillTwice kills the cutover that goes on after a kill, at every call.
func TestKillTwice(t *testing.T) {
	points := 0
	st := starts[0]
	calls := st.calls(t)
	for first := 1; first <= calls; first++ {
		inBubble(t, fmt.Sprintf("call %d", first), func(t *testing.T) {
			left, _ := killed(t, newScene(t, allBlue), first, lose)
			for second, struck := 1, true; struck; second++ {
				s := newScene(t, left...)
				s.order.To = traffic.Blue
				if first%2 == 0 {
					s.order.To = traffic.Green
				}
				if !s.order.Needed() {
					return
				}
				var again []traffic.Weights
				again, struck = killed(t, s, second, lose)
				points++
				for _, to := range traffic.Colors() {
					st.converge(t, again, to, false)
				}
			}
		})
	}
	t.Logf("%d pairs of points", points)
}

// TestKillInRollback kills the rollback itself, at every call.
func TestKillInRollback(t *testing.T) {
	points := 0
	for n, struck := 1, true; struck; n++ {
		for _, last := range []effect{refuse, lose} {
			inBubble(t, fmt.Sprintf("call %d/%s", n, last.name), func(t *testing.T) {
				s := newScene(t, allBlue, allBlue)
				s.faults = []fault{{0, "step 50", "Health", 1, 1, sicken}}
				rollback := 0 // calls before it began
				s.onEvent = func(e cutover.Event) {
					if e.Type == cutover.EventRollback {
						s.mu.Lock()
						rollback = s.total
						s.faults = []fault{once(all, "", rollback+n, last), from(all, "", rollback+n+1, refuse)}
						s.hit = map[int]int{}
						s.mu.Unlock()
					}
				}
				outcome, abort := s.run()
				struck = s.hit[0] > 0
				if struck {
					points++
				}
				if struck && outcome.Result == cutover.RollbackFailed && !errors.Is(abort, errRefused) {
					t.Errorf("%s: %v", outcome.Result, abort)
				}
				left := []traffic.Weights{s.routers[0].Live(), s.routers[1].Live()}
				starts[1].converge(t, left, traffic.Blue, false)
				starts[1].converge(t, left, traffic.Green, false)
				synctest.Wait()
			})
		}
	}
	t.Logf("%d points", points)
}
