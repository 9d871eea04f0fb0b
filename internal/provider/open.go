package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// kindError is an error of one kind of router, so that its attributes can be
// found.
type kindError struct {
	kind string
	err  error
}

// Error implements error.
func (e *kindError) Error() string { return e.kind + ": " + e.err.Error() }

// Unwrap returns the cause.
func (e *kindError) Unwrap() error { return e.err }

// routable tells whether everything that Open needs is known.
func (c *configured) routable(ctx context.Context, s *object) bool {
	for _, k := range c.catalog.Routers {
		if !s.known(ctx, k.Name()) {
			return false
		}
		if !s.isSet(k.Name()) {
			continue
		}
		for _, color := range traffic.Colors() {
			environment := s.object(color.String())
			if environment.IsUnknown() || !newObject(ctx, environment).known(ctx, k.Name()) {
				return false
			}
		}
	}
	return true
}

// open makes the routers that a switch names. Everything it needs is known.
func (c *configured) open(ctx context.Context, s *object) ([]traffic.Member, error) {
	var members []traffic.Member
	var errs []error
	for _, k := range c.catalog.Routers {
		if !s.isSet(k.Name()) {
			continue
		}
		blue, green := s.object("blue"), s.object("green")
		opened, err := k.Open(ctx, c.sessions, router.Blocks{
			Router: s.object(k.Name()),
			Blue:   newObject(ctx, blue).object(k.Name()),
			Green:  newObject(ctx, green).object(k.Name()),
		})
		if err != nil {
			errs = append(errs, &kindError{k.Name(), err})
		}
		for _, m := range opened {
			m.Kind = k.Name()
			members = append(members, m)
		}
	}
	return members, errors.Join(errs...)
}

// survey is where the routers of a switch stand, and what a plan must know.
type survey struct {
	Found        []traffic.Weights
	Facts        []traffic.Facts
	notPersisted string // why a router would not have its weights any more after a restart, if so
}

// surveyed reads the weights of all members that were not seen already, and the
// facts of those that must move, or of all when the switch is new. Its errors
// are all that were found, not the first.
func surveyed(ctx context.Context, members []traffic.Member, to traffic.Color, seen sighting, isNew bool) (survey, error) {
	s := survey{Found: make([]traffic.Weights, len(members)), Facts: make([]traffic.Facts, len(members))}
	notPersisted := make([]string, len(members))
	err := each(members, func(i int, m traffic.Member) error {
		w, ok := seen.of(m)
		if !ok {
			var err error
			if w, err = refresh(ctx, m); err != nil {
				return explained(ctx, m, to, err)
			}
		}
		s.Found[i], notPersisted[i] = w, notPersistedBy(ctx, m, w)
		inspector, ok := m.Router.(traffic.Inspector)
		if !ok || w == traffic.All(to) && !isNew {
			return nil
		}
		var err error
		s.Facts[i], err = inspector.Inspect(ctx, to)
		return err
	})
	s.notPersisted = cmp.Or(notPersisted...)
	return s, err
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

// refresh reads the weights of one member for a plan.
func refresh(ctx context.Context, m traffic.Member) (traffic.Weights, error) {
	if r, ok := m.Router.(traffic.Refresher); ok {
		return r.Refresh(ctx)
	}
	return m.Weights(ctx)
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
	return packagePrefix.ReplaceAllString(err.Error(), "")
}

// each calls f for all members at the same time, and joins their errors, each
// with the kind and the name of its member.
func each(members []traffic.Member, f func(i int, m traffic.Member) error) error {
	errs := make([]error, len(members))
	var wg sync.WaitGroup
	for i, m := range members {
		wg.Go(func() {
			var parts []error
			for _, one := range flatten(f(i, m)) {
				parts = append(parts, named(m, one))
			}
			if len(parts) > 0 {
				errs[i] = &kindError{m.Kind, errors.Join(parts...)}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// named is an error that says which member it is of, as most do themselves.
func named(m traffic.Member, err error) error {
	if strings.Contains(err.Error(), m.Name) {
		return err
	}
	return fmt.Errorf("%s: %w", m.Name, err)
}

// furthest returns the weights of the router that is furthest from a color.
func furthest(found []traffic.Weights, from traffic.Color) traffic.Weights {
	result := traffic.All(from)
	for _, w := range found {
		if w.Of(from) < result.Of(from) {
			result = w
		}
	}
	return result
}
