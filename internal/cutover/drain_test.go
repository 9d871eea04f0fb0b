package cutover_test

import (
	"slices"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestDrain opens work on blue, closes it after a while, and tells the virtual
// time that the drain took.
func TestDrain(t *testing.T) {
	const (
		drain   = 10 * time.Second
		forever = 0
	)
	warning := []string{"3 requests or connections were still open on blue after a drain of 10s"}
	for _, test := range []struct {
		name        string
		open        int           // requests on blue
		closed      time.Duration // when they end
		drain       time.Duration
		stickyFor   time.Duration
		faults      []fault
		uncountable bool
		least, most time.Duration
		warnings    []string
	}{
		{name: "nothing open", drain: drain},
		{name: "ends early", open: 3, closed: 4 * time.Second, drain: drain, least: 4 * time.Second, most: 9 * time.Second},
		{name: "ends late", open: 3, closed: 11 * time.Second, drain: drain, least: drain, most: drain, warnings: warning},
		{name: "never ends", open: 3, closed: forever, drain: drain, least: drain, most: drain, warnings: warning},
		{name: "cannot be counted", open: 3, uncountable: true, drain: drain, least: drain, most: drain},
		{name: "not counted once", faults: []fault{once("drain", CallInFlight, 1, refuse)}, drain: drain, least: 1, most: time.Second},
		{name: "never counted", faults: []fault{always("drain", CallInFlight, refuse)}, drain: drain, least: drain, most: drain},
		{
			name: "counted once only", open: 3, faults: []fault{from("drain", CallInFlight, 2, refuse)},
			drain: drain, least: drain, most: drain, warnings: warning,
		},
		{
			name: "last look cut off", open: 3, faults: []fault{from("drain", CallInFlight, 2, hang)},
			drain: drain, least: drain, most: drain, warnings: warning,
		},
		{name: "a look hangs", faults: []fault{once("drain", CallInFlight, 1, hang)}, drain: time.Minute, least: 30 * time.Second, most: 40 * time.Second},
		{name: "clients stay longer", drain: drain, stickyFor: 30 * time.Second, least: 30 * time.Second, most: 30 * time.Second},
		{name: "clients stay for less", drain: drain, stickyFor: 5 * time.Second, least: 5 * time.Second, most: drain},
		{name: "clients stay and work", open: 3, closed: 6 * time.Second, drain: time.Minute, stickyFor: 5 * time.Second, least: 6 * time.Second, most: 12 * time.Second},
		{name: "no drain", open: 3, closed: forever},
		{name: "no drain although clients stay", open: 3, stickyFor: time.Hour},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			s.order.Drain, s.order.Facts, s.faults = test.drain, []traffic.Facts{{}, {StickyFor: test.stickyFor}}, test.faults
			if test.uncountable {
				s.order.Routers[0].Router = bare{s.routers[0]}
			}
			s.routers[0].SetInFlight(traffic.Blue, test.open)
			var began time.Time
			s.onEvent = func(e cutover.Event) {
				if e.Stage == cutover.StageBake && e.Type == cutover.EventMeasured {
					began = e.Time // the last of these
				}
				if e.Stage == cutover.StageDrain && test.closed != forever {
					time.AfterFunc(test.closed, func() { s.routers[0].SetInFlight(traffic.Blue, 0) })
				}
			}
			outcome, abort := s.run()
			if outcome.Result != cutover.Promoted {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			if took := outcome.Finished.Sub(began); took < test.least || took > test.most {
				t.Errorf("drained for %s, want %s to %s", took, test.least, test.most)
			}
			if !slices.Equal(outcome.Warnings, test.warnings) {
				t.Errorf("warnings = %q, want %q", outcome.Warnings, test.warnings)
			}
		})
	}
}

// TestDrainOfSeveral adds up what every router counts, and needs all of them to.
func TestDrainOfSeveral(t *testing.T) {
	for _, test := range []struct {
		name     string
		open     [2]int
		bare     bool // the second router cannot count
		warnings []string
	}{
		{name: "none", open: [2]int{0, 0}},
		{name: "both", open: [2]int{1, 2}, warnings: []string{"3 requests or connections were still open on blue after a drain of 10s"}},
		{name: "one", open: [2]int{0, 1}, warnings: []string{"1 requests or connections were still open on blue after a drain of 10s"}},
		{name: "one cannot count", open: [2]int{0, 1}, bare: true},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue, allBlue)
			for i, n := range test.open {
				s.routers[i].SetInFlight(traffic.Blue, n)
			}
			if test.bare {
				s.order.Routers[1].Router = bare{s.routers[1]}
			}
			outcome, _ := s.run()
			if outcome.Result != cutover.Promoted || !slices.Equal(outcome.Warnings, test.warnings) {
				t.Errorf("%s, warnings = %q", outcome.Result, outcome.Warnings)
			}
		})
	}
}
