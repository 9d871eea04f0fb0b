package cutover_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestExactly: 999 beside 1 is 99 and 1 in percent, and ten times less. Wherever
// the cutover fails, 999 beside 1 is what comes back. The scene checks that.
func TestExactly(t *testing.T) {
	for _, raw := range []Raw{{Blue: 999, Green: 1}, {Blue: 3, Green: 2}, {Blue: 1, Green: 999}} {
		for _, cause := range []fault{
			once("step 10", CallHealth, 1, sicken), once("step 50", CallHealth, 2, sicken), once("bake", CallHealth, 1, sicken),
			once("promote", CallSetWeights, 1, refuse), once("promote", CallSetWeights, 1, late(time.Second)), once("drain", CallInFlight, 1, interrupt),
			once("bake", CallWeights, 2, interfere(allBlue)),
		} {
			inBubble(t, fmt.Sprintf("%v/%s/%s", raw, cause.place, cause.effect.name), func(t *testing.T) {
				s := newScene(t, allBlue, allBlue)
				s.exact(raw, 0)
				s.faults = []fault{cause}
				outcome, abort := s.run()
				if s.hit[0] == 0 {
					return // of steps that the router is past
				}
				if outcome.Result != cutover.RolledBack && outcome.Result != cutover.Stopped {
					t.Fatalf("%s: %v", outcome.Result, abort)
				}
			})
		}
	}
}

// TestExactlyAfterAStepOfOne: the percent that the step sets are those that it was
// found with. The raw weights are not, when the router did not obey at first.
func TestExactlyAfterAStepOfOne(t *testing.T) {
	inBubble(t, "same percent", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.exact(Raw{Blue: 999, Green: 1}, 0)
		s.order.Steps = []cutover.Step{{Weight: 1, Pause: time.Minute}}
		s.faults = []fault{once("step 1", CallVerify, 1, refuse), once("step 1", CallHealth, 2, sicken)}
		if outcome, abort := s.run(); outcome.Result != cutover.RolledBack {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
		want := []traffic.Weights{green(1), green(1), green(1)}
		if got := s.routers[0].Journal(); !slices.Equal(got, want) {
			t.Errorf("weights were %v", got)
		}
	})
}

