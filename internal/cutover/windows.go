package cutover

import (
	"fmt"
	"time"
)

// Hours are the times at which a Gate, or the check behind one, is open.
type Hours interface {
	// Opens returns the first moment from t on at which it is open: t itself
	// while it is. It returns false when there is none in sight.
	Opens(t time.Time) (time.Time, bool)
	// Shuts returns the first moment from one time on at which it is shut, and
	// false when there is none before the other.
	Shuts(from, until time.Time) (time.Time, bool)
	// Whole tells whether a cutover must end within them, and not only begin.
	Whole() bool
}

// OverrunError is a window that may shut before a cutover has ended.
type OverrunError struct {
	// Gate is the window's name.
	Gate string
	// Shuts is when the window shuts, Ends when the cutover has ended at the
	// latest.
	Shuts, Ends time.Time
	// Whole is set when the cutover must not begin then.
	Whole bool
}

// Error implements error.
func (o *OverrunError) Error() string {
	const form = "Mon 2006-01-02 15:04 MST"
	return fmt.Sprintf("the cutover may last until %s, and the window shuts at %s", o.Ends.Format(form), o.Shuts.Format(form))
}

// Overruns are the windows that may shut in the middle of the cutover, if it
// begins at a time, or when the window opens next.
func (o Order) Overruns(at time.Time) []*OverrunError {
	var all []*OverrunError
	if !o.Needed() {
		return nil
	}
	for _, g := range o.gates() {
		if overrun := o.overrun(g, at); overrun != nil {
			all = append(all, overrun)
		}
	}
	return all
}

func (o Order) overrun(g Gate, at time.Time) *OverrunError {
	w, ok := g.(Hours)
	if !ok {
		return nil
	}
	begins, ok := w.Opens(at)
	if !ok {
		return nil // the gate itself says so
	}
	ends := begins.Add(o.Timetable().Total())
	if shuts, ok := w.Shuts(begins, ends); ok {
		return &OverrunError{Gate: g.Name(), Shuts: shuts, Ends: ends, Whole: w.Whole()}
	}
	return nil
}
