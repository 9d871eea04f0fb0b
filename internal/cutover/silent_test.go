package cutover_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

var nobody = traffic.Weights{}

// TestSilenced: another hand takes all weight from both colors, wherever the
// cutover is. Nobody is served by that, so what was found serves again with the
// next look, which is never further away than one interval.
func TestSilenced(t *testing.T) {
	var points []fault
	for _, at := range []string{"step 10", "step 50", "promote"} {
		points = append(points, once(at, CallSetWeights, 1, silence), once(at, CallWeights, 1, silence), once(at, CallVerify, 1, silence))
	}
	for _, at := range []string{"step 10", "step 50", "bake"} {
		points = append(points, once(at, CallWeights, 2, silence), once(at, CallHealth, 2, silence), once(at, CallHealth, 3, silence))
	}
	points = append(points, once("drain", CallWeights, 1, silence), once("drain", CallInFlight, 1, silence))
	for name, prepare := range map[string]func(*scene){
		"memory": func(*scene) {},
		"exact":  func(s *scene) { s.exact(Raw{Blue: 999, Green: 1}, 0) },
	} {
		for _, f := range points {
			inBubble(t, fmt.Sprintf("%s/%s/%s %d", name, f.place, f.call, f.first), func(t *testing.T) {
				s := newScene(t, allBlue, allBlue)
				prepare(s)
				s.openWork()
				f.router = 0
				s.faults = []fault{f}
				var since time.Time
				s.onEvent = func(e cutover.Event) {
					if since.IsZero() && s.routers[0].Live().None() {
						since = e.Time
					}
				}
				outcome, abort := s.run()
				if outcome.Result != cutover.RolledBack || !errors.Is(abort.Cause, traffic.ErrConflict) {
					t.Fatalf("%s: %v", outcome.Result, abort)
				}
				if !strings.Contains(abort.Error(), "found no weight for either color") {
					t.Errorf("the error is %v", abort)
				}
				if took := outcome.Finished.Sub(since); took > cutover.WatchInterval {
					t.Errorf("nobody was served for %s", took)
				}
			})
		}
	}
}

// TestSilencedInTheGates: nothing has moved yet, and still the found weights are
// written back at once, however long the gates take.
func TestSilencedInTheGates(t *testing.T) {
	inBubble(t, "while a gate is slow", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.order.Gates = []cutover.Gate{slowGate("window", 30*time.Minute)}
		time.AfterFunc(time.Minute, func() { s.interfere(0, nobody) })
		outcome, abort := s.run()
		if outcome.Result != cutover.RolledBack || abort.Stage != cutover.StageGates || outcome.Finished.Sub(outcome.Started) > 70*time.Second {
			t.Fatalf("%s after %s: %v", outcome.Result, outcome.Finished.Sub(outcome.Started), abort)
		}
	})
	inBubble(t, "as the last look finds", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.exact(Raw{Blue: 999}, 0)
		s.order.Gates = []cutover.Gate{openGate("schema")}
		s.faults = []fault{once("gates", CallWeights, 2, silence)}
		if outcome, abort := s.run(); outcome.Result != cutover.RolledBack || abort.Stage != cutover.StageGates {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
	})
	inBubble(t, "between plan and apply", func(t *testing.T) { // by whoever wants it so
		s := newScene(t, allBlue)
		s.faults = []fault{once("gates", CallWeights, 1, silence)}
		outcome, abort := s.run()
		if outcome.Result != cutover.Refused || !s.routers[0].Live().None() || !strings.Contains(abort.Error(), "neither color has any weight") {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
	})
	inBubble(t, "and something else moved", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.order.Gates = []cutover.Gate{slowGate("window", 30*time.Minute)}
		s.faults = []fault{once("gates", CallWeights, 2, interfere(green(theirs)))}
		outcome, abort := s.run()
		if outcome.Result != cutover.Refused || s.routers[0].Live() != green(theirs) || outcome.Finished.Sub(outcome.Started) > 10*time.Second {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
	})
}

