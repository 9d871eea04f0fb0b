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
	// Nothing else of the router's settings changes.
	//
	// The zero from stands for a router that serves neither color, of which
	// Weights says ErrNoWeight. Where something else is live instead, a third
	// backend or a fixed answer, it changes nothing and fails with an error that
	// wraps ErrConflict: somebody wanted it so. To is never zero.
	//
	// When from and to are the same, a router whose writes carry a precondition
	// writes all the same: a write of before that is still on its way then comes
	// to nothing. Where one movement takes several writes, an error that may have
	// come between them wraps a *PartialError.
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

// Facts are what a plan, and the engine, must know of a router beyond its
// weights. The zero value of each is what most routers have. A plan keeps them
// for its apply, by the names of the tags.
type Facts struct {
	// AllOrNothing is set when a color gets all or nothing: no steps.
	AllOrNothing bool `json:"all_or_nothing,omitzero"`
	// WeightStep is what all shares that can be set are multiples of, in
	// percent. Zero when any share can be.
	WeightStep int `json:"weight_step,omitzero"`
	// LimitedBy says why not every share can be set, when that is not the
	// nature of the router but what else it divides traffic between, and the
	// cure, in whole sentences that name the other backends and the sum.
	LimitedBy string `json:"limited_by,omitzero"`
	// StickyFor is how long clients may stay with the outgoing color after its
	// weight became 0, by stickiness. Zero when they do not.
	StickyFor time.Duration `json:"sticky_for,omitzero"`
	// ClientTTL is how long clients go by an old answer of the router once new
	// weights are in effect: the TTL of a DNS name. Unlike StickyFor it
	// concerns all of them, so that a cutover always waits for it. Zero when
	// they ask the router each time.
	ClientTTL time.Duration `json:"client_ttl,omitzero"`
	// LateWrite is how long a write whose reply was lost may still be on its
	// way and take effect. Zero means 2 seconds, which an API that answers in
	// one call needs at most.
	LateWrite time.Duration `json:"late_write,omitzero"`
	// EffectLimit is how long weights that the router took may need to be in
	// effect. Zero means one minute.
	EffectLimit time.Duration `json:"effect_limit,omitzero"`
	// HealthUnknown says why the router, as it is configured, cannot know the
	// health of the color, in words that end a sentence: "health checks are
	// off on arn:…". Empty when it can, or when that is told by its having no
	// HealthReader. A switch none of whose routers knows the health of a color
	// asks its environment for checks.
	HealthUnknown string `json:"health_unknown,omitzero"`
	// Warning is what a user should hear with the plan, in whole sentences:
	// another rule still forwards to the color that is to be left. Empty when
	// there is nothing to say.
	Warning string `json:"warning,omitzero"`
	// Seen is what else the router saw that the cutover rests on, and that
	// must be the same in the apply as in the plan: any text, compared and
	// never shown. Empty when weights say everything.
	Seen string `json:"seen,omitzero"`
}

// Restorer is a Router whose API holds more than percent can say: 999 beside 1,
// or no weight for either color. Found is asked once Weights was, before the
// first movement, and a rollback goes back by what it returns: it may be of the
// read that Weights made. It does not fail with ErrNoWeight.
type Restorer interface {
	Found(ctx context.Context) (Found, error)
}

// Found is how a router was found, exactly.
type Found interface {
	// Restore writes exactly what was found. From is as for SetWeights, except
	// that the zero Weights stand for no weight at all. It returns when the
	// router took it.
	Restore(ctx context.Context, from Weights) error
	// Restored returns nil when the live router is exactly as it was found,
	// and else an error that wraps ErrNotInEffect.
	Restored(ctx context.Context) error
}

// Claimer is a Router with a name of what it writes to, so that two switches
// over the same thing can be told: an ARN, a socket with its map and key. Two
// Routers that write to the same thing have a claim in common, at the latest
// when their weights were read: a thing may have several names.
type Claimer interface {
	Claims() []string
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

// Persister is a Router whose weights can be in effect and yet end when it starts
// anew, as a crash between two writes leaves them. Persisted returns an error that
// wraps ErrNotPersisted then, and says what the router would start with; setting the
// same weights again mends it, or the plan says what else does. It costs no call over
// the network, and ends with ctx: a file may lie on a mount that does not answer.
type Persister interface {
	Persisted(ctx context.Context, w Weights) error
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
	// Moves is all that the configuration says of this router, its backends
	// included, and nothing of others: any text, compared and never shown. Two
	// Members of one name with the same text are the same router, at other times.
	Moves string
	Router
}
