package cutover_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// order is a cutover to green over routers found with these weights, with a
// health gate of five minutes and nothing else.
func order(found ...traffic.Weights) cutover.Order {
	o := cutover.Order{To: traffic.Green, Found: found, Health: cutover.HealthRule{Timeout: 5 * time.Minute}}
	for _, name := range []string{"eu", "us", "ap"}[:len(found)] {
		o.Routers = append(o.Routers, traffic.Member{Name: name, Router: traffictest.NewMemory(allBlue)})
	}
	return o
}

// steps are as most people begin.
var steps = []cutover.Step{{Weight: 10, Pause: 5 * time.Minute}, {Weight: 50, Pause: 90 * time.Second}}

func TestTimetable(t *testing.T) {
	for _, test := range []struct {
		name  string
		order func() cutover.Order
		want  []string
		total time.Duration
	}{
		{
			"nothing to do", func() cutover.Order { return order(allGreen, allGreen) }, nil, 0,
		},
		{
			"nothing to move, but to keep", func() cutover.Order {
				o := order(allGreen)
				o.Steps, o.NotPersisted = steps, "a restart would undo it"
				return o
			},
			[]string{
				"found: blue 0, green 100; a restart would undo it",
				"gates: health of green, up to 5m",
				"promote: blue 0, green 100",
				"total: at most 6m",
			},
			6 * time.Minute,
		},
		{
			"no routers", func() cutover.Order { return order() }, nil, 0,
		},
		{
			"straight", func() cutover.Order { return order(allBlue) },
			[]string{
				"found: blue 100, green 0",
				"gates: health of green, up to 5m",
				"promote: blue 0, green 100",
				"total: at most 6m",
			},
			6 * time.Minute,
		},
		{
			"whole", func() cutover.Order {
				o := order(allBlue, allBlue)
				o.Gates = []cutover.Gate{openGate("schema"), slowGate("prewarm", 0)}
				o.Steps, o.Bake, o.Drain = steps, 5*time.Minute, time.Minute
				o.Watches = []cutover.Watch{{Monitor: &script{name: "errors"}, Interval: 10 * time.Second}, {Monitor: &script{name: "p99"}}}
				return o
			},
			[]string{
				"found: blue 100, green 0",
				"gates: health of green, schema, prewarm, up to 1h",
				"step: blue 90, green 10, held for 5m",
				"step: blue 50, green 50, held for 1m30s",
				"promote: blue 0, green 100",
				"bake: watch blue 0, green 100 for 5m",
				"drain: open work on blue, up to 1m",
				"analysis: errors, p99, every 10s while a weight is held",
				"total: at most 1h17m45s",
			},
			77*time.Minute + 45*time.Second,
		},
		{
			"steps without a pause", func() cutover.Order {
				o := order(allBlue)
				o.Steps = []cutover.Step{{Weight: 50}}
				return o
			},
			[]string{
				"found: blue 100, green 0",
				"gates: health of green, up to 5m",
				"step: blue 50, green 50, not held",
				"promote: blue 0, green 100",
				"total: at most 7m45s",
			},
			7*time.Minute + 45*time.Second,
		},
		{
			"back to blue", func() cutover.Order {
				o := order(allGreen)
				o.To, o.Steps = traffic.Blue, steps[:1]
				return o
			},
			[]string{
				"found: blue 0, green 100",
				"gates: health of blue, up to 5m",
				"step: blue 10, green 90, held for 5m",
				"promote: blue 100, green 0",
				"total: at most 12m45s",
			},
			12*time.Minute + 45*time.Second,
		},
		{
			"at once", func() cutover.Order {
				o := order(allBlue)
				o.Gates = []cutover.Gate{openGate("schema")}
				o.Steps, o.Bake, o.Drain, o.AtOnce = steps, 5*time.Minute, time.Minute, true
				return o
			},
			[]string{
				"found: blue 100, green 0",
				"gates: health of green only, up to 5m, since green was active a short while ago",
				"promote: blue 0, green 100",
				"drain: open work on blue, up to 1m",
				"total: at most 7m",
			},
			7 * time.Minute,
		},
		{
			"resumed at a step, whose pause was not whole", func() cutover.Order {
				o := order(green(10))
				o.Steps = steps
				return o
			},
			[]string{
				"found: blue 90, green 10",
				"gates: health of green, up to 5m",
				"step: blue 90, green 10, held for 5m",
				"step: blue 50, green 50, held for 1m30s",
				"promote: blue 0, green 100",
				"total: at most 16m",
			},
			16 * time.Minute,
		},
		{
			"resumed beyond the steps", func() cutover.Order {
				o := order(green(51))
				o.Steps = steps
				return o
			},
			[]string{
				"found: blue 49, green 51",
				"gates: health of green, up to 5m",
				"promote: blue 0, green 100",
				"total: at most 6m",
			},
			6 * time.Minute,
		},
		{
			"the router furthest behind counts", func() cutover.Order {
				o := order(green(50), green(10), allGreen)
				o.Steps = steps
				return o
			},
			[]string{
				"found: blue 50, green 50 in eu; blue 90, green 10 in us; blue 0, green 100 in ap",
				"gates: health of green, up to 5m",
				"step: blue 90, green 10, held for 5m",
				"step: blue 50, green 50, held for 1m30s",
				"promote: blue 0, green 100",
				"total: at most 16m",
			},
			16 * time.Minute,
		},
		{
			"clients stay longer than the drain", func() cutover.Order {
				o := order(allBlue)
				o.Drain, o.Facts = time.Minute, []traffic.Facts{{StickyFor: 24 * time.Hour}}
				return o
			},
			[]string{
				"found: blue 100, green 0",
				"gates: health of green, up to 5m",
				"promote: blue 0, green 100",
				"drain: up to 24h, since sticky clients may stay on blue for up to 24h",
				"total: at most 24h6m",
			},
			24*time.Hour + 6*time.Minute,
		},
		{
			"clients stay for less", func() cutover.Order {
				o := order(allBlue)
				o.Drain, o.Facts = time.Minute, []traffic.Facts{{StickyFor: 10 * time.Second}}
				return o
			},
			[]string{
				"found: blue 100, green 0",
				"gates: health of green, up to 5m",
				"promote: blue 0, green 100",
				"drain: open work on blue, up to 1m",
				"total: at most 7m",
			},
			7 * time.Minute,
		},
		{
			"clients stay and nobody waits", func() cutover.Order {
				o := order(allBlue)
				o.Facts = []traffic.Facts{{StickyFor: time.Hour}}
				return o
			},
			[]string{
				"found: blue 100, green 0",
				"gates: health of green, up to 5m",
				"promote: blue 0, green 100",
				"drain: not waited for, although sticky clients may stay on blue for up to 1h",
				"total: at most 6m",
			},
			6 * time.Minute,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			table := test.order().Timetable()
			if got := table.Lines(); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
			if table.Total() != test.total {
				t.Errorf("total %s, want %s", table.Total(), test.total)
			}
		})
	}
}

func TestText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                               "0s",
		250 * time.Millisecond:          "250ms",
		time.Second:                     "1s",
		10 * time.Second:                "10s",
		time.Minute:                     "1m",
		10 * time.Minute:                "10m",
		90 * time.Second:                "1m30s",
		time.Hour:                       "1h",
		20 * time.Hour:                  "20h",
		time.Hour + 10*time.Minute:      "1h10m",
		time.Hour + 10*time.Second:      "1h0m10s",
		100*time.Hour + 100*time.Second: "100h1m40s",
		-5 * time.Minute:                "-5m",
	} {
		if got := cutover.Text(d); got != want {
			t.Errorf("Text(%v) = %q, want %q", d, got, want)
		}
	}
}
