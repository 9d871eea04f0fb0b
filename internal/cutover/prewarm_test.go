package cutover_test

import (
	"errors"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// reporting is a gate that has more to tell.
type reporting struct{ gate }

func (reporting) Report() string { return "100 requests, 2 failed" }

// TestPrewarm begins when all gates hold, and only for a color without traffic.
func TestPrewarm(t *testing.T) {
	for _, test := range []struct {
		name    string
		found   traffic.Weights
		prewarm cutover.Gate
		gates   []cutover.Gate
		atOnce  bool
		faults  []fault
		want    cutover.Result
		is      error
		begun   bool
	}{
		{name: "holds", found: allBlue, prewarm: openGate("prewarm"), want: cutover.Promoted, begun: true},
		{name: "fails", found: allBlue, prewarm: closedGate("prewarm", errSmoke), want: cutover.Refused, is: errSmoke, begun: true},
		{name: "after a refusal", found: allBlue, prewarm: openGate("prewarm"), gates: []cutover.Gate{closedGate("schema", errSchema)}, want: cutover.Refused, is: errSchema},
		{name: "has traffic already", found: green(10), prewarm: closedGate("prewarm", errSmoke), want: cutover.Promoted},
		{name: "at once", found: allBlue, prewarm: closedGate("prewarm", errSmoke), atOnce: true, want: cutover.Promoted},
		{
			name: "health breaks under it", found: allBlue, prewarm: slowGate("prewarm", time.Minute),
			faults: []fault{always("prewarm", CallHealth, sicken)}, want: cutover.Refused, is: cutover.ErrUnhealthy, begun: true,
		},
		{
			name: "somebody moves traffic meanwhile", found: allBlue, prewarm: slowGate("prewarm", time.Minute),
			faults: []fault{once("prewarm", CallWeights, 1, interfere(green(theirs)))}, want: cutover.Refused, is: traffic.ErrConflict, begun: true,
		},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, test.found)
			s.order.Prewarm, s.order.Gates, s.order.AtOnce, s.faults = test.prewarm, test.gates, test.atOnce, test.faults
			outcome, abort := s.run()
			if outcome.Result != test.want || (abort != nil && !errors.Is(abort, test.is)) {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			begun := false
			for _, e := range s.events {
				begun = begun || e.Stage == cutover.StagePrewarm
			}
			if begun != test.begun {
				t.Errorf("prewarm begun: %t", begun)
			}
		})
	}
}

// TestSafeguards hold for a return at once too.
func TestSafeguards(t *testing.T) {
	for _, atOnce := range []bool{false, true} {
		inBubble(t, map[bool]string{false: "in steps", true: "at once"}[atOnce], func(t *testing.T) {
			s := newScene(t, allBlue)
			s.order.AtOnce, s.order.Safeguards = atOnce, []cutover.Gate{closedGate("schema", errSchema)}
			if outcome, abort := s.run(); outcome.Result != cutover.Refused || !errors.Is(abort, errSchema) {
				t.Errorf("%s: %v", outcome.Result, abort)
			}
		})
	}
}

// TestGateEvents tell what each gate said.
func TestGateEvents(t *testing.T) {
	inBubble(t, "three gates", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.order.Gates = []cutover.Gate{closedGate("schema", errSchema), reporting{openGate("smoke")}}
		s.run()
		told := map[string]cutover.Measurement{}
		for _, e := range s.events {
			if e.Type == cutover.EventGate {
				told[e.Monitor] = e.Measurement
			}
		}
		for name, want := range map[string]cutover.Measurement{
			"health": {Verdict: cutover.Pass},
			"schema": {Verdict: cutover.Fail, Err: errSchema},
			"smoke":  {Verdict: cutover.Pass, Value: "100 requests, 2 failed"},
		} {
			if told[name] != want {
				t.Errorf("%s said %+v, want %+v", name, told[name], want)
			}
		}
	})
}
