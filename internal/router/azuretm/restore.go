package azuretm

import (
	"context"
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// found is how the two endpoints of a profile were found: weights that percent
// cannot say, the weights of disabled ones too, and whether each was enabled.
type found struct {
	member *member
	levels levels
}

// Found implements traffic.Restorer.
func (m *member) Found(ctx context.Context) (traffic.Found, error) {
	s, err := m.read(ctx)
	if err != nil {
		return nil, err
	}
	return found{m, s.levels()}, nil
}

// Restore implements traffic.Found. Its writes are those of a movement: an
// error of several wraps a *traffic.PartialError, and an endpoint in service is
// not disabled while the other one is out of it.
func (f found) Restore(ctx context.Context, from traffic.Weights) error {
	s, err := f.member.expect(ctx, from)
	if err != nil {
		return err
	}
	return f.member.wrap("restoring", f.member.carryOut(ctx, s, s.levels().restore(f.levels)))
}

// Restored implements traffic.Found.
func (f found) Restored(ctx context.Context) error {
	s, err := f.member.read(ctx)
	if err != nil {
		return err
	}
	if s.levels() != f.levels {
		return pkg.Errorf("profile %s: %w: %s", f.member.id, traffic.ErrNotInEffect, s.levels().against(f.levels))
	}
	return nil
}

// against says how levels differ from those that are wanted.
func (l levels) against(wanted levels) string {
	var differ []string
	for _, c := range traffic.Colors() {
		if l.of(c) != wanted.of(c) {
			differ = append(differ, fmt.Sprintf("%s is %s, and was %s", c, l.of(c), wanted.of(c)))
		}
	}
	return strings.Join(differ, "; ")
}

// String says what a level is: "enabled with weight 100".
func (l level) String() string {
	if l.enabled {
		return fmt.Sprintf("enabled with weight %d", l.weight)
	}
	return fmt.Sprintf("disabled with weight %d", l.weight)
}

// Claims implements traffic.Claimer: the IDs of the two endpoints, which alone
// are written to.
func (m *member) Claims() []string {
	return []string{m.pair.Blue.ID.Key(), m.pair.Green.ID.Key()}
}
