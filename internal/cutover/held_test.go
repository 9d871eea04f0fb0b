package cutover_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestHolds: a watch that holds leaves the weights for people to decide, unless
// anything else is wrong as well.
func TestHolds(t *testing.T) {
	for _, test := range []struct {
		name    string
		letters [2]string // of a watch that holds, and of one that does not
		faults  []fault
		want    cutover.Result
		stage   cutover.StageName
		left    int
	}{
		{"in the first step", [2]string{"f", "p"}, nil, cutover.Held, cutover.StageStep, 10},
		{"in the second", [2]string{"pppf", "p"}, nil, cutover.Held, cutover.StageStep, 50},
		{"in the bake", [2]string{"ppppppf", "p"}, nil, cutover.Held, cutover.StageBake, 100},
		{"without an answer", [2]string{"i", "p"}, nil, cutover.Held, cutover.StageStep, 10},
		{"the other fails", [2]string{"p", "f"}, nil, cutover.RolledBack, cutover.StageStep, 0},
		{"the other fails later", [2]string{"p", "ppppf"}, nil, cutover.RolledBack, cutover.StageStep, 0},
		{"health fails", [2]string{"p", "p"}, []fault{once("step 50", CallHealth, 2, sicken)}, cutover.RolledBack, cutover.StageStep, 0},
		{"interrupted", [2]string{"p", "p"}, []fault{once("step 50", CallHealth, 2, interrupt)}, cutover.RolledBack, cutover.StageStep, 0},
		{"a movement fails", [2]string{"p", "p"}, []fault{once("promote", CallSetWeights, 1, refuse)}, cutover.RolledBack, cutover.StagePromote, 0},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			for i, name := range []string{"holding", "strict"} {
				s.order.Watches = append(s.order.Watches, cutover.Watch{
					Monitor: &script{name: name, letters: test.letters[i]}, Interval: 5 * time.Second, Holds: i == 0,
				})
			}
			s.faults = test.faults
			outcome, abort := s.run()
			if outcome.Result != test.want || abort.Stage != test.stage {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			if live := s.routers[0].Live(); live != green(test.left) {
				t.Errorf("traffic is at %s", live)
			}
		})
	}
}

// TestHeldWhileARouterIsRead: the watch that holds cuts off the look at the
// routers that is under way. Where traffic is held is known all the same.
func TestHeldWhileARouterIsRead(t *testing.T) {
	inBubble(t, "two routers", func(t *testing.T) {
		s := newScene(t, allBlue, allBlue)
		s.order.Watches = []cutover.Watch{{
			Monitor: &script{name: "holding", letters: "pf"}, Interval: 6 * time.Second, Holds: true,
		}}
		s.faults = []fault{{0, "step 10", CallWeights, 3, 3, hang}} // the look after five seconds
		outcome, abort := s.run()
		if outcome.Result != cutover.Held || s.hit[0] != 1 {
			t.Fatalf("%s: %v", outcome.Result, abort)
		}
		if where := outcome.Where(); where != green(10).String() {
			t.Errorf("traffic is held at %q", where)
		}
	})
}

// TestWatchError shows what the watch saw, the last readings only.
func TestWatchError(t *testing.T) {
	inBubble(t, "readings", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.order.Watches = []cutover.Watch{{Monitor: &script{name: "error_rate", letters: "pppppppf"}, Interval: 5 * time.Second}}
		_, abort := s.run()
		var watch *cutover.WatchError
		if !errors.As(abort, &watch) || !errors.Is(watch, errTooHigh) {
			t.Fatalf("error %v", abort)
		}
		if watch.Monitor != "error_rate" || watch.Holds || !strings.Contains(watch.Error(), `metric "error_rate" failed once: 12 is above 5`) {
			t.Errorf("error %+v", watch)
		}
		if len(watch.Readings) > 8 || len(watch.Readings) < 2 {
			t.Fatalf("%d readings", len(watch.Readings))
		}
		last := watch.Readings[len(watch.Readings)-1]
		if last.Verdict != cutover.Fail || last.Value != "12 %" || last.Stage != cutover.StageBake {
			t.Errorf("last reading %+v", last)
		}
		for i, r := range watch.Readings[1:] {
			if r.Time.Before(watch.Readings[i].Time) {
				t.Errorf("readings are not in their order: %+v", watch.Readings)
			}
		}
	})
}

// TestDryRun measures, tells, and changes nothing.
func TestDryRun(t *testing.T) {
	for _, letters := range []string{"f", "i", "x", "fi"} {
		inBubble(t, letters, func(t *testing.T) {
			s := newScene(t, allBlue)
			monitor := &script{name: "error_rate", letters: letters}
			s.order.Watches = []cutover.Watch{{Monitor: monitor, Interval: 5 * time.Second, DryRun: true}}
			told := 0
			s.onEvent = func(e cutover.Event) {
				if e.Type == cutover.EventMeasured && e.Monitor == monitor.name {
					told++
				}
			}
			if outcome, abort := s.run(); outcome.Result != cutover.Promoted || told != 9 {
				t.Errorf("%s after %d measurements: %v", outcome.Result, told, abort)
			}
		})
	}
}

// TestDelay leaves a metric its time to see the new weight; a hold that is
// shorter ends with a measurement all the same.
func TestDelay(t *testing.T) {
	for _, test := range []struct {
		name  string
		delay time.Duration
		taken int // in two pauses and a bake of ten seconds
	}{
		{"none", 0, 9},
		{"some", 4 * time.Second, 9}, // at 4, 9 and 10 seconds
		{"half", 5 * time.Second, 6},
		{"whole", 10 * time.Second, 3},
		{"longer than the pause", time.Hour, 3},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			monitor := &script{name: "error_rate", letters: "p"}
			s.order.Watches = []cutover.Watch{{Monitor: monitor, Interval: 5 * time.Second, Delay: test.delay}}
			if outcome, abort := s.run(); outcome.Result != cutover.Promoted || monitor.taken != test.taken {
				t.Errorf("%s after %d measurements: %v", outcome.Result, monitor.taken, abort)
			}
		})
	}
}
