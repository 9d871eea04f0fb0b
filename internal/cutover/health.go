package cutover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// ErrUnhealthy reports an environment whose health gate does not hold.
var ErrUnhealthy = errors.New("not healthy")

// errLate ends the wait for the health gate.
var errLate = errors.New("the health gate's time is over")

// HealthRule says when an environment is fit for traffic. Every router that
// can read health is asked, and in each the rule must hold.
type HealthRule struct {
	// MinHealthy is the least number of healthy targets, at least 1.
	MinHealthy int
	// MinPercent is the least share of registered targets that are healthy,
	// 0 to 100.
	MinPercent int
	// StableFor is how long the rule must hold without a break.
	StableFor time.Duration
	// Timeout is how long to wait for that.
	Timeout time.Duration
	// FailureLimit is how many looks in a row are tolerated at which the rule does
	// not hold, once the gate held: a target that restarts is back by the next.
	FailureLimit int
}

// need is how many of so many targets must be healthy.
func (r HealthRule) need(total int) int {
	return max(r.MinHealthy, 1, (r.MinPercent*total+99)/100)
}

// Check returns an error that wraps ErrUnhealthy unless h is enough.
func (r HealthRule) Check(h traffic.Health) error {
	if h.Healthy >= max(r.MinHealthy, 1) && h.Healthy*100 >= r.MinPercent*h.Total {
		return nil
	}
	return fmt.Errorf("%w: %d of %d targets are healthy, and %s are needed%s",
		ErrUnhealthy, h.Healthy, h.Total, r.needed(), reasons(h.Unhealthy))
}

func (r HealthRule) needed() string {
	if r.MinPercent == 0 {
		return fmt.Sprintf("%d", max(r.MinHealthy, 1))
	}
	return fmt.Sprintf("%d %% and at least %d", r.MinPercent, max(r.MinHealthy, 1))
}

// reasons lists a few targets; a fleet of hundreds would bury the message.
func reasons(unhealthy []string) string {
	const shown = 5
	if len(unhealthy) == 0 {
		return ""
	}
	more := ""
	if len(unhealthy) > shown {
		more = fmt.Sprintf("; and %d more", len(unhealthy)-shown)
		unhealthy = unhealthy[:shown]
	}
	return " (" + strings.Join(unhealthy, "; ") + more + ")"
}

// health reads the health of the incoming color in every router that knows it;
// those that are cold come with the probe.
// It returns nil when the rule holds in each.
func (r *run) health(ctx context.Context) error {
	return r.each(func(i int) error {
		m := r.order.Routers[i]
		reader, ok := m.Router.(traffic.HealthReader)
		if !ok || r.order.HealthUnknown(i) != "" || r.order.cold(i, r.current[i]) {
			return nil
		}
		h, err := look(ctx, "reading health", func(ctx context.Context) (traffic.Health, error) { return reader.Health(ctx, r.order.To) })
		if err != nil {
			return r.of(i, "", err)
		}
		if err := r.fit(i, h); err != nil {
			return &MemberError{Member: m.Name, Err: err, at: fmt.Sprintf("%s in %s", r.order.To, m.Name)}
		}
		return nil
	})
}

// fit tells whether a router's targets are enough. Once the gate held, as many as
// were enough then, or later when there were fewer, stay enough: a target that
// was added since serves when it is healthy, and is missed by nobody until then.
func (r *run) fit(i int, h traffic.Health) error {
	rule := r.order.Health
	err := rule.Check(h)
	switch enough := r.enough[i]; {
	case err == nil:
		r.needed[i] = rule.need(h.Total)
		if enough > 0 {
			r.enough[i] = min(enough, r.needed[i])
		}
		return nil
	case enough > 0 && h.Healthy >= enough:
		return nil
	case enough > 0 && enough < rule.need(h.Total):
		return fmt.Errorf("%w; since the gate held %d are enough", err, enough)
	default:
		return err
	}
}

// healthGate waits until the rule has held for as long as it must. An error in
// reading is no answer, and no answer is not a good answer: it begins anew.
func (r *run) healthGate(ctx context.Context) error {
	rule := r.order.Health
	ctx, cancel := context.WithTimeoutCause(ctx, rule.Timeout, errLate)
	defer cancel()
	var since time.Time
	last := fmt.Errorf("%w: not read yet", ErrUnhealthy)
	err := poll(ctx, func() (bool, error) {
		if err := r.health(ctx); err != nil {
			if ctx.Err() == nil {
				last = err
			}
			since = time.Time{}
			return false, nil
		}
		if since.IsZero() {
			since = time.Now()
		}
		held := time.Since(since)
		last = fmt.Errorf("%w for long enough: for %s of %s", ErrUnhealthy, Text(held.Round(time.Second)), Text(rule.StableFor))
		return held >= rule.StableFor, nil
	})
	if err == nil {
		r.enough = slices.Clone(r.needed)
	}
	if errors.Is(err, errLate) {
		return fmt.Errorf("health did not hold within %s: %w", Text(rule.Timeout), last)
	}
	return err
}