// TestLookoutCutOff: the gates end while the routers are looked at once more.
func TestLookoutCutOff(t *testing.T) {
	inBubble(t, "closed", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.order.Gates = []cutover.Gate{gate{"schema", time.Minute, func(context.Context) error {
			<-time.After(7 * time.Second)
			return errSchema
		}}}
		s.faults = []fault{once("gates", CallWeights, 2, hang)}
		outcome, abort := s.run()
		if outcome.Result != cutover.Refused || !errors.Is(abort, errSchema) || !outcome.Traffic[0].Known {
			t.Fatalf("%s, %v: %v", outcome.Result, outcome.Traffic, abort)
		}
	})
}

// TestSilencedInTheRollback: also the way back is not cut off by it.
func TestSilencedInTheRollback(t *testing.T) {
	for _, f := range []fault{
		once("rollback", CallWeights, 1, silence), once("rollback", CallWeights, 2, silence), once("rollback", CallSetWeights, 1, silence),
		{every, "rollback", CallWeights, 1, 4, silence},
	} {
		inBubble(t, fmt.Sprintf("%s %d to %d", f.call, f.first, f.last), func(t *testing.T) {
			s := newScene(t, allBlue)
			s.faults = []fault{f, once("step 50", CallHealth, 1, sicken)}
			if outcome, abort := s.run(); outcome.Result != cutover.RolledBack || s.hit[0] == 0 {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
		})
	}
}

// TestHeldButSilenced: what a watch holds serves nobody any more.
func TestHeldButSilenced(t *testing.T) {
	inBubble(t, "as it is read once more", func(t *testing.T) {
		s := newScene(t, allBlue, allBlue)
		s.order.Watches = []cutover.Watch{{Monitor: &script{name: "holding", letters: "pf"}, Interval: 6 * time.Second, Holds: true}}
		s.faults = []fault{{0, "step 10", CallWeights, 3, 3, hang}, {0, "step 10", CallWeights, 4, 4, silence}}
		if outcome, abort := s.run(); outcome.Result != cutover.RolledBack || s.hit[1] != 1 {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
	})
}

// elsewhere is a router that sends all to a third backend once it was silenced.
type elsewhere struct{ *Memory }

func (r elsewhere) SetWeights(ctx context.Context, from, to traffic.Weights) error {
	if from.None() {
		return fmt.Errorf("requests go to maintenance: %w", traffic.ErrConflict)
	}
	return r.Memory.SetWeights(ctx, from, to)
}

// TestSentElsewhere: neither color serves, by the wish of whoever sent traffic
// elsewhere.
func TestSentElsewhere(t *testing.T) {
	inBubble(t, "maintenance", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.order.Routers[0].Router = elsewhere{s.routers[0]}
		s.faults = []fault{once("bake", CallWeights, 2, silence)}
		outcome, abort := s.run()
		if outcome.Result != cutover.Stopped || !s.routers[0].Live().None() || !strings.Contains(abort.Error(), "requests go to maintenance") {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
	})
}

// TestFoundSilent: where nobody is served, all goes over once the health gate
// holds, in one movement.
func TestFoundSilent(t *testing.T) {
	for _, test := range []struct {
		name  string
		found []traffic.Weights
		make  func(*scene)
		lines string
		want  []traffic.Weights // of the first router
	}{
		{
			"alone",
			[]traffic.Weights{nobody},
			func(*scene) {},
			"found: nobody is served, so all goes over in one movement and stays\n" +
				"gates: health of green, up to 1m\npromote: blue 0, green 100\nbake: watch blue 0, green 100 for 10s\n",
			[]traffic.Weights{nobody, allGreen},
		},
		{
			"beside one that serves",
			[]traffic.Weights{nobody, allBlue},
			func(*scene) {},
			"stays in lb-0; blue 100, green 0 in lb-1\ngates: health of green, up to 1m\nstep: blue 90, green 10, held for 10s\n",
			[]traffic.Weights{nobody, allGreen},
		},
		{
			"at once",
			[]traffic.Weights{nobody},
			func(s *scene) { s.order.AtOnce = true },
			"gates: health of green only, up to 1m",
			[]traffic.Weights{nobody, allGreen},
		},
		{
			"and cold",
			[]traffic.Weights{nobody},
			func(s *scene) { s.cool(0) },
			"gates: the routers are as planned, up to 1m\nprobe: everything to green until its health is known, up to 2m\npromote: ",
			[]traffic.Weights{nobody, allGreen},
		},
		{
			"and exact",
			[]traffic.Weights{nobody},
			func(s *scene) { s.exact(Raw{}, 0) },
			"found: nobody is served",
			[]traffic.Weights{nobody, allGreen},
		},
		{
			"with what would prepare it",
			[]traffic.Weights{nobody},
			func(s *scene) { s.order.Prewarm = closedGate("prewarm", errSchema) },
			"found: nobody is served",
			[]traffic.Weights{nobody, allGreen},
		},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, test.found...)
			test.make(s)
			if lines := strings.Join(s.order.Timetable().Lines(), "\n"); !strings.Contains(lines, test.lines) {
				t.Errorf("the timetable is\n%s\nwithout\n%s", lines, test.lines)
			}
			if outcome, abort := s.run(); outcome.Result != cutover.Promoted {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			if got := s.routers[0].Journal(); !slices.Equal(got, test.want) {
				t.Errorf("weights were %v", got)
			}
		})
	}
}

