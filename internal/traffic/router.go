// Package traffic is the vocabulary that routers and the cutover engine share:
// colors, weights, what a router must do, and what it may be able to do.
//
// It knows no vendor, no framework and no logger, and imports the standard
// library only.
package traffic

import (
	"context"
	"time"
)

// Router divides traffic between blue and green. A Router is one thing that
// can be set in one movement: one listener, one URL map, one HAProxy process.
//
// SetWeights is called alone: while it runs, no other method of that Router is
// called; the same holds for Probe. All others, those of its optional powers too, may run side by side.
// Many Routers are used at once. Each method returns soon after ctx ends.
type Router interface {
	// Weights reads the live weights, never from a cache. It fails with an
	// error that wraps ErrNotFound when the router or a backend that it must
	// name does not exist, and ErrNoWeight when neither color has any weight.
	Weights(ctx context.Context) (Weights, error)

	// SetWeights moves traffic from one division to another. It changes
	// nothing, and fails with a *ConflictError, when the live weights are not
	// from. Where the router's API has a precondition the write carries it;
	// elsewhere the weights are read directly before the write. A nil error
	// says that the router took the weights, not yet that they are in effect.
	// Nothing else of the router's settings changes. When from and to are the
	// same, a router whose writes carry a precondition writes all the same: a
	// write of before that is still on its way then comes to nothing. Where one
	// movement takes several writes, an error that may have come between them wraps a
	// *PartialError.
	SetWeights(ctx context.Context, from, to Weights) error
}

// Refresher is a Router whose reads can be shared. Refresh reads the weights
// for a plan: one answer of the API, at most a few seconds old, may serve many
// routers. Weights that a cutover depends on are read with Weights.
type Refresher interface {
	Refresh(ctx context.Context) (Weights, error)
}

// Inspector is a Router that knows facts that a plan needs. Inspect fails when
// a cutover to the color would be known to fail, so that a plan can say so. It
// may use shared reads, as Refresh does.
type Inspector interface {
	Inspect(ctx context.Context, to Color) (Facts, error)
}

// Facts are what a plan must know of a router beyond its weights.
type Facts struct {
	// WholeOnly is set when a color gets all or nothing: no steps.
	WholeOnly bool
	// Grain is what all shares that can be set are multiples of, in percent.
	// Zero when any share can be.
	Grain int
	// Linger is how long clients may stay with the outgoing color after its
	// weight became 0, by stickiness. Zero when they do not.
	Linger time.Duration
	// Settle is how long clients go by an old answer of the router once new
	// weights are in effect: the TTL of a DNS name. Unlike Linger it concerns
	// all of them, so that a cutover always waits for it. Zero when they ask
	// the router each time.
	Settle time.Duration
}

// Attacher is a Router that knows the health of attached backends only. Attach
// makes sure that the backend of c is named by the router, with weight 0 when
// it was not named before. It changes no share of traffic, and does nothing
// when the backend is attached already.
type Attacher interface {
	Attach(ctx context.Context, c Color) error
}

// Prober is a Router that knows the health of a backend only while it serves.
// Probe gives c, which has no weight, the least share of traffic that the
// router has, so that its health gets known; Weights then reads 1 for c, and a
// router that can do so gives it less than that. It is a movement: it compares,
// and fails, as SetWeights does. When c has a weight already, nothing changes.
type Prober interface {
	Probe(ctx context.Context, from Weights, c Color) error
}

// Verifier is a Router that can tell more than its weights read back: whether
// they are in effect where traffic flows. Verify returns an error that wraps
// ErrNotInEffect while they are not.
type Verifier interface {
	Verify(ctx context.Context, w Weights) error
}

// Keeper is a Router whose weights can be in effect and yet end when it starts
// anew, as a crash between two writes leaves them. Kept returns an error that
// wraps ErrUnkept then, and says what the router would start with; setting the
// same weights again mends it. It costs no call over the network.
type Keeper interface {
	Kept(w Weights) error
}

// HealthReader is a Router that knows the health of the backends behind it.
type HealthReader interface {
	Health(ctx context.Context, c Color) (Health, error)
}

// InFlightCounter is a Router that can count the open work of a color: requests
// or connections that have begun and not ended.
type InFlightCounter interface {
	InFlight(ctx context.Context, c Color) (int, error)
}

// Health is what a router knows of one color's targets.
type Health struct {
	// Healthy and Total count targets that are registered.
	Healthy, Total int
	// Unhealthy has a line for each target that is not healthy, naming it and
	// the reason: "10.0.0.7:8080 is initial: Target registration is in progress".
	Unhealthy []string
}

// Member is a Router with the name by which messages call it.
type Member struct {
	// Name identifies the router to its owner: an ARN, a socket's address.
	Name string
	// Kind is the kind of router as in the configuration: "aws_lb".
	Kind string
	Router
}
