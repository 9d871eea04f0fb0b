package cutover

import (
	"context"
	"errors"
)

// ErrOrder reports an order that no cutover can follow.
var ErrOrder = errors.New("invalid order")

// ErrAbandoned is what a context ends with when whoever ordered the cutover is
// gone, so that nobody waits for its outcome. It is a context.Canceled.
var ErrAbandoned error = abandonedError{}

type abandonedError struct{}

// Error implements error.
func (abandonedError) Error() string { return "whoever ordered the cutover is gone" }

// Unwrap returns context.Canceled.
func (abandonedError) Unwrap() error { return context.Canceled }

// MemberError is an error of one router in a cutover.
type MemberError struct {
	// Member is the router's name.
	Member string
	// Err is what is wrong.
	Err error

	at string // the name with what was being done
}

// Error implements error.
func (e *MemberError) Error() string { return e.at + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *MemberError) Unwrap() error { return e.Err }

// of is an error of a router, nil when err is. Doing is what failed, in words that
// follow the router's name; empty where err says so itself.
func (r *run) of(i int, doing string, err error) error {
	name := r.order.Routers[i].Name
	var inner *MemberError
	switch {
	case err == nil:
		return nil
	case doing != "":
		return &MemberError{Member: name, Err: err, at: name + ": " + doing}
	case errors.As(err, &inner): // which has the name already
		return err
	default:
		return &MemberError{Member: name, Err: err, at: name}
	}
}

// GateError is the error of a gate besides health that did not let traffic
// through.
type GateError struct {
	// Gate is the gate's name.
	Gate string
	Err  error
}

// Error implements error.
func (e *GateError) Error() string { return "gate " + e.Gate + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *GateError) Unwrap() error { return e.Err }
