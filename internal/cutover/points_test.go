package cutover_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// point is one place where a cutover can fail, and how it must end then.
type point struct {
	fault
	want cutover.Result
	left int // green's percent that somebody else set and that stays, when stopped
}

func (p point) String() string {
	calls := fmt.Sprintf("call %d", p.first)
	if p.last == 0 {
		calls = fmt.Sprintf("from call %d", p.first)
	}
	return fmt.Sprintf("%s/%s %s/%s", p.place, p.call, calls, p.effect.name)
}

// from strikes the nth call of a method in a place, and all after it.
func from(place, call string, n int, e effect) fault { return fault{every, place, call, n, 0, e} }

// theirs are weights that none of our stages sets.
const theirs = 30

func gatePoints() []point {
	const at = "gates"
	meddle := interfere(green(theirs))
	return []point{
		{fault: once(at, CallWeights, 1, refuse), want: cutover.Refused},
		{fault: once(at, CallWeights, 1, hang), want: cutover.Refused},
		{fault: once(at, CallWeights, 1, meddle), want: cutover.Refused, left: theirs},
		{fault: once(at, CallWeights, 1, interrupt), want: cutover.Refused},
		{fault: once(at, CallWeights, 1, interruptAfter), want: cutover.Refused},
		{fault: once(at, CallAttach, 1, refuse), want: cutover.Refused},
		{fault: once(at, CallAttach, 1, lose), want: cutover.Refused},
		{fault: once(at, CallAttach, 1, hang), want: cutover.Refused},
		{fault: once(at, CallAttach, 1, interrupt), want: cutover.Refused},
		{fault: once(at, CallHealth, 1, refuse), want: cutover.Promoted},
		{fault: once(at, CallHealth, 1, hang), want: cutover.Promoted},
		{fault: once(at, CallHealth, 1, lose), want: cutover.Promoted},
		{fault: once(at, CallHealth, 1, interrupt), want: cutover.Refused},
		{fault: always(at, CallHealth, refuse), want: cutover.Refused},
		{fault: always(at, CallHealth, hang), want: cutover.Refused},
		{fault: once(at, CallHealth, 1, sicken), want: cutover.Refused},
	}
}

// movePoints are those of one movement: set, read back, see in effect.
func movePoints(at string) []point {
	meddle := interfere(green(theirs))
	return []point{
		{fault: once(at, CallSetWeights, 1, refuse), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, lose), want: cutover.Promoted},
		{fault: once(at, CallSetWeights, 1, hang), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, hangAfter), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, drop), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, delay(30*time.Second)), want: cutover.Promoted},
		{fault: once(at, CallSetWeights, 1, delay(61*time.Second)), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, late(time.Millisecond)), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, late(time.Second)), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, meddle), want: cutover.Stopped, left: theirs},
		{fault: once(at, CallSetWeights, 1, interrupt), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, interruptAfter), want: cutover.RolledBack},

		{fault: once(at, CallWeights, 1, refuse), want: cutover.Promoted},
		{fault: once(at, CallWeights, 1, lose), want: cutover.Promoted},
		{fault: once(at, CallWeights, 1, hang), want: cutover.Promoted},
		{fault: always(at, CallWeights, refuse), want: cutover.RolledBack},
		{fault: always(at, CallWeights, hang), want: cutover.RolledBack},
		{fault: once(at, CallWeights, 1, meddle), want: cutover.Stopped, left: theirs},
		{fault: once(at, CallWeights, 1, interrupt), want: cutover.RolledBack},
		{fault: once(at, CallWeights, 1, interruptAfter), want: cutover.RolledBack},

		{fault: once(at, CallVerify, 1, refuse), want: cutover.Promoted},
		{fault: once(at, CallVerify, 1, hang), want: cutover.Promoted},
		{fault: always(at, CallVerify, refuse), want: cutover.RolledBack},
		{fault: always(at, CallVerify, hang), want: cutover.RolledBack},
		{fault: once(at, CallVerify, 1, meddle), want: cutover.Stopped, left: theirs},
		{fault: once(at, CallVerify, 1, interrupt), want: cutover.RolledBack},
	}
}

