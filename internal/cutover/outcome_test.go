package cutover_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

func TestWhere(t *testing.T) {
	eu, us := cutover.Position{Member: "eu", Weights: allBlue, Known: true}, cutover.Position{Member: "us", Weights: allBlue, Known: true}
	moved := cutover.Position{Member: "us", Weights: green(10), Known: true}
	silent := cutover.Position{Member: "us", Weights: allBlue}
	for _, test := range []struct {
		traffic []cutover.Position
		want    string
	}{
		{nil, ""},
		{[]cutover.Position{eu}, "blue 100, green 0"},
		{[]cutover.Position{eu, us}, "blue 100, green 0"},
		{[]cutover.Position{eu, moved}, "blue 100, green 0 in eu; blue 90, green 10 in us"},
		{[]cutover.Position{eu, silent}, "blue 100, green 0 in eu; not known in us"},
		{[]cutover.Position{silent, eu}, "not known in us; blue 100, green 0 in eu"},
		{[]cutover.Position{silent}, "not known in us"},
	} {
		if got := (cutover.Outcome{Traffic: test.traffic}).Where(); got != test.want {
			t.Errorf("Where = %q, want %q", got, test.want)
		}
	}
}

func TestAbortError(t *testing.T) {
	cause, rollback := errors.New("p99 failed once"), errors.New("eu: no answer")
	outcome := cutover.Outcome{Result: cutover.RollbackFailed, Traffic: []cutover.Position{{Member: "eu"}}}
	both := &cutover.AbortError{Outcome: outcome, Stage: cutover.StageBake, Cause: cause, Rollback: rollback}
	if want := "cutover: rollback_failed at bake: p99 failed once; rollback: eu: no answer; traffic now: not known in eu"; both.Error() != want {
		t.Errorf("got  %s\nwant %s", both, want)
	}
	if !errors.Is(both, cause) || !errors.Is(both, rollback) {
		t.Error("an error is lost")
	}
	one := &cutover.AbortError{Outcome: outcome, Stage: cutover.StageGates, Cause: cause}
	if !errors.Is(one, cause) || errors.Is(one, rollback) || len(one.Unwrap()) != 1 {
		t.Errorf("Unwrap = %v", one.Unwrap())
	}
}

// brief is an event in a line.
func brief(e cutover.Event) string {
	text := string(e.Type)
	switch e.Type {
	case cutover.EventStage:
		text += fmt.Sprintf(" %s %d hold %s", e.Stage, e.Weights.Green, cutover.Text(e.Hold))
	case cutover.EventWeights:
		text += fmt.Sprintf(" %s %s %d", e.Stage, e.Member, e.Weights.Green)
	case cutover.EventGate:
		text += fmt.Sprintf(" %s %s", e.Monitor, e.Measurement.Verdict)
	case cutover.EventMeasured:
		text += fmt.Sprintf(" %s %s %s", e.Stage, e.Monitor, e.Measurement.Verdict)
	case cutover.EventRollback:
		text += fmt.Sprintf(" from %s", e.Stage)
	case cutover.EventEnded:
		text += fmt.Sprintf(" %s", e.Result)
	}
	return text
}

// TestEvents tells two stories in whole.
func TestEvents(t *testing.T) {
	for _, test := range []struct {
		name   string
		faults []fault
		want   []string
	}{
		{"promoted", nil, []string{
			"0s started",
			"0s stage gates 0 hold 0s",
			"0s gate health pass",
			"0s stage step 10 hold 10s",
			"0s weights step lb-0 10",
			"0s measured step health pass",
			"5s measured step health pass",
			"10s measured step health pass",
			"10s stage promote 100 hold 0s",
			"10s weights promote lb-0 100",
			"10s stage bake 100 hold 5s",
			"10s measured bake health pass",
			"15s measured bake health pass",
			"15s stage drain 0 hold 10s",
			"15s ended promoted",
		}},
		{"rolled back", []fault{once("bake", CallHealth, 1, sicken)}, []string{
			"0s started",
			"0s stage gates 0 hold 0s",
			"0s gate health pass",
			"0s stage step 10 hold 10s",
			"0s weights step lb-0 10",
			"0s measured step health pass",
			"5s measured step health pass",
			"10s measured step health pass",
			"10s stage promote 100 hold 0s",
			"10s weights promote lb-0 100",
			"10s stage bake 100 hold 5s",
			"10s measured bake health fail",
			"10s rollback from bake",
			"10s weights rollback lb-0 0",
			"10s ended rolled_back",
		}},
		{"refused", []fault{once("gates", CallHealth, 1, sicken)}, []string{
			"0s started",
			"0s stage gates 0 hold 0s",
			"1m gate health fail",
			"1m ended refused",
		}},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			s.order.Steps, s.order.Bake, s.faults = s.order.Steps[:1], 5*time.Second, test.faults
			began := time.Now()
			s.run()
			var got []string
			for _, e := range s.events {
				got = append(got, cutover.Text(e.Time.Sub(began))+" "+brief(e))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("events\n%q\nwant\n%q", got, test.want)
			}
		})
	}
}

// TestNobodyListens: events are no duty.
func TestNobodyListens(t *testing.T) {
	inBubble(t, "nil", func(t *testing.T) {
		s := newScene(t, allBlue)
		for _, m := range s.routers {
			m.Before, m.After, m.Land = nil, nil, nil
		}
		outcome, err := cutover.Run(s.ctx, s.order, nil)
		if err != nil || outcome.Where() != traffic.All(traffic.Green).String() {
			t.Errorf("%s: %v", outcome.Where(), err)
		}
	})
}
