package cutover_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

var errTooHigh, errNoData = errors.New("12 is above 5"), errors.New("no data")

// script is a monitor that measures what its letters say: p passes, f fails, i
// is inconclusive, x is no verdict at all, h hangs. The last letter goes on.
type script struct {
	name, letters string
	taken         int
}

func (m *script) Name() string { return m.name }

func (m *script) Measure(ctx context.Context) cutover.Measurement {
	letter := m.letters[min(m.taken, len(m.letters)-1)]
	m.taken++
	switch letter {
	case 'p':
		return cutover.Measurement{Verdict: cutover.Pass, Value: "1 %"}
	case 'f':
		return cutover.Measurement{Verdict: cutover.Fail, Value: "12 %", Err: errTooHigh}
	case 'x':
		return cutover.Measurement{Err: errNoData}
	case 'h':
		<-ctx.Done()
		return cutover.Measurement{Verdict: cutover.Inconclusive, Err: ctx.Err()}
	default:
		return cutover.Measurement{Verdict: cutover.Inconclusive, Err: errNoData}
	}
}

// TestWatchLimits: a default cutover measures three times in each pause and in
// the bake, at an interval of five seconds.
func TestWatchLimits(t *testing.T) {
	for _, test := range []struct {
		name                    string
		letters                 string
		failures, inconclusives int
		want                    cutover.Result
		stage                   cutover.StageName
		taken                   int
		says                    string
		is                      error
	}{
		{name: "passes", letters: "p", want: cutover.Promoted, taken: 9},
		{name: "first fails", letters: "f", want: cutover.RolledBack, stage: "step", taken: 1, says: `metric "error_rate" failed once: 12 is above 5`, is: errTooHigh},
		{name: "second fails", letters: "pf", want: cutover.RolledBack, stage: "step", taken: 2, is: errTooHigh},
		{name: "last of the bake fails", letters: "ppppppppf", want: cutover.RolledBack, stage: "bake", taken: 9, is: errTooHigh},
		{name: "one tolerated", letters: "fp", failures: 1, want: cutover.Promoted, taken: 9},
		{name: "two in a row", letters: "ffp", failures: 1, want: cutover.RolledBack, stage: "step", taken: 2, says: "failed 2 times in a row", is: errTooHigh},
		{name: "a pass resets failures", letters: "fpfpfpfpfpfp", failures: 1, want: cutover.Promoted, taken: 12},
		{name: "failures count on in the next step", letters: "ppffp", failures: 1, want: cutover.RolledBack, stage: "step", taken: 4, is: errTooHigh},
		{name: "no answer", letters: "i", want: cutover.RolledBack, stage: "step", taken: 1, says: `metric "error_rate" gave no answer once: no data`, is: errNoData},
		{name: "no answers tolerated", letters: "iip", inconclusives: 2, want: cutover.Promoted, taken: 9},
		{name: "one too many", letters: "iiip", inconclusives: 2, want: cutover.RolledBack, stage: "step", taken: 3, says: "gave no answer 3 times in a row", is: errNoData},
		{name: "a pass resets them", letters: "iipiipiip", inconclusives: 2, want: cutover.Promoted, taken: 9},
		{name: "a failure is an answer", letters: "ifip", failures: 1, inconclusives: 1, want: cutover.Promoted, taken: 10},
		{name: "no answer forgives no failure", letters: "fif", failures: 1, inconclusives: 3, want: cutover.RolledBack, stage: "step", taken: 3, is: errTooHigh},
		{name: "no verdict is no answer", letters: "xp", inconclusives: 1, want: cutover.Promoted, taken: 9},
		{name: "no verdicts", letters: "x", inconclusives: 1, want: cutover.RolledBack, stage: "step", taken: 2, is: errNoData},
		{name: "hangs once", letters: "hp", inconclusives: 1, want: cutover.Promoted},
		{name: "hangs", letters: "h", inconclusives: 1, want: cutover.RolledBack, stage: "step", taken: 2, is: context.DeadlineExceeded},
		{name: "no answer at the end of a pause", letters: "ppip", inconclusives: 3, want: cutover.Promoted, taken: 10},
		{name: "a failure at the end of the bake", letters: "ppppppppf", failures: 1, want: cutover.RolledBack, stage: "bake", taken: 10, is: errTooHigh},
		{name: "no answer at the end of the bake", letters: "ppppppppi", inconclusives: 3, want: cutover.RolledBack, stage: "bake", taken: 12, is: errNoData},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			monitor := &script{name: "error_rate", letters: test.letters}
			s.order.Watches = []cutover.Watch{{
				Monitor: monitor, Interval: 5 * time.Second, FailureLimit: test.failures, InconclusiveLimit: test.inconclusives,
			}}
			outcome, abort := s.run()
			if outcome.Result != test.want {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			if test.taken > 0 && monitor.taken != test.taken {
				t.Errorf("measured %d times, want %d", monitor.taken, test.taken)
			}
			if abort == nil {
				return
			}
			if abort.Stage != test.stage || !errors.Is(abort.Cause, test.is) || !strings.Contains(abort.Error(), test.says) {
				t.Errorf("stopped at %s: %v", abort.Stage, abort)
			}
		})
	}
}

