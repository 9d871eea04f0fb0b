package progress_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/progress"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// monitor measures what it is told, the last one for ever.
type monitor struct{ measurements []cutover.Measurement }

func (*monitor) Name() string { return "error_percent" }

func (m *monitor) Measure(context.Context) cutover.Measurement {
	now := m.measurements[0]
	if len(m.measurements) > 1 {
		m.measurements = m.measurements[1:]
	}
	return now
}

// told is all that is said of a cutover from blue to green. Virtual time begins at midnight.
func told(t *testing.T, measurements ...cutover.Measurement) string {
	t.Helper()
	var b strings.Builder
	synctest.Test(t, func(t *testing.T) {
		order := cutover.Order{
			To:      traffic.Green,
			Routers: []traffic.Member{{Name: "lb", Kind: "memory", Router: traffictest.NewMemory(traffic.All(traffic.Blue))}},
			Found:   []traffic.Weights{traffic.All(traffic.Blue)},
			Health:  cutover.HealthRule{MinHealthy: 1, MinPercent: 100, Timeout: time.Minute},
			Steps:   []cutover.Step{{Weight: 10, Pause: 10 * time.Second}},
			Watches: []cutover.Watch{{Monitor: &monitor{measurements}, Interval: 5 * time.Second}},
			Bake:    10 * time.Second,
		}
		lines := progress.New("shop", order.Timetable())
		_, _ = cutover.Run(t.Context(), order, func(e cutover.Event) { b.WriteString(lines.Line(e)) })
	})
	return b.String()
}

func TestPromoted(t *testing.T) {
	t.Parallel()
	got := told(t, cutover.Measurement{Verdict: cutover.Pass, Value: "0.3", Bound: "at most 5"})
	for _, want := range []string{
		"00:00:00Z shop: cutover from blue to green, at most ",
		"00:00:00Z shop: stage 1 of 4, at most ", " left: gates: health of green, ",
		"  health: passed\n",
		"00:00:00Z shop: stage 2 of 4, at most ", " left: step: blue 90, green 10, held for 10s\n",
		"00:00:00Z shop:   blue 90, green 10 in effect at lb\n",
		"00:00:00Z shop:   error_percent 0.3 (at most 5): passed\n",
		"00:00:05Z shop:   error_percent 0.3 (at most 5): passed\n",
		"00:00:10Z shop: stage 3 of 4, at most ", " left: promote: blue 0, green 100\n",
		"00:00:10Z shop: stage 4 of 4, at most ",
		"00:00:20Z shop: done: green has all traffic\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	for line := range strings.Lines(got) {
		if !strings.Contains(line, "Z shop: ") || !strings.HasSuffix(line, "\n") {
			t.Errorf("%q is no whole line", line)
		}
	}
}

func TestRolledBack(t *testing.T) {
	t.Parallel()
	hostile := errors.New("7 is above 5\n\x1b[2J\rshop: done: green has all traffic")
	got := told(t, cutover.Measurement{Verdict: cutover.Pass, Value: "0.3", Bound: "at most 5"}, cutover.Measurement{Verdict: cutover.Fail, Value: "7", Bound: "at most 5", Err: hostile})
	for _, want := range []string{
		"error_percent 7 (at most 5): failed, 7 is above 5",
		"shop: stopped at step: ",
		"  blue 100, green 0 in effect at lb\n",
		"00:00:05Z shop: rolled back: traffic is blue 100, green 0\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "\x1b") || strings.Contains(got, "\r") || strings.Contains(got, "\nshop: done") {
		t.Errorf("what a metric said is not escaped:\n%q", got)
	}
}

func TestNoAnswer(t *testing.T) {
	t.Parallel()
	got := told(t, cutover.Measurement{Verdict: cutover.Inconclusive, Err: errors.New("no data")})
	if want := "error_percent: no answer, no data\n"; !strings.Contains(got, want) {
		t.Errorf("it does not say %q:\n%s", want, got)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	got := ""
	synctest.Test(t, func(t *testing.T) {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		m.SetHealth(traffic.Green, traffic.Health{Total: 1})
		order := cutover.Order{
			To: traffic.Green, Routers: []traffic.Member{{Name: "lb", Kind: "memory", Router: m}},
			Found: []traffic.Weights{traffic.All(traffic.Blue)}, Health: cutover.HealthRule{MinHealthy: 1, Timeout: time.Minute},
		}
		lines := progress.New("shop", order.Timetable())
		_, _ = cutover.Run(t.Context(), order, func(e cutover.Event) { got += lines.Line(e) })
	})
	last := got[strings.LastIndex(strings.TrimSuffix(got, "\n"), "\n")+1:]
	if !strings.HasPrefix(last, "00:01:00Z shop: refused: ") || !strings.Contains(last, "healthy") || !strings.HasSuffix(last, ": traffic is blue 100, green 0\n") {
		t.Errorf("the last line is %q", last)
	}
}
