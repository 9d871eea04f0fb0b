package awslb

import (
	"context"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// found are the weights of a member as the API had them, 0 to 999 each: of a
// pair of 999 and 1, percent keep no more than 99 and 1.
type found struct {
	member *member
	raw    raw
}

// raw are the weights of our two groups; a group that is not attached has 0.
type raw struct{ blue, green int32 }

// newRaw returns weights of 0 to 999.
func newRaw(blue, green int64) raw { return raw{int32(blue), int32(green)} } //nolint:gosec // in range

// raw returns the weights as they are.
func (s split) raw() raw { return raw{s.weight(s.groups.blue), s.weight(s.groups.green)} }

// Found implements traffic.Restorer.
func (m *member) Found(ctx context.Context) (traffic.Found, error) {
	s, err := m.read(ctx)
	if err != nil {
		return nil, err
	}
	return found{m, s.raw()}, nil
}

// Restore implements traffic.Found. Our groups stay attached.
func (f found) Restore(ctx context.Context, from traffic.Weights) error {
	s, err := f.member.expect(ctx, from)
	if err != nil {
		return err
	}
	if s.attached() && s.raw() == f.raw {
		return nil
	}
	next, err := s.attach()
	if err != nil {
		return f.member.wrap("restoring the weights of", err)
	}
	next.put(f.raw)
	return f.member.write(ctx, next.rewritten())
}

// Restored implements traffic.Found.
func (f found) Restored(ctx context.Context) error {
	s, err := f.member.read(ctx)
	if err != nil {
		return err
	}
	if live := s.raw(); live != f.raw {
		return pkg.Errorf("%s %s: %w: it was found with the weights blue %d, green %d and has blue %d, green %d",
			f.member.actions.noun(), f.member.name, traffic.ErrNotInEffect, f.raw.blue, f.raw.green, live.blue, live.green)
	}
	return nil
}
