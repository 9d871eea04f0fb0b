package provider

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// routable tells whether everything that Open needs is known.
func (c *configured) routable(ctx context.Context, s *value.Object) bool {
	for _, k := range c.catalog.Routers {
		if !s.Known(ctx, k.Name()) {
			return false
		}
		if !s.IsSet(k.Name()) {
			continue
		}
		for _, color := range traffic.Colors() {
			environment := s.Object(color.String())
			if environment.IsUnknown() || !value.New(ctx, environment).Known(ctx, k.Name()) {
				return false
			}
		}
	}
	return true
}

// open makes the routers that a switch names. Everything it needs is known.
func (c *configured) open(ctx context.Context, s *value.Object) ([]traffic.Member, error) {
	var members []traffic.Member
	var errs []error
	for _, k := range c.catalog.Routers {
		if !s.IsSet(k.Name()) {
			continue
		}
		blue, green := s.Object("blue"), s.Object("green")
		opened, err := k.Open(ctx, c.sessions, router.Blocks{
			Router: s.Object(k.Name()),
			Blue:   value.New(ctx, blue).Object(k.Name()),
			Green:  value.New(ctx, green).Object(k.Name()),
		})
		if err != nil {
			errs = append(errs, &diagnose.KindError{Kind: k.Name(), Err: err})
		}
		for _, m := range opened {
			m.Kind = k.Name()
			members = append(members, m)
		}
	}
	return members, errors.Join(errs...)
}

// observe asks the routers what a decision needs: the weights of those that the
// memory does not have, or that have changed, and the facts of those that must
// move, or of all when the switch is new. Its errors are all that were found, not
// the first.
func (p *planner) observe(ctx context.Context, w decision.Wanted) (decision.Observed, error) {
	o := decision.Observed{Looked: true, Live: p.live, At: p.now, Routers: make([]decision.View, len(w.Order.Routers))}
	err := each(w.Order.Routers, func(i int, m traffic.Member) (err error) {
		o.Routers[i], err = p.view(ctx, m, w)
		return err
	})
	return o, err
}

func (p *planner) view(ctx context.Context, m traffic.Member, w decision.Wanted) (v decision.View, err error) {
	to := w.Order.To
	found, recalled := p.memory.Recalls(m, w)
	if p.live || !recalled {
		if found, err = read(ctx, m); err != nil {
			return v, explained(ctx, m, to, err)
		}
		v.Weights = &found
	}
	v.NotPersisted = notPersistedBy(ctx, m, found)
	if inspector, ok := m.Router.(traffic.Inspector); ok && (w.Create || found != traffic.All(to)) {
		facts, err := inspector.Inspect(ctx, to)
		if err != nil {
			return v, err
		}
		v.Facts = &facts
	}
	if v.Weights != nil || len(p.memory.Changed(m, w, v)) == 0 {
		return v, nil
	}
	if live, err := read(ctx, m); err == nil { // weights may have changed with what else has, and the apply tells that better
		v.Weights = &live
	}
	return v, nil
}

// snapshot asks the routers all that a plan will want to know of them. Its error
// says which did not answer; they are in the snapshot without weights.
func snapshot(ctx context.Context, members []traffic.Member, was traffic.Color) (decision.Snapshot, error) {
	seen := make([]decision.Router, len(members))
	err := each(members, func(i int, m traffic.Member) error {
		w, err := read(ctx, m)
		if err != nil {
			return explained(ctx, m, was, err)
		}
		notPersisted := notPersistedBy(ctx, m, w)
		seen[i] = decision.Router{Weights: &w, Facts: factsFor(ctx, m, w), NotPersisted: &notPersisted}
		return nil
	})
	s := decision.Snapshot{Routers: make(map[string]decision.Router, len(members))}
	for i, m := range members {
		s.Routers[decision.Key(m)] = seen[i]
	}
	return s, err
}

// whereabouts asks the routers where traffic is, and nothing else.
func whereabouts(ctx context.Context, members []traffic.Member, to traffic.Color) (decision.Snapshot, error) {
	positions := make([]cutover.Position, len(members))
	err := each(members, func(i int, m traffic.Member) error {
		w, err := read(ctx, m)
		positions[i] = cutover.Position{Weights: w, Known: err == nil}
		return explained(ctx, m, to, err)
	})
	return decision.SnapshotOf(members, positions), err
}

// factsFor are the facts of a router for the colors that a cutover could go to.
// A router that cannot say has none: the plan of that cutover says why.
func factsFor(ctx context.Context, m traffic.Member, w traffic.Weights) map[traffic.Color]traffic.Facts {
	inspector, ok := m.Router.(traffic.Inspector)
	if !ok {
		return nil
	}
	known := map[traffic.Color]traffic.Facts{}
	for _, c := range traffic.Colors() {
		if w == traffic.All(c) {
			continue
		}
		if facts, err := inspector.Inspect(router.ForRefresh(ctx), c); err == nil {
			facts.Warning = "" // is told with the plan of a cutover, and compared with nothing
			known[c] = facts
		}
	}
	return known
}

// explained is the error of a member whose weights cannot be read: that of its
// inspector, if it finds what is wrong, since it knows the attribute and the
// cure.
func explained(ctx context.Context, m traffic.Member, to traffic.Color, err error) error {
	inspector, ok := m.Router.(traffic.Inspector)
	if err == nil || !ok {
		return err
	}
	var attribute *router.AttributeError
	if _, why := inspector.Inspect(ctx, to); errors.As(why, &attribute) {
		return why
	}
	return err
}

// read reads the weights of one member for a plan. One that serves neither color
// has the zero Weights: a cutover leads out of that.
func read(ctx context.Context, m traffic.Member) (w traffic.Weights, err error) {
	if r, ok := m.Router.(traffic.Refresher); ok {
		w, err = r.Refresh(ctx)
	} else {
		w, err = m.Weights(ctx)
	}
	if errors.Is(err, traffic.ErrNoWeight) {
		return traffic.Weights{}, nil
	}
	return w, err
}

// notPersistedBy tells why weights would not outlive a restart of a member, as far as
// that can be told; empty when they would.
func notPersistedBy(ctx context.Context, m traffic.Member, w traffic.Weights) string {
	k, ok := m.Router.(traffic.Persister)
	if !ok {
		return ""
	}
	err := k.Persisted(ctx, w)
	if !errors.Is(err, traffic.ErrNotPersisted) {
		return ""
	}
	return errs.Text(err)
}

// each calls f for all members at the same time, and joins their errors, each
// with the kind and the name of its member.
func each(members []traffic.Member, f func(i int, m traffic.Member) error) error {
	errs := make([]error, len(members))
	var wg sync.WaitGroup
	for i, m := range members {
		wg.Go(func() {
			var parts []error
			for _, one := range diagnose.Flatten(cutover.Guarded("A look at the router", func() error { return f(i, m) })) {
				parts = append(parts, named(m, one))
			}
			if len(parts) > 0 {
				errs[i] = &diagnose.KindError{Kind: m.Kind, Err: errors.Join(parts...)}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// named is an error that says which member it is of. Those that a router made
// name what they are about; those from elsewhere do not.
func named(m traffic.Member, err error) error {
	var made *errs.Error
	var attribute *router.AttributeError
	if errors.As(err, &made) || errors.As(err, &attribute) {
		return err
	}
	return fmt.Errorf("%s: %w", m.Name, err)
}
