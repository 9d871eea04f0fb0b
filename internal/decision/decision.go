// Package decision has the rules of a plan and of what is remembered after it,
// as values: whether anything moves, whether at once, what is protected, what
// has drifted, what may not be done, and what state may say. Decide is a Plan or
// a *Refusal; Memory.After is what to keep.
//
// It knows no framework, asks no router, and has no clock: what was seen, and
// when, is handed in.
package decision

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Wanted is what a configuration asks of a switch, beside what state has of it.
type Wanted struct {
	// Create is set for a switch that state does not have. The values of before
	// mean nothing then.
	Create bool
	// Order is the cutover as the configuration has it: all but what comes from
	// the routers, which is Found, Facts, AtOnce and NotPersisted.
	Order cutover.Order
	// Was is the active color in state.
	Was traffic.Color
	// Weights are those in state, nil when they are not known.
	Weights *traffic.Weights
	// SameRouters is set when the routers are those that state has, or some of
	// them, with the same backends: what is remembered is of these.
	SameRouters bool
	// Versions are those that the configuration gives each color; Before are those
	// in state.
	Versions, Before map[traffic.Color]Version
	// Released are the versions that the environments have in their own states, of
	// those that were planned together with the switch. After an apply that was
	// killed state may have heard less.
	Released map[traffic.Color]string
	// Protect refuses a new version of a color that has traffic.
	Protect bool
	// Window is how long ago a color may have been active to be returned to at once.
	Window time.Duration
	// Timeout is the longest that the operation may take.
	Timeout time.Duration
	// Checks is set when the environment of the incoming color has checks.
	Checks bool
	// MinHealthy is set when it asks for a number of healthy targets by itself.
	MinHealthy bool
}

// Version is what names a release. The zero Version is that of an environment
// that has none.
type Version struct {
	Text string
	// Later is set when it is known only in the apply.
	Later bool
}

// to is the incoming color.
func (w Wanted) to() traffic.Color { return w.Order.To }

// Settled tells whether all traffic is where it is wanted, and nothing that a
// cutover depends on has changed: no router needs to be looked at.
func (w Wanted) Settled() bool {
	return !w.Create && w.SameRouters && w.Was == w.to() && w.Weights != nil && *w.Weights == traffic.All(w.to())
}

// Plan is what was decided.
type Plan struct {
	// Later is set when what happens is known only in the apply.
	Later bool
	// Order is the cutover, whole. It moves nothing unless Moves.
	Order cutover.Order
	// Lines are its timetable; none when nothing moves.
	Lines []string
	// Warnings are what a user should hear with the plan.
	Warnings []Warning
}

// Warning is not in the way of a plan.
type Warning struct {
	// Path leads to the attribute that it is about, as in a Refusal.
	Path          []string
	Summary, Text string
}

// Moves tells whether there is a cutover.
func (p Plan) Moves() bool { return len(p.Lines) > 0 }

// Needs are what a cutover asks besides the health of its routers.
type Needs struct{ Gates, Safeguards, Prewarm bool }

// NeedsOf is what an order asks. Gates are those of the way forward, checks and
// metrics included.
func NeedsOf(order cutover.Order) Needs {
	moves := order.Needed()
	return Needs{Gates: moves && !order.AtOnce, Safeguards: moves, Prewarm: moves && order.Prewarms()}
}

// Needs is what the cutover asks; nothing when nothing moves, or when that is not
// known.
func (p Plan) Needs() Needs { return NeedsOf(p.Order) }

// Cutover is what an apply must know of the plan; nil when nothing moves.
func (p Plan) Cutover() *Cutover {
	if !p.Moves() {
		return nil
	}
	c := &Cutover{AtOnce: p.Order.AtOnce, NotPersisted: p.Order.NotPersisted, Routers: make(map[string]Found, len(p.Order.Routers))}
	for i, m := range p.Order.Routers {
		c.Routers[Key(m)] = Found{Weights: p.Order.Found[i], Facts: p.Order.Facts[i]}
	}
	return c
}

// Agrees refuses a plan that is not what was shown before: its timetable has
// other lines.
func (p Plan) Agrees(shown []string) error {
	if slices.Equal(shown, p.Lines) {
		return nil
	}
	return refuse(Changed, []string{attrCutover}, "No traffic moved. The plan was:\n\n  %s\n\nbut now it would be:\n\n  %s\n\nPlan again.",
		orNothing(shown), orNothing(p.Lines))
}

func orNothing(lines []string) string {
	if len(lines) == 0 {
		return "nothing to move"
	}
	return strings.Join(lines, "\n  ")
}

// planLife is how long a plan may wait for its apply and still go by the time of
// the refresh before it. Without a refresh, what an apply noted long ago would open
// a rollback window that has shut.
const planLife = 24 * time.Hour

// Decide decides what a switch does. Its error joins a *Refusal for each reason
// why not.
func Decide(m Memory, o Observed, w Wanted) (Plan, error) {
	protected := m.protect(w)
	switch {
	case w.Settled():
		return Plan{}, protected
	case !o.Looked:
		return Plan{Later: true}, protected
	}
	order, err := m.found(o, w)
	if err != nil {
		return Plan{}, errors.Join(protected, err)
	}
	now, noted := o.At, false
	if at := m.Snapshot.At; !o.Live && at != nil && o.At.Sub(*at) < planLife && !ahead(*at, o.At) {
		now, noted = *at, true
	}
	served := m.served(order, w, now)
	if len(served) > 0 && w.Versions[w.to()].Later {
		return Plan{Later: true}, protected
	}
	order.AtOnce = slices.Contains(served, w.Versions[w.to()].Text)
	p := Plan{Order: order}
	refusals := []error{protected}
	if (order.Needed() || w.Create) && !order.AtOnce { // a new switch is told before its first cutover is
		refusals = append(refusals, refuseSteps(order)...)
	}
	if order.Needed() {
		p.Lines = order.Timetable().Lines()
		refusals = append(refusals, refuseUnfit(order, w), refuseLong(order, w), refuseLate(order, o.At))
	}
	p.Warnings = m.warnings(p, o, w, noted)
	return p, errors.Join(refusals...)
}

// refuseLate refuses a cutover that may end after a window that it must end within.
func refuseLate(order cutover.Order, at time.Time) error {
	var refusals []error
	for _, x := range order.Overruns(at) {
		if x.Whole {
			refusals = append(refusals, refuse(Outlasts, []string{attrGates}, "%s. %s asks that it ends within (within_window = \"end\"). "+
				"Begin earlier, or shorten what takes long:\n\n  %s", capital(x.Error()), x.Gate, strings.Join(order.Timetable().Lines(), "\n  ")))
		}
	}
	return errors.Join(refusals...)
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// refuseLong refuses a cutover that would be stopped before its end.
func refuseLong(order cutover.Order, w Wanted) error {
	table := order.Timetable()
	if table.Total() <= w.Timeout {
		return nil
	}
	operation := "update"
	if w.Create {
		operation = "create"
	}
	return refuse(TooLong, []string{"timeouts"}, "The cutover takes at most %s, but is stopped and rolled back after %s. "+
		"Raise timeouts.%s above the total, or shorten what takes long:\n\n  %s",
		cutover.Text(table.Total()), cutover.Text(w.Timeout), operation, strings.Join(table.Lines(), "\n  "))
}
