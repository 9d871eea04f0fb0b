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
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// cool makes routers of a scene know no health of a color without weight.
func (s *scene) cool(routers ...int) {
	for _, i := range routers {
		s.order.Routers[i].Router = traffictest.Cold{Memory: s.routers[i]}
	}
}

func (s *scene) stages() []cutover.StageName {
	var names []cutover.StageName
	for _, stage := range s.order.Timetable().Stages {
		names = append(names, stage.Name)
	}
	return names
}

func TestProbeComesAfterTheGates(t *testing.T) {
	inBubble(t, "one", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.cool(0)
		outcome, abort := s.run()
		if outcome.Result != cutover.Promoted {
			t.Fatal(abort)
		}
		want := []traffic.Weights{allBlue, green(1), green(10), green(50), allGreen}
		if got := s.routers[0].Journal(); !slices.Equal(got, want) {
			t.Errorf("weights were %v, want %v", got, want)
		}
		wantStages := []cutover.StageName{
			cutover.StageGates, cutover.StageProbe, cutover.StageStep, cutover.StageStep,
			cutover.StagePromote, cutover.StageBake, cutover.StageDrain,
		}
		if got := s.stages(); !slices.Equal(got, wantStages) {
			t.Errorf("stages are %v", got)
		}
	})
	inBubble(t, "beside one that is not cold", func(t *testing.T) {
		s := newScene(t, allBlue, allBlue)
		s.cool(1)
		outcome, abort := s.run()
		if outcome.Result != cutover.Promoted {
			t.Fatal(abort)
		}
		if got := s.routers[0].Journal(); slices.Contains(got, green(1)) {
			t.Errorf("a router that knows health was probed: %v", got)
		}
	})
	inBubble(t, "not when it serves already", func(t *testing.T) {
		s := newScene(t, green(1))
		s.cool(0)
		if got := s.stages(); slices.Contains(got, cutover.StageProbe) {
			t.Errorf("stages are %v", got)
		}
		if outcome, abort := s.run(); outcome.Result != cutover.Promoted {
			t.Fatal(abort)
		}
	})
	inBubble(t, "at once too", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.cool(0)
		s.order.AtOnce = true
		want := []traffic.Weights{allBlue, green(1), allGreen}
		if outcome, abort := s.run(); outcome.Result != cutover.Promoted || !slices.Equal(s.routers[0].Journal(), want) {
			t.Fatalf("%v, weights were %v", abort, s.routers[0].Journal())
		}
	})
}

// TestStepOfOneAfterProbe: what a probe gave may be less than the step asks for, though it reads the same.
func TestStepOfOneAfterProbe(t *testing.T) {
	inBubble(t, "step", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.cool(0)
		s.order.Steps = []cutover.Step{{Weight: 1}}
		s.routers[0].Before, s.routers[0].After, s.routers[0].Land = nil, nil, nil // the scene takes it for a rollback
		if outcome, abort := s.run(); outcome.Result != cutover.Promoted {
			t.Fatal(abort)
		}
		want := []traffic.Weights{allBlue, green(1), green(1), allGreen}
		if got := s.routers[0].Journal(); !slices.Equal(got, want) {
			t.Errorf("weights were %v, want %v", got, want)
		}
	})
}

func TestProbeFindsItUnfit(t *testing.T) {
	inBubble(t, "unhealthy", func(t *testing.T) {
		s := newScene(t, allBlue, allBlue)
		s.cool(0)
		s.routers[0].SetHealth(traffic.Green, traffic.Health{Total: 1, Unhealthy: []string{"green is down"}})
		outcome, abort := s.run()
		if outcome.Result != cutover.RolledBack || abort.Stage != cutover.StageProbe || !errors.Is(abort, cutover.ErrUnhealthy) {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
		if got := s.routers[0].Journal(); !slices.Equal(got, []traffic.Weights{allBlue, green(1), allBlue}) {
			t.Errorf("weights were %v", got)
		}
		if got := s.routers[1].Journal(); len(got) != 1 {
			t.Errorf("the other router moved: %v", got)
		}
	})
	for _, e := range []effect{refuse, hang, hangAfter, interrupt, interruptAfter} {
		inBubble(t, e.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			s.cool(0)
			s.faults = []fault{once("probe", traffictest.CallProbe, 1, e)}
			if outcome, abort := s.run(); outcome.Result != cutover.RolledBack || s.routers[0].Live() != allBlue {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
		})
	}
	inBubble(t, "lost reply", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.cool(0)
		s.faults = []fault{once("probe", traffictest.CallProbe, 1, lose)}
		if outcome, abort := s.run(); outcome.Result != cutover.Promoted {
			t.Fatal(abort)
		}
	})
}

