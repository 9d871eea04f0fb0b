package cutover_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// fleet is the health of a color with so many targets of which so many serve.
func fleet(healthy, total int) traffic.Health {
	h := traffic.Health{Healthy: healthy, Total: total}
	for i := range total - healthy {
		h.Unhealthy = append(h.Unhealthy, fmt.Sprintf("10.0.0.%d:80 is initial", i))
	}
	return h
}

// TestFleetSizes: an hour's bake over targets that come and go. Each case is what
// the health reads as, a minute after the other, once the gate held.
func TestFleetSizes(t *testing.T) {
	all, half := cutover.HealthRule{MinPercent: 100}, cutover.HealthRule{MinHealthy: 2, MinPercent: 50}
	for _, test := range []struct {
		name string
		rule cutover.HealthRule
		at   [][2]int // healthy, total; the first is what the gate sees
		want cutover.Result
	}{
		{"steady", all, [][2]int{{10, 10}, {10, 10}}, cutover.Promoted},
		{"one is added", all, [][2]int{{10, 10}, {10, 11}, {11, 11}}, cutover.Promoted},
		{"twice as many", all, [][2]int{{10, 10}, {10, 20}, {15, 20}, {20, 20}}, cutover.Promoted},
		{"added without end, none in time", all, [][2]int{{4, 4}, {4, 6}, {4, 8}, {4, 10}, {4, 12}}, cutover.Promoted},
		{"added, and one of the first is gone", all, [][2]int{{10, 10}, {9, 11}}, cutover.RolledBack},
		{"added and serving, then one of the first is gone", all, [][2]int{{10, 10}, {12, 12}, {11, 12}}, cutover.Promoted},
		{"fewer", all, [][2]int{{10, 10}, {6, 6}, {4, 4}}, cutover.Promoted},
		{"fewer, which are then added", all, [][2]int{{10, 10}, {6, 6}, {6, 10}, {10, 10}}, cutover.Promoted},
		{"fewer, which then fail", all, [][2]int{{10, 10}, {6, 6}, {5, 6}}, cutover.RolledBack},
		{"none", all, [][2]int{{10, 10}, {0, 0}}, cutover.RolledBack},
		{"one of one", all, [][2]int{{1, 1}, {0, 1}}, cutover.RolledBack},
		{"half are enough", half, [][2]int{{6, 10}, {5, 10}, {5, 20}, {7, 14}}, cutover.Promoted},
		{"less than half", half, [][2]int{{6, 10}, {4, 10}}, cutover.RolledBack},
		{"less than the least", half, [][2]int{{3, 3}, {1, 1}}, cutover.RolledBack},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			s.order.Steps, s.order.Bake = nil, time.Hour
			s.order.Health = test.rule
			s.order.Health.Timeout = time.Minute
			for i, h := range test.at {
				set := func() { s.routers[0].SetHealth(traffic.Green, fleet(h[0], h[1])) }
				if i == 0 {
					set()
					continue
				}
				time.AfterFunc(time.Duration(i)*time.Minute, set)
			}
			outcome, abort := s.run()
			if outcome.Result != test.want {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
		})
	}
}

// TestRestart: a target restarts while a weight is held.
func TestRestart(t *testing.T) {
	for _, test := range []struct {
		limit int
		down  time.Duration
		want  cutover.Result
	}{
		{0, time.Second, cutover.RolledBack},
		{1, 4 * time.Second, cutover.Promoted},
		{1, 11 * time.Second, cutover.RolledBack},
		{3, 14 * time.Second, cutover.Promoted},
		{3, 21 * time.Second, cutover.RolledBack},
	} {
		for _, at := range []cutover.StageName{cutover.StageStep, cutover.StageBake, cutover.StageDrain} {
			inBubble(t, fmt.Sprintf("%d looks, %s, %s", test.limit, test.down, at), func(t *testing.T) {
				s := newScene(t, allBlue)
				s.openWork()
				s.order.Health.FailureLimit = test.limit
				s.order.Bake, s.order.Drain = time.Minute, time.Minute
				began := false
				s.onEvent = func(e cutover.Event) {
					if e.Type == cutover.EventStage && e.Stage == at && !began {
						began = true
						time.AfterFunc(4500*time.Millisecond, func() { s.routers[0].SetHealth(traffic.Green, fleet(0, 1)) })
						time.AfterFunc(4500*time.Millisecond+test.down, func() { s.routers[0].SetHealth(traffic.Green, fleet(1, 1)) })
					}
				}
				want := test.want
				if at == cutover.StageDrain {
					want = cutover.Promoted // traffic has moved, and the bake was the judge
				}
				outcome, abort := s.run()
				if outcome.Result != want {
					t.Fatalf("%s: %v", outcome.Result, abort)
				}
			})
		}
	}
}

