package haproxy

import (
	"context"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// foundServers are the servers of a HAProxy as they were found: their weights,
// and which of them were drained.
type foundServers struct {
	router  *weighted
	servers map[string]server
}

var _ traffic.Found = (*foundServers)(nil)

// Found implements traffic.Restorer.
func (r *weighted) Found(ctx context.Context) (traffic.Found, error) {
	v, err := r.look(ctx)
	if err != nil {
		return nil, err
	}
	f := &foundServers{router: r, servers: map[string]server{}}
	v.edit(func(s *server) { f.servers[s.id()] = *s })
	return f, nil
}

// Restore implements traffic.Found.
func (f *foundServers) Restore(ctx context.Context, from traffic.Weights) error {
	return f.router.move(ctx, from, func(v view) ([]change, error) {
		var changes []change
		v.edit(func(s *server) { changes = append(changes, s.becomes(f.servers[s.id()])) })
		return changes, nil
	})
}

// Restored implements traffic.Found. A server that somebody took into
// maintenance since, or that has its weight from DNS, is as far back as it can
// be.
func (f *foundServers) Restored(ctx context.Context) error {
	v, err := f.router.look(ctx)
	if err != nil {
		return err
	}
	v.edit(func(s *server) {
		if c := s.becomes(f.servers[s.id()]); err == nil && len(c.steps()) > 0 {
			err = pkg.Errorf("%s: server %s has weight %d and admin state %d, not the weight %d and the state %d that it was found with: %w",
				f.router.socket.Name, s.id(), s.weight, s.admin, f.servers[s.id()].weight, f.servers[s.id()].admin, traffic.ErrNotInEffect)
		}
	})
	return err
}

// Claims implements traffic.Claimer.
func (r *weighted) Claims() []string {
	var claims []string
	for _, p := range r.pools {
		for _, c := range traffic.Colors() {
			for _, name := range p.names[c] {
				claims = append(claims, fmt.Sprintf("server %s/%s of HAProxy at %s", p.backend, name, r.socket.Endpoint()))
			}
		}
	}
	return claims
}
