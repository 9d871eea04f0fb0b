package haproxy

import (
	"context"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// InFlight implements traffic.InFlightCounter: requests and connections that
// the backend has, with those that wait in its queue.
func (r *mapped) InFlight(ctx context.Context, c traffic.Color) (int, error) {
	replies, err := r.socket.Run(ctx, statBackends)
	if err != nil {
		return 0, err
	}
	rows, err := statsOf(statBackends, replies[0], r.backends[c])
	if err != nil {
		return 0, err
	}
	return rows.sum(r.backends[c], backendRow, "scur")
}

// InFlight implements traffic.InFlightCounter: requests and connections that
// the servers of the color have, with those that wait for one of them. Work
// that an old worker still has after a reload is not counted: only the newest
// worker answers.
func (r *weighted) InFlight(ctx context.Context, c traffic.Color) (int, error) {
	replies, err := r.socket.Run(ctx, statServers)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, p := range r.pools {
		rows, err := statsOf(statServers, replies[0], p.backend)
		if err != nil {
			return 0, err
		}
		for _, name := range p.names[c] {
			n, err := rows.sum(p.backend, name, "scur", "qcur")
			if err != nil {
				return 0, err
			}
			total += n
		}
	}
	return total, nil
}