// TestFoundSilentFails: there is nothing to go back to.
func TestFoundSilentFails(t *testing.T) {
	for _, test := range []struct {
		name   string
		found  []traffic.Weights
		cold   bool
		faults []fault
		want   cutover.Result
		left   []traffic.Weights
	}{
		{"unhealthy at first", []traffic.Weights{nobody}, false, []fault{once("gates", CallHealth, 1, sicken)}, cutover.Refused, []traffic.Weights{nobody}},
		{"serves somebody by now", []traffic.Weights{nobody}, false, []fault{once("gates", CallWeights, 1, interfere(allBlue))}, cutover.Refused, []traffic.Weights{allBlue}},
		{"in the bake", []traffic.Weights{nobody}, false, []fault{once("bake", CallHealth, 2, sicken)}, cutover.Held, []traffic.Weights{allGreen}},
		{"in the probe", []traffic.Weights{nobody}, true, []fault{once("probe", CallHealth, 1, sicken)}, cutover.Held, []traffic.Weights{allGreen}},
		{"interrupted", []traffic.Weights{nobody}, false, []fault{once("bake", CallHealth, 2, interrupt)}, cutover.Held, []traffic.Weights{allGreen}},
		{"not moved", []traffic.Weights{nobody}, false, []fault{once("promote", CallSetWeights, 1, refuse)}, cutover.RolledBack, []traffic.Weights{nobody}},
		{"moved late", []traffic.Weights{nobody}, false, []fault{once("promote", CallSetWeights, 1, late(time.Second))}, cutover.Held, []traffic.Weights{allGreen}},
		{"moved by others", []traffic.Weights{nobody}, false, []fault{once("bake", CallWeights, 2, interfere(green(theirs)))}, cutover.Stopped, []traffic.Weights{green(theirs)}},
		{"silenced again", []traffic.Weights{nobody}, false, []fault{once("bake", CallWeights, 2, silence)}, cutover.RolledBack, []traffic.Weights{nobody}},
		{
			"no answer",
			[]traffic.Weights{nobody},
			false,
			[]fault{once("bake", CallHealth, 2, sicken), from("bake", CallWeights, 3, refuse)},
			cutover.RollbackFailed,
			[]traffic.Weights{allGreen},
		},
		{
			"beside one that served",
			[]traffic.Weights{nobody, allBlue},
			false,
			[]fault{{1, "step 50", CallHealth, 1, 1, sicken}},
			cutover.Held,
			[]traffic.Weights{allGreen, allBlue},
		},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, test.found...)
			if test.cold {
				s.cool(0)
			}
			s.faults = test.faults
			outcome, abort := s.run()
			if outcome.Result != test.want {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			for i, want := range test.left {
				if live := s.routers[i].Live(); live != want {
					t.Errorf("lb-%d has %s, want %s", i, live, want)
				}
			}
		})
	}
}
