package traffic

import (
	"errors"
	"fmt"
)

// ErrNotFound reports a router or a backend that does not exist.
var ErrNotFound = errors.New("not found")

// ErrNotInEffect reports weights that a router took but does not yet obey.
var ErrNotInEffect = errors.New("not in effect yet")

// ErrNotPersisted reports weights that are in effect, and end when their router
// starts anew.
var ErrNotPersisted = errors.New("a restart of the router would undo it")

// ErrThrottled reports an API that takes no more calls for now. The call was not
// carried out. When it wraps context.DeadlineExceeded too, only the time of the
// call ended, and the next one may get its turn.
var ErrThrottled = errors.New("throttled")

// ErrConflict reports that somebody else changed the router. A *ConflictError
// wraps it.
var ErrConflict = errors.New("changed by someone else")

// ConflictError says which weights were expected and which were found; the zero
// Weights of either stand for none.
type ConflictError struct {
	Want, Got Weights
}

// Error implements error.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("%v: expected %s, found %s", ErrConflict, orNone(e.Want), orNone(e.Got))
}

func orNone(w Weights) string {
	if w.None() {
		return "no weight for either color"
	}
	return w.String()
}

// Unwrap makes errors.Is(err, ErrConflict) true.
func (e *ConflictError) Unwrap() error { return ErrConflict }

// Expect returns a *ConflictError unless got is want.
func Expect(want, got Weights) error {
	if want == got {
		return nil
	}
	return &ConflictError{Want: want, Got: got}
}

// PartialError reports a movement of several writes that was stopped on its
// way: the router may be left with weights that are neither those before nor
// those asked for, and are not somebody else's either.
type PartialError struct {
	// Left are all the weights that lie on the way.
	Left []Weights
	// Err is what stopped it.
	Err error
}

// Error implements error.
func (e *PartialError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *PartialError) Unwrap() error { return e.Err }