// TestPausesWithoutLength measure once each, and no weight follows upon silence.
func TestPausesWithoutLength(t *testing.T) {
	for _, test := range []struct {
		letters string
		want    cutover.Result
		taken   int
	}{
		{"p", cutover.Promoted, 2},
		{"iip", cutover.Promoted, 4},
		{"piip", cutover.Promoted, 4},
		{"iiii", cutover.RolledBack, 4},
	} {
		inBubble(t, test.letters, func(t *testing.T) {
			s := newScene(t, allBlue)
			s.order.Steps, s.order.Bake = []cutover.Step{{Weight: 10}, {Weight: 50}}, 0
			monitor := &script{name: "error_rate", letters: test.letters}
			s.order.Watches = []cutover.Watch{{Monitor: monitor, Interval: time.Second, InconclusiveLimit: 3}}
			answered := false
			s.onEvent = func(e cutover.Event) {
				if e.Type == cutover.EventMeasured && e.Monitor == monitor.name {
					answered = e.Measurement.Verdict == cutover.Pass
				}
				if e.Type == cutover.EventStage && s.place != "gates" && s.place != "step 10" && !answered {
					t.Errorf("%s began upon no answer", s.place)
				}
			}
			if outcome, abort := s.run(); outcome.Result != test.want || monitor.taken != test.taken {
				t.Errorf("%s after %d: %v", outcome.Result, monitor.taken, abort)
			}
		})
	}
}

// TestWatchesTogether: one that fails ends the others, and alone is the cause.
func TestWatchesTogether(t *testing.T) {
	for _, test := range []struct {
		name    string
		letters [2]string
		says    []string
		not     string
	}{
		{"the first", [2]string{"f", "h"}, []string{`metric "one" failed once`}, "two"},
		{"the second", [2]string{"h", "pf"}, []string{`metric "two" failed once`}, "one"},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			for i, name := range []string{"one", "two"} {
				s.order.Watches = append(s.order.Watches, cutover.Watch{
					Monitor: &script{name: name, letters: test.letters[i]}, Interval: 5 * time.Second, InconclusiveLimit: 5,
				})
			}
			outcome, abort := s.run()
			if outcome.Result != cutover.RolledBack {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			for _, text := range test.says {
				if !strings.Contains(abort.Error(), text) {
					t.Errorf("error %q does not say %q", abort, text)
				}
			}
			if strings.Contains(abort.Error(), test.not+" ") {
				t.Errorf("error %q tells of %q", abort, test.not)
			}
		})
	}
}

// TestInterruptedMeasurement: what is cut off by Ctrl-C is no failure of the metric.
func TestInterruptedMeasurement(t *testing.T) {
	inBubble(t, "interrupt", func(t *testing.T) {
		s := newScene(t, allBlue)
		s.order.Watches = []cutover.Watch{{Monitor: &script{name: "error_rate", letters: "h"}, Interval: time.Second}}
		s.faults = []fault{once("step 10", CallHealth, 2, interrupt)}
		outcome, abort := s.run()
		if outcome.Result != cutover.RolledBack || !errors.Is(abort, context.Canceled) || strings.Contains(abort.Error(), "error_rate") {
			t.Errorf("%s: %v", outcome.Result, abort)
		}
	})
}