// TestExactPoints: each call that only an exact router has fails in each way.
func TestExactPoints(t *testing.T) {
	sick := once("step 50", CallHealth, 1, sicken)
	for _, test := range []struct {
		fault
		want cutover.Result
	}{
		{once("gates", CallFound, 1, refuse), cutover.Refused},
		{once("gates", CallFound, 1, hang), cutover.Refused},
		{once("gates", CallFound, 1, burst), cutover.Refused},
		{once("gates", CallFound, 1, interrupt), cutover.Refused},
		{once("rollback", CallRestored, 1, refuse), cutover.RolledBack},
		{once("rollback", CallRestored, 1, hang), cutover.RolledBack},
		{once("rollback", CallRestored, 1, burst), cutover.RolledBack},
		{once("rollback", CallSetWeights, 1, burst), cutover.RolledBack},
		{always("rollback", CallRestored, refuse), cutover.RollbackFailed},
	} {
		inBubble(t, fmt.Sprintf("%s/%s %s", test.place, test.call, test.effect.name), func(t *testing.T) {
			s := newScene(t, allBlue, allBlue)
			s.exact(Raw{Blue: 999, Green: 1}, 0, 1)
			s.faults = []fault{test.fault, sick}
			outcome, abort := s.run()
			if outcome.Result != test.want || s.hit[0] == 0 {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			if test.effect.err != nil && test.want != cutover.RolledBack && !errors.Is(abort, test.effect.err) {
				t.Errorf("the error is %v", abort)
			}
		})
	}
}

// TestSlowRouter has limits of its own: what is much too long for others.
func TestSlowRouter(t *testing.T) {
	slow := traffic.Facts{EffectLimit: 10 * time.Minute, LateWrite: time.Minute}
	inBubble(t, "in effect late", func(t *testing.T) {
		s := newScene(t, allBlue, allBlue)
		s.order.Facts = []traffic.Facts{{}, slow}
		s.faults = []fault{{1, "promote", CallSetWeights, 1, 1, delay(9 * time.Minute)}}
		if outcome, abort := s.run(); outcome.Result != cutover.Promoted {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
		if lines := strings.Join(s.order.Timetable().Lines(), "\n"); !strings.HasSuffix(lines, "total: at most 33m55s") {
			t.Errorf("the timetable is\n%s", lines)
		}
	})
	inBubble(t, "later than that", func(t *testing.T) {
		s := newScene(t, allBlue, allBlue)
		s.order.Facts = []traffic.Facts{{}, slow}
		s.faults = []fault{{1, "promote", CallSetWeights, 1, 1, drop}}
		outcome, abort := s.run()
		if outcome.Result != cutover.RolledBack || !strings.Contains(abort.Error(), "not seen in effect within 10m") {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
	})
	inBubble(t, "lost, and landing late", func(t *testing.T) {
		s := newScene(t, allBlue, allBlue)
		s.order.Facts = []traffic.Facts{{}, slow}
		s.faults = []fault{{1, "promote", CallSetWeights, 1, 1, late(59 * time.Second)}}
		if outcome, abort := s.run(); outcome.Result != cutover.RolledBack {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
	})
	inBubble(t, "a rollback that needs its time", func(t *testing.T) {
		s := newScene(t, allBlue, allBlue)
		s.order.Facts = []traffic.Facts{{}, slow}
		s.faults = []fault{
			once("bake", CallHealth, 1, sicken), {1, "rollback", CallSetWeights, 1, 1, drop}, {1, "rollback", CallSetWeights, 2, 2, delay(9 * time.Minute)},
		}
		if outcome, abort := s.run(); outcome.Result != cutover.RolledBack || s.hit[2] != 1 {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
	})
}

// TestAnswersAgain: a router is silent for as long as the rollback lasts, and had
// done all it was told.
func TestAnswersAgain(t *testing.T) {
	sick := once("step 50", CallHealth, 1, sicken)
	for _, test := range []struct {
		name  string
		again bool // it answers when the rollback's time is over
		moves fault
		want  cutover.Result
	}{
		{"it went back", true, once("rollback", CallSetWeights, 1, lose), cutover.RolledBack},
		{"it did not", true, always("rollback", CallSetWeights, refuse), cutover.RollbackFailed},
		{"never", false, once("rollback", CallSetWeights, 1, lose), cutover.RollbackFailed},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			r := &mute{Memory: s.routers[0]}
			s.order.Routers[0].Router = r
			s.routers[0].After = func(ctx context.Context, call string) error {
				if call == CallWeights && r.rollback.CompareAndSwap(true, false) { // the first read of it
					r.silent.Store(true)
				}
				return s.after(ctx, 0, call)
			}
			s.onEvent = func(e cutover.Event) {
				if e.Type == cutover.EventRollback {
					r.rollback.Store(true)
					time.AfterFunc(cutover.RollbackLimit-time.Millisecond, func() { r.silent.Store(!test.again) })
				}
			}
			s.faults = []fault{sick, test.moves}
			outcome, abort := s.run()
			if outcome.Result != test.want {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			if p := outcome.Traffic[0]; p.Known != test.again || p.Found != allBlue {
				t.Errorf("position %+v", p)
			}
		})
	}
}

// mute is a router that does not always answer.
type mute struct {
	*Memory
	silent, rollback atomic.Bool
}

func (r *mute) Weights(ctx context.Context) (traffic.Weights, error) {
	if !r.silent.Load() {
		return r.Memory.Weights(ctx)
	}
	<-ctx.Done()
	return traffic.Weights{}, ctx.Err()
}
