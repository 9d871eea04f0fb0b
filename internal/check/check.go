// Package check is what the kinds of check and gate have in common: a
// condition that holds or does not. Each kind has a package of its own below
// this one.
//
// It knows neither Terraform nor the engine; the provider makes gates of
// checks.
package check

import (
	"context"
	"errors"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// ErrFailed reports a condition that was looked at and does not hold. Any
// other error of a check says that it could not be looked at. Neither lets
// traffic through.
var ErrFailed = errors.New("does not hold")

// Check is a condition that must hold before traffic moves.
type Check interface {
	// Limit is the longest that Run takes, all tries together.
	Limit() time.Duration
	// Run returns nil when the condition holds for the subject. It ends soon
	// after ctx does. Its errors show no secrets.
	Run(ctx context.Context, s Subject) error
}

// Subject is the environment that traffic is about to move to.
type Subject struct {
	Color       traffic.Color
	Environment string // its name
	Version     string // what is released there
	// MinSchema and MaxSchema are the versions of the database schema that the
	// release works with, both included; empty for no bound.
	MinSchema, MaxSchema string
	// Schemas are the states of the database schema that the release works with,
	// one of which must be there; none for any. NotYet are migrations that must
	// not be applied.
	Schemas, NotYet []string
}

// Safeguard is a Check of what would harm whichever way traffic moves: it is
// tried even when traffic returns at once to a color that was active a short
// while ago.
type Safeguard interface {
	Check
	// Safeguards does nothing; it marks the check.
	Safeguards()
}

// IsSafeguard tells whether c is a Safeguard.
func IsSafeguard(c Check) bool {
	_, ok := c.(Safeguard)
	return ok
}

// SafeguardError is the error of a block that would be a Safeguard, if only it
// could be opened: it is missed whichever way traffic moves.
type SafeguardError struct{ Err error }

// Error implements error.
func (e *SafeguardError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *SafeguardError) Unwrap() error { return e.Err }

// Foreseer is a Check that knows without a look what it can never tell, or
// that it can never hold, so that a plan can refuse it.
type Foreseer interface {
	Check
	// Foresee returns an error when Run is certain to fail for the subject. It
	// calls nobody.
	Foresee(s Subject) error
}