// TestEnoughInEach: what is enough is one router's own, also for one that was cold.
func TestEnoughInEach(t *testing.T) {
	for _, cold := range []bool{false, true} {
		inBubble(t, fmt.Sprintf("cold %t", cold), func(t *testing.T) {
			s := newScene(t, allBlue, allBlue)
			if cold {
				s.cool(0)
			}
			s.routers[0].SetHealth(traffic.Green, fleet(3, 3))
			s.routers[1].SetHealth(traffic.Green, fleet(8, 8))
			s.order.Bake = time.Minute
			s.onEvent = func(e cutover.Event) {
				if e.Type == cutover.EventStage && e.Stage == cutover.StageStep {
					s.routers[0].SetHealth(traffic.Green, fleet(3, 4))
				}
				if e.Type == cutover.EventStage && e.Stage == cutover.StageBake {
					s.routers[1].SetHealth(traffic.Green, fleet(7, 9))
				}
			}
			outcome, abort := s.run()
			if outcome.Result != cutover.RolledBack || !errors.Is(abort, cutover.ErrUnhealthy) {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			for _, want := range []string{"green in lb-1: not healthy: 7 of 9 targets are healthy", "since the gate held 8 are enough"} {
				if !strings.Contains(abort.Error(), want) {
					t.Errorf("it does not say %q: %v", want, abort)
				}
			}
		})
	}
}

// TestHealthUnknown: what cannot tell health is not asked, and the timetable says
// so.
func TestHealthUnknown(t *testing.T) {
	off := traffic.Facts{HealthUnknown: "health checks are off on tg-green"}
	for _, test := range []struct {
		name   string
		make   func(*scene)
		line   string
		stages []cutover.StageName
	}{
		{
			"one of two", func(s *scene) { s.order.Facts = []traffic.Facts{off} },
			"gates: health of green (not known in lb-0: health checks are off on tg-green), up to 1m", nil,
		},
		{
			"both", func(s *scene) { s.order.Facts = []traffic.Facts{off, off} },
			"gates: the routers are as planned (health of green not known in lb-0: health checks are off on tg-green; " +
				"health of green not known in lb-1: health checks are off on tg-green), up to 1m", nil,
		},
		{
			"no power to read it", func(s *scene) {
				s.order.Routers[0].Router = bare{s.routers[0]}
			},
			"gates: health of green (not known in lb-0: it knows no health), up to 1m", nil,
		},
		{
			"one that would be probed", func(s *scene) { s.cool(0); s.order.Facts = []traffic.Facts{off} },
			"gates: health of green (not known in lb-0: health checks are off on tg-green), up to 1m",
			[]cutover.StageName{cutover.StageGates, cutover.StageStep, cutover.StageStep, cutover.StagePromote, cutover.StageBake, cutover.StageDrain},
		},
		{
			"beside one that is probed", func(s *scene) { s.cool(1); s.order.Facts = []traffic.Facts{off} },
			"gates: the routers are as planned (health of green not known in lb-0: health checks are off on tg-green), up to 1m", nil,
		},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue, allBlue)
			test.make(s)
			s.routers[0].SetHealth(traffic.Green, fleet(0, 2)) // as a router says that knows nothing
			if lines := s.order.Timetable().Lines(); lines[1] != test.line {
				t.Errorf("got  %s\nwant %s", lines[1], test.line)
			}
			if got := s.stages(); test.stages != nil && !slices.Equal(got, test.stages) {
				t.Errorf("stages are %v", got)
			}
			if outcome, abort := s.run(); outcome.Result != cutover.Promoted {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			if slices.Contains(s.routers[0].Calls(), "Health") {
				t.Error("it was asked")
			}
		})
	}
}