// stutter is a router that needs two writes for each movement, and fails between them as often as told.
type stutter struct {
	*traffictest.Memory
	at    traffic.Weights
	times int
}

func (r *stutter) SetWeights(ctx context.Context, from, to traffic.Weights) error {
	if r.times == 0 {
		return r.Memory.SetWeights(ctx, from, to)
	}
	r.times--
	if err := r.Memory.SetWeights(ctx, from, r.at); err != nil {
		return err
	}
	return &traffic.PartialError{Left: []traffic.Weights{r.at}, Err: errors.New("stopped between two writes")}
}

func TestMovementThatStopsOnItsWay(t *testing.T) {
	for _, times := range []int{1, 2, 5} {
		inBubble(t, fmt.Sprintf("%d times", times), func(t *testing.T) {
			s := newScene(t, allBlue)
			s.order.Routers[0].Router = &stutter{Memory: s.routers[0], at: green(7), times: times}
			outcome, abort := s.run()
			if outcome.Result != cutover.RolledBack || s.routers[0].Live() != allBlue {
				t.Fatalf("%s, live %s: %v", outcome.Result, s.routers[0].Live(), abort)
			}
			if !strings.Contains(abort.Error(), "stopped between two writes") {
				t.Errorf("the cause is %v", abort)
			}
		})
	}
}

func TestClientTTL(t *testing.T) {
	for _, test := range []struct {
		name                              string
		clientTTL, bake, drain, stickyFor time.Duration
		wait                              time.Duration
		line                              string
	}{
		{"alone", time.Minute, 0, 0, 0, time.Minute, "drain: 1m, since clients follow within 1m"},
		{"within the bake", time.Minute, time.Minute, 0, 0, 0, ""},
		{"what the bake leaves", time.Minute, 20 * time.Second, 0, 0, 40 * time.Second, "drain: 40s, since clients follow within 1m"},
		{"before the drain", time.Minute, 0, 10 * time.Second, 0, time.Minute, "drain: open work on blue, up to 1m10s, since clients follow within 1m"},
		{"not with a drain after the bake", time.Minute, time.Minute, 10 * time.Second, 0, 0, "drain: open work on blue, up to 10s\n"},
		{
			"beside clients that stay", time.Minute, 0, 0, time.Hour, time.Minute,
			"drain: 1m, since clients follow within 1m, although sticky clients may stay on blue for up to 1h",
		},
		{
			"clients that stay longer", time.Minute, 0, time.Second, time.Hour, time.Hour,
			"drain: up to 1h, since sticky clients may stay on blue for up to 1h",
		},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			s.order.Steps = nil
			s.order.Facts = []traffic.Facts{{ClientTTL: test.clientTTL, StickyFor: test.stickyFor}}
			s.order.Bake, s.order.Drain = test.bake, test.drain
			if lines := strings.Join(s.order.Timetable().Lines(), "\n"); !strings.Contains(lines, test.line) {
				t.Errorf("the timetable is\n%s\nwithout %q", lines, test.line)
			}
			outcome, abort := s.run()
			if outcome.Result != cutover.Promoted {
				t.Fatal(abort)
			}
			// With a drain the open work is looked at every few seconds.
			took, want := outcome.Finished.Sub(outcome.Started), test.bake+test.wait
			if took < want || took > want+5*time.Second {
				t.Errorf("it took %s, want %s", took, want)
			}
		})
	}
}

func TestClientTTLAtOnce(t *testing.T) {
	inBubble(t, "at once", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.order.Facts, s.order.Drain, s.order.AtOnce = []traffic.Facts{{ClientTTL: time.Minute}}, 0, true
		outcome, abort := s.run()
		if abort != nil || outcome.Finished.Sub(outcome.Started) != time.Minute {
			t.Fatalf("%s after %s: %v", outcome.Result, outcome.Finished.Sub(outcome.Started), abort)
		}
	})
}