// holdPoints are those of a pause or the bake, which looks at weights and
// health every five seconds. Before its first look the place has read the
// weights so many times.
func holdPoints(at string, reads int) []point {
	meddle := interfere(green(theirs))
	var points []point
	for look := 1; look <= 3; look++ {
		points = append(points,
			point{fault: once(at, CallWeights, reads+look, refuse), want: cutover.Promoted},
			point{fault: once(at, CallWeights, reads+look, hang), want: cutover.Promoted},
			point{fault: from(at, CallWeights, reads+look, refuse), want: cutover.RolledBack},
			point{fault: once(at, CallWeights, reads+look, meddle), want: cutover.Stopped, left: theirs},
			point{fault: once(at, CallWeights, reads+look, interfere(allBlue)), want: cutover.RolledBack},
			point{fault: once(at, CallWeights, reads+look, interrupt), want: cutover.RolledBack},
			point{fault: once(at, CallHealth, look, refuse), want: cutover.Promoted},
			point{fault: once(at, CallHealth, look, hang), want: cutover.Promoted},
			point{fault: from(at, CallHealth, look, refuse), want: cutover.RolledBack},
			point{fault: from(at, CallHealth, look, hang), want: cutover.RolledBack},
			point{fault: once(at, CallHealth, look, sicken), want: cutover.RolledBack},
			point{fault: once(at, CallHealth, look, interrupt), want: cutover.RolledBack},
			point{fault: once(at, CallHealth, look, interruptAfter), want: cutover.RolledBack},
		)
	}
	return points
}

func drainPoints() []point {
	const at = "drain"
	return []point{
		{fault: once(at, CallInFlight, 1, refuse), want: cutover.Promoted},
		{fault: once(at, CallInFlight, 1, lose), want: cutover.Promoted},
		{fault: once(at, CallInFlight, 1, hang), want: cutover.Promoted},
		{fault: always(at, CallInFlight, refuse), want: cutover.Promoted},
		{fault: once(at, CallInFlight, 1, interrupt), want: cutover.RolledBack},
		{fault: once(at, CallWeights, 1, refuse), want: cutover.Promoted},
		{fault: once(at, CallWeights, 1, hang), want: cutover.Promoted},
		{fault: always(at, CallWeights, refuse), want: cutover.Promoted},
		{fault: once(at, CallWeights, 1, interfere(green(theirs))), want: cutover.Stopped, left: theirs},
		{fault: once(at, CallWeights, 1, interfere(allBlue)), want: cutover.RolledBack},
		{fault: once(at, CallWeights, 1, interrupt), want: cutover.RolledBack},
	}
}

func forwardPoints() []point {
	points := gatePoints()
	for _, at := range []string{"step 10", "step 50", "promote"} {
		points = append(points, movePoints(at)...)
	}
	for _, at := range []string{"step 10", "step 50"} {
		points = append(points, holdPoints(at, 1)...)
	}
	return append(append(points, holdPoints("bake", 0)...), drainPoints()...)
}

// TestForwardPoints fails each call of a cutover in each way.
func TestForwardPoints(t *testing.T) {
	points := forwardPoints()
	t.Logf("%d points", len(points))
	for _, p := range points {
		inBubble(t, p.String(), func(t *testing.T) {
			s := newScene(t, allBlue)
			s.faults = []fault{p.fault}
			outcome, abort := s.run()
			s.wantEnd(p, outcome, abort)
			if abort != nil {
				s.wantCause(p, abort)
			}
		})
	}
}

// wantEnd checks the result, and where it left traffic.
func (s *scene) wantEnd(p point, outcome cutover.Outcome, abort *cutover.AbortError) {
	s.Helper()
	if s.hit[0] == 0 {
		s.Fatal("the fault did not strike")
	}
	if outcome.Result != p.want {
		s.Fatalf("result %s, want %s; error: %v", outcome.Result, p.want, abort)
	}
	want := map[cutover.Result]traffic.Weights{
		cutover.Promoted: allGreen, cutover.RolledBack: allBlue, cutover.Refused: green(p.left), cutover.Stopped: green(p.left),
	}[p.want]
	if live := s.routers[0].Live(); p.want != cutover.RollbackFailed && live != want {
		s.Errorf("traffic is at %s, want %s", live, want)
	}
}

