package cutover

import (
	"context"
	"errors"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// vital is how health and weights are watched, whatever else is measured.
func (o Order) vital() Watch {
	return Watch{Interval: WatchInterval, FailureLimit: o.Health.FailureLimit, InconclusiveLimit: unansweredLimit}
}

// vitals is the watch that every cutover has: the incoming color is healthy,
// and nobody else has moved the weights.
func (r *run) vitals() Watch {
	w := r.order.vital()
	w.Monitor = vitals{r}
	return w
}

type vitals struct{ *run }

// Name implements Monitor.
func (vitals) Name() string { return "health" }

// Measure implements Monitor.
func (v vitals) Measure(ctx context.Context) Measurement {
	err := errors.Join(v.undisturbed(ctx), v.health(ctx))
	switch {
	case err == nil:
		return Measurement{Verdict: Pass}
	case errors.Is(err, traffic.ErrConflict), errors.Is(err, ErrUnhealthy):
		return Measurement{Verdict: Fail, Err: err}
	default:
		return Measurement{Verdict: Inconclusive, Err: err}
	}
}

// undisturbed returns a ConflictError when a router has other weights than
// those that were set.
func (r *run) undisturbed(ctx context.Context) error {
	return r.each(func(i int) error {
		live, err := r.read(ctx, i)
		if err == nil {
			err = traffic.Expect(r.current[i], live)
		}
		return r.of(i, "", err)
	})
}
