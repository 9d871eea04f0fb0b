package gcplb

import (
	"context"
	"fmt"
	"maps"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// found are the weights that Google had, at each place of a member: they need
// not be percent, and places need not be alike.
type found struct {
	member *member
	parts  []parts
}

// Found implements traffic.Restorer. It is of the map as it was read to be
// compared: a write that is made of another one Google refuses.
func (m *member) Found(ctx context.Context) (traffic.Found, error) {
	doc, known := m.urls.last()
	var err error
	if !known {
		doc, err = m.urls.read(ctx)
	}
	d, err := m.divided(doc, err)
	if err != nil {
		return nil, m.wrap("reading", err)
	}
	return found{m, d.parts()}, nil
}

// Restore implements traffic.Found. What was attached since stays, at weight 0.
func (f found) Restore(ctx context.Context, from traffic.Weights) error {
	return f.member.edit(ctx, "restoring", func(d splits, tried bool) (effect, error) {
		same := f.isIn(d)
		if tried && same {
			return unchanged, nil
		}
		if err := d.expect(from); err != nil {
			return unchanged, err
		}
		return max(d.put(f.parts), numbers), nil
	})
}

// Restored implements traffic.Found.
func (f found) Restored(ctx context.Context) error {
	m := f.member
	d, err := m.divided(m.urls.read(ctx))
	if err == nil && !f.isIn(d) {
		err = fmt.Errorf("%w: the weights of %s are not those that were found", traffic.ErrNotInEffect, m.name)
	}
	return m.wrap("reading", err)
}

func (f found) isIn(d splits) bool {
	for i, now := range d.parts() {
		if !maps.Equal(now, f.parts[i]) {
			return false
		}
	}
	return true
}