// wantCause checks that the error is the fault's, and tells of its stage.
func (s *scene) wantCause(p point, abort *cutover.AbortError) {
	s.Helper()
	if p.effect.err != nil && !errors.Is(abort.Cause, p.effect.err) {
		s.Errorf("cause %v is not %v", abort.Cause, p.effect.err)
	}
	if p.effect.name == sicken.name && !errors.Is(abort.Cause, cutover.ErrUnhealthy) {
		s.Errorf("cause %v is not ErrUnhealthy", abort.Cause)
	}
	var stage string
	_, _ = fmt.Sscan(p.place, &stage)
	if string(abort.Stage) != stage {
		s.Errorf("stopped at %q, want %q", abort.Stage, stage)
	}
}

// TestRollbackPoints fails each call of a rollback in each way, whatever stage
// it begins in.
func TestRollbackPoints(t *testing.T) {
	const at = "rollback"
	meddle := interfere(green(theirs))
	points := []point{
		{fault: once(at, CallWeights, 1, refuse), want: cutover.RolledBack},
		{fault: once(at, CallWeights, 1, hang), want: cutover.RolledBack},
		{fault: fault{every, at, CallWeights, 1, 7, refuse}, want: cutover.RolledBack},
		{fault: always(at, CallWeights, refuse), want: cutover.RollbackFailed},
		{fault: always(at, CallWeights, hang), want: cutover.RollbackFailed},
		{fault: once(at, CallWeights, 1, meddle), want: cutover.Stopped, left: theirs},
		{fault: once(at, CallWeights, 2, meddle), want: cutover.Stopped, left: theirs},
		{fault: once(at, CallWeights, 1, interfere(allBlue)), want: cutover.RolledBack},
		{fault: once(at, CallWeights, 1, interrupt), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, refuse), want: cutover.RolledBack},
		{fault: fault{every, at, CallSetWeights, 1, 7, refuse}, want: cutover.RolledBack},
		{fault: always(at, CallSetWeights, refuse), want: cutover.RollbackFailed},
		{fault: once(at, CallSetWeights, 1, lose), want: cutover.RolledBack},
		{fault: always(at, CallSetWeights, lose), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, hang), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, hangAfter), want: cutover.RolledBack},
		{fault: always(at, CallSetWeights, hang), want: cutover.RollbackFailed},
		{fault: once(at, CallSetWeights, 1, drop), want: cutover.RolledBack},
		{fault: always(at, CallSetWeights, drop), want: cutover.RollbackFailed},
		{fault: once(at, CallSetWeights, 1, delay(30*time.Second)), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, late(time.Second)), want: cutover.RolledBack},
		{fault: once(at, CallSetWeights, 1, meddle), want: cutover.Stopped, left: theirs},
		{fault: once(at, CallSetWeights, 1, interrupt), want: cutover.RolledBack},
		{fault: once(at, CallVerify, 1, refuse), want: cutover.RolledBack},
		{fault: once(at, CallVerify, 1, hang), want: cutover.RolledBack},
		{fault: always(at, CallVerify, refuse), want: cutover.RollbackFailed},
		{fault: always(at, CallVerify, hang), want: cutover.RollbackFailed},
		{fault: once(at, CallVerify, 1, meddle), want: cutover.Stopped, left: theirs},
	}
	causes := []fault{
		once("step 10", CallHealth, 1, sicken), once("step 50", CallHealth, 2, sicken),
		once("bake", CallHealth, 3, sicken), once("drain", CallInFlight, 1, interrupt),
	}
	routers := map[string]func(*scene){
		"memory": func(*scene) {},
		"exact":  func(s *scene) { s.exact(Raw{Blue: 999}, 0) },
	}
	t.Logf("%d points", len(points)*len(causes)*len(routers))
	for name, prepare := range routers {
		for _, cause := range causes {
			for _, p := range points {
				inBubble(t, name+"/"+cause.place+"/"+p.String(), func(t *testing.T) {
					s := newScene(t, allBlue)
					prepare(s)
					s.faults = []fault{p.fault, cause}
					outcome, abort := s.run()
					s.wantEnd(p, outcome, abort)
					if p.want == cutover.RolledBack {
						return
					}
					if !errors.Is(abort.Rollback, p.effect.err) {
						s.Errorf("the rollback's error %v is not %v", abort.Rollback, p.effect.err)
					}
				})
			}
		}
	}
}