// TestAtOnceWatchesNothing: neither steps nor a bake, so nothing to measure in.
func TestAtOnceWatchesNothing(t *testing.T) {
	inBubble(t, "at once", func(t *testing.T) {
		s := newScene(t, allBlue)
		monitor := &script{name: "error_rate", letters: "f"}
		s.order.AtOnce, s.order.Watches = true, []cutover.Watch{{Monitor: monitor, Interval: time.Second}}
		outcome, abort := s.run()
		if outcome.Result != cutover.Promoted || monitor.taken != 0 || len(s.routers[0].Journal()) != 2 {
			t.Errorf("%s: %v, journal %v", outcome.Result, abort, s.routers[0].Journal())
		}
	})
}

// TestIntervalOfZero does not spin.
func TestIntervalOfZero(t *testing.T) {
	inBubble(t, "zero", func(t *testing.T) {
		s := newScene(t, allBlue)
		monitor := &script{name: "error_rate", letters: "p"}
		s.order.Watches = []cutover.Watch{{Monitor: monitor}}
		if outcome, abort := s.run(); outcome.Result != cutover.Promoted || monitor.taken > 200 {
			t.Errorf("%s after %d measurements: %v", outcome.Result, monitor.taken, abort)
		}
	})
}

// TestPatienceEnds: a watch that tolerates more than any plan could wait for
// looks on for so long as the timetable says, and no longer.
func TestPatienceEnds(t *testing.T) {
	const many = 1_000_000
	for _, test := range []struct {
		letters                 string
		failures, inconclusives int
		want                    cutover.Result
		says                    string
	}{
		{"pppi", 0, many, cutover.RolledBack, `metric "error_rate" still did not pass after 1m20s of looking on: no data`},
		{"pppf", many, 0, cutover.RolledBack, `metric "error_rate" still did not pass after 1m20s of looking on: 12 is above 5`},
		{"ppp" + strings.Repeat("i", 14) + "p", 0, many, cutover.Promoted, ""},
		{"ppp" + strings.Repeat("if", 10) + "p", many, many, cutover.Promoted, ""},
		{"ppph", 0, many, cutover.RolledBack, `metric "error_rate" still did not pass after 1m20s of looking on: context deadline exceeded`},
	} {
		inBubble(t, test.letters, func(t *testing.T) {
			s := newScene(t, allBlue)
			s.order.Watches = []cutover.Watch{{
				Monitor: &script{name: "error_rate", letters: test.letters}, Interval: 5 * time.Second,
				FailureLimit: test.failures, InconclusiveLimit: test.inconclusives,
			}}
			outcome, abort := s.run()
			if outcome.Result != test.want || (abort != nil && !strings.Contains(abort.Error(), test.says)) {
				t.Errorf("%s: %v", outcome.Result, abort)
			}
		})
	}
}

// comparison is a monitor that has another one for the bake.
type comparison struct {
	*script
	alone *script
}

func (c comparison) Alone() cutover.Monitor { return c.alone }

// TestComparison: in the bake there is nothing to compare with, and only then.
func TestComparison(t *testing.T) {
	for _, test := range []struct {
		name                  string
		comparing, alone      string
		want                  cutover.Result
		comparisons, measured int
	}{
		{"no answer once the other has no traffic", "ppppppi", "p", cutover.Promoted, 6, 3},
		{"worse than the other", "pf", "p", cutover.RolledBack, 2, 0},
		{"bad in the bake", "p", "pf", cutover.RolledBack, 6, 2},
	} {
		inBubble(t, test.name, func(t *testing.T) {
			s := newScene(t, allBlue)
			c := comparison{&script{name: "error_rate", letters: test.comparing}, &script{name: "error_rate", letters: test.alone}}
			s.order.Watches = []cutover.Watch{{Monitor: c, Interval: 5 * time.Second}}
			outcome, abort := s.run()
			if outcome.Result != test.want || c.taken != test.comparisons || c.alone.taken != test.measured {
				t.Errorf("%s after %d comparisons and %d measurements alone: %v", outcome.Result, c.taken, c.alone.taken, abort)
			}
		})
	}
}
