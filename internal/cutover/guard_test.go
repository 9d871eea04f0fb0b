package cutover_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestPanics: each call of a router panics in each stage, once and without end.
// The cutover goes on or ends as if the call had failed, and what ends it says
// that it is a bug.
func TestPanics(t *testing.T) {
	points := 0
	for _, place := range []string{"gates", "probe", "step 10", "step 50", "promote", "bake", "drain", "rollback"} {
		for _, call := range []string{CallWeights, CallSetWeights, CallVerify, CallAttach, CallHealth, CallInFlight, CallProbe, CallFound, CallRestored} {
			for _, f := range []fault{once(place, call, 1, burst), always(place, call, burst)} {
				for name, prepare := range map[string]func(*scene){
					"cold":  func(s *scene) { s.cool(0) },
					"exact": func(s *scene) { s.exact(Raw{Blue: 999, Green: 1}, 0) },
				} {
					inBubble(t, fmt.Sprintf("%s/%s/%s/%d", name, place, call, f.last), func(t *testing.T) {
						s := newScene(t, allBlue, allBlue)
						prepare(s)
						s.openWork()
						s.faults = []fault{f}
						if place == "rollback" {
							s.faults = append(s.faults, once("step 50", CallHealth, 1, sicken))
						}
						outcome, abort := s.run()
						if s.hit[0] == 0 {
							return
						}
						points++
						wantBug(t, s, outcome, abort)
					})
				}
			}
		}
	}
	t.Logf("%d points", points)
	if points < 80 {
		t.Errorf("only %d points", points)
	}
}

// wantBug: a cutover that a panic ended says so, and is back where it was unless
// the rollback itself panics without end.
func wantBug(t *testing.T, s *scene, outcome cutover.Outcome, abort *cutover.AbortError) {
	t.Helper()
	var bug *cutover.PanicError
	switch {
	case outcome.Result == cutover.RollbackFailed && s.faults[0].place == "rollback" && s.faults[0].last == 0:
		if !errors.As(abort.Rollback, &bug) {
			t.Errorf("the rollback's error is %v", abort.Rollback)
		}
	case outcome.Result == cutover.Stopped || outcome.Result == cutover.RollbackFailed:
		t.Errorf("%s: %v", outcome.Result, abort)
	case outcome.Result != cutover.Promoted && s.faults[0].place != "rollback" && !errors.As(abort.Cause, &bug):
		t.Errorf("the cause is %v", abort.Cause)
	}
	if bug == nil {
		return
	}
	if text := bug.Error(); !strings.Contains(text, "failed by a bug in the provider (panic: index out of range [3] [2J); please report it") {
		t.Errorf("the error is %q", text)
	}
	if !strings.Contains(bug.Stack, "fault_test.go") {
		t.Errorf("the stack is %s", bug.Stack)
	}
}

// clumsy is a gate and a monitor that panics wherever it is told to.
type clumsy struct{ in string }

func (c clumsy) trip(where string) {
	if c.in == where {
		panic(strings.Repeat("ж", 1000))
	}
}

func (c clumsy) Name() string         { c.trip("Name"); return "clumsy" }
func (c clumsy) Limit() time.Duration { return time.Minute }
func (c clumsy) Report() string       { c.trip("Report"); return "all is well" }

func (c clumsy) Check(context.Context) error {
	c.trip("Check")
	return nil
}

func (c clumsy) Measure(context.Context) cutover.Measurement {
	c.trip("Measure")
	return cutover.Measurement{Verdict: cutover.Pass}
}

func (c clumsy) Alone() cutover.Monitor { c.trip("Alone"); return c }

// TestPanicsOfJudges: a gate's is a refusal, a monitor's is no answer.
func TestPanicsOfJudges(t *testing.T) {
	for _, test := range []struct {
		in   string
		gate bool
		want cutover.Result
	}{
		{"Check", true, cutover.Refused},
		{"Report", true, cutover.Refused},
		{"nowhere", true, cutover.Promoted},
		{"Measure", false, cutover.RolledBack},
		{"Alone", false, cutover.RolledBack},
		{"nowhere", false, cutover.Promoted},
	} {
		inBubble(t, fmt.Sprintf("%s %t", test.in, test.gate), func(t *testing.T) {
			s := newScene(t, allBlue)
			if test.gate {
				s.order.Gates = []cutover.Gate{clumsy{test.in}}
			} else {
				s.order.Watches = []cutover.Watch{{Monitor: clumsy{test.in}, Interval: time.Second, InconclusiveLimit: 2}}
			}
			outcome, abort := s.run()
			if outcome.Result != test.want {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			var bug *cutover.PanicError
			if abort != nil && (!errors.As(abort.Cause, &bug) || len([]rune(bug.Value)) != 300) {
				t.Errorf("the cause is %v", abort.Cause)
			}
		})
	}
}

// fickle is a gate whose name cannot be had once the cutover runs.
type fickle struct{ calls int }

func (f *fickle) Name() string {
	f.calls++
	if f.calls > 1 {
		panic("no name")
	}
	return "fickle"
}
func (f *fickle) Limit() time.Duration        { return time.Minute }
func (f *fickle) Check(context.Context) error { return nil }

// TestPanicBesideACall: what is no call of anybody's is guarded too.
func TestPanicBesideACall(t *testing.T) {
	inBubble(t, "a gate's name", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.order.Gates = []cutover.Gate{&fickle{}}
		outcome, err := cutover.Run(s.ctx, s.order, nil)
		var bug *cutover.PanicError
		if outcome.Result != cutover.Refused || !errors.As(err, &bug) {
			t.Fatalf("%s: %v", outcome.Result, err)
		}
	})
}

// TestPanicOfWhoIsTold ends nothing, is told of, and the rest is still told.
func TestPanicOfWhoIsTold(t *testing.T) {
	for _, cause := range [][]fault{nil, {once("bake", CallHealth, 1, sicken)}} {
		for _, at := range []cutover.EventType{cutover.EventStarted, cutover.EventWeights, cutover.EventRollback, cutover.EventEnded} {
			inBubble(t, fmt.Sprintf("%s %d", at, len(cause)), func(t *testing.T) {
				s := newScene(t, allBlue)
				s.faults = cause
				struck := false
				s.onEvent = func(e cutover.Event) {
					if e.Type == at {
						struck = true
						panic("who was told")
					}
				}
				outcome, abort := s.run()
				want := cutover.Promoted
				if cause != nil {
					want = cutover.RolledBack
				}
				var bug *cutover.PanicError
				if outcome.Result != want || errors.As(outcome.Bug, &bug) != struck || abort != nil && !errors.Is(abort.Bug, outcome.Bug) {
					t.Errorf("%s, bug %v: %v", outcome.Result, outcome.Bug, abort)
				}
			})
		}
	}
}
