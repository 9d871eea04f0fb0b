package main

import (
	"errors"
	"fmt"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

// window holds the totals of the last few moments.
type window struct {
	past []load.Totals
}

func newWindow(n int, first load.Totals) *window {
	w := &window{}
	for range n {
		w.past = append(w.past, first)
	}
	return w
}

// recent returns what was counted since the oldest moment, and adds a moment.
func (w *window) recent(now load.Totals) load.Totals {
	oldest := w.past[0]
	w.past = append(w.past[1:], now)
	return since(oldest, now)
}

// since is what was counted between two moments.
func since(before, after load.Totals) load.Totals {
	d := load.Totals{
		Requests: after.Requests - before.Requests, Failures: after.Failures - before.Failures,
		Colors: map[string]int64{}, Statuses: map[int]int64{}, Slowest: after.Slowest,
	}
	for color, n := range after.Colors {
		d.Colors[color] = n - before.Colors[color]
	}
	for status, n := range after.Statuses {
		d.Statuses[status] = n - before.Statuses[status]
	}
	return d
}

// table prints what was done, and what it cost: nothing, or the demo fails.
func (p *play) table(totals load.Totals) {
	p.screen.say("")
	t := tabwriter.NewWriter(p.screen.out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "CUTOVER\tRESULT\tAPPLY TOOK\tREQUESTS\tBLUE\tGREEN\tFAILED")
	for _, a := range p.acts {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\t%d\t%d\n", a.name, a.result, a.took.Round(100*time.Millisecond),
			a.totals.Requests, a.totals.Colors["blue"], a.totals.Colors["green"], a.totals.Failures)
	}
	fmt.Fprintf(t, "all, and between\t\t\t%d\t%d\t%d\t%d\n", totals.Requests, totals.Colors["blue"], totals.Colors["green"], totals.Failures)
	_ = t.Flush()
	for _, a := range p.acts {
		if a.caught > 0 {
			least := failureLimit * interval
			p.screen.say("\n%s: %d of %d requests in that time met the error. From the first bad measurement to the weights restored: %s,\n"+
				"%.2f times the %s that %d tolerated failure at an interval of %s take.", a.name, a.totals.Failures, a.totals.Requests,
				a.caught.Round(time.Millisecond), float64(a.caught)/float64(least), least, failureLimit, interval)
		}
	}
}

// verdict fails the demo when a request was lost that no release broke, or
// there were none.
func (p *play) verdict(totals load.Totals) error {
	failures := totals.Failures
	for _, a := range p.acts {
		if a.result == rolledBack {
			failures -= a.totals.Statuses[http.StatusInternalServerError] // the release's own
		}
	}
	if failures > 0 {
		return fmt.Errorf("%d of %d requests failed: %v", failures, totals.Requests, totals.Errors)
	}
	if totals.Colors["blue"] == 0 || totals.Colors["green"] == 0 {
		return errors.New("one of the colors answered no request at all")
	}
	return nil
}
