// Package windowgate is the gate that opens at certain times of the week, and
// stays shut in certain periods.
//
// It goes by the clock on the wall of a time zone: when clocks are put
// forward, what is on the skipped hour does not happen, and when they are put
// back, it happens twice.
package windowgate

import (
	"context"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // where Terraform runs there may be no time zones: a container of CI, Windows

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "windowgate"

const (
	// limit is how long a look at the clock may take.
	limit = time.Second
	// horizon is how far ahead the next opening is looked for, denied periods
	// not counted.
	horizon = 60 * 24 * time.Hour
)

// ErrConfig reports arguments that make no gate.
var ErrConfig = pkg.New("invalid argument")

// Kind returns the kind window.
func Kind() block.Kind[check.Check] { return block.New("window", attribute(), open) }

// window is one opened block.
type window struct {
	zone  *time.Location
	allow []weekly // none: always
	deny  []period
	whole bool // a cutover ends within it too
}

var _ cutover.Hours = window{}

// weekly is a time of some days.
type weekly struct {
	days     [7]bool // by time.Weekday
	from, to int     // minutes of the day; to is excluded, and on the next day unless it is later
}

// period is a time of the calendar, as the wall's clock has it: both are in
// UTC, and mean the zone. To is excluded.
type period struct{ from, to time.Time }

// Limit implements check.Check.
func (window) Limit() time.Duration { return limit }

// Run implements check.Check.
func (w window) Run(context.Context, check.Subject) error { return w.at(time.Now()) }

// at returns nil when the gate is open at an instant.
func (w window) at(now time.Time) error {
	if w.open(now) {
		return nil
	}
	const form = "Mon 2006-01-02 15:04 MST"
	now = now.In(w.zone)
	next, ok := w.next(now)
	if !ok {
		return fmt.Errorf("%w: it is %s, and no window opens within %d days", check.ErrFailed, now.Format(form), int(horizon.Hours()/24))
	}
	return fmt.Errorf("%w: it is %s, and the next window opens at %s, in %s",
		check.ErrFailed, now.Format(form), next.Format(form), until(next.Sub(now)))
}

// Whole implements cutover.Hours.
func (w window) Whole() bool { return w.whole }

// Opens implements cutover.Hours.
func (w window) Opens(t time.Time) (time.Time, bool) {
	if t = t.In(w.zone); w.open(t) {
		return t, true
	}
	return w.next(t)
}

// Shuts implements cutover.Hours. Windows open and shut at whole minutes.
func (w window) Shuts(from, until time.Time) (time.Time, bool) {
	for t := from.In(w.zone); t.Before(until); t = t.Truncate(time.Minute).Add(time.Minute) {
		if !w.open(t) {
			return t, true
		}
	}
	return time.Time{}, false
}

func (w window) open(t time.Time) bool {
	wall := wallOf(t.In(w.zone))
	for _, p := range w.deny {
		if p.has(wall) {
			return false
		}
	}
	for _, a := range w.allow {
		if a.has(wall) {
			return true
		}
	}
	return len(w.allow) == 0
}

// wallOf is the clock on the wall, as a time that knows no zones.
func wallOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

func (p period) has(wall time.Time) bool { return !wall.Before(p.from) && wall.Before(p.to) }

func (a weekly) has(wall time.Time) bool {
	minute := wall.Hour()*60 + wall.Minute()
	today := a.days[wall.Weekday()]
	if a.from < a.to {
		return today && minute >= a.from && minute < a.to
	}
	yesterday := a.days[(wall.Weekday()+6)%7]
	return (today && minute >= a.from) || (yesterday && minute < a.to)
}

// next returns the first whole minute at which the gate is open. Whole
// periods that are denied are passed over.
func (w window) next(now time.Time) (time.Time, bool) {
	t := now.Truncate(time.Minute)
	for range int(horizon / time.Minute) {
		t = t.Add(time.Minute)
		if w.open(t) {
			return t, true
		}
		t = w.skip(t)
	}
	return time.Time{}, false
}

// skip returns an instant shortly before the end of the period that t is in:
// clocks may change on the way, never by more than a few hours.
func (w window) skip(t time.Time) time.Time {
	wall := wallOf(t)
	for _, p := range w.deny {
		if rest := p.to.Sub(wall) - 6*time.Hour; p.has(wall) && rest > 0 {
			return t.Add(rest)
		}
	}
	return t
}

// until is a wait as people say it.
func until(d time.Duration) string {
	d = (d + time.Minute - 1).Truncate(time.Minute)
	if day := 24 * time.Hour; d >= day {
		return fmt.Sprintf("%d days %s", d/day, short(d%day))
	}
	return short(d)
}

func short(d time.Duration) string { return strings.TrimSuffix(d.String(), "0s") }
