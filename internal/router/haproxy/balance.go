package haproxy

import (
	"context"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// obeys are the algorithms that divide requests by weight and take a new one
// at any time (configuration manual, "balance").
var obeys = map[string]bool{"roundrobin": true, "leastconn": true, "random": true}

// allOrNothing are those that do not: static-rr takes a server's own weight or
// 0, and first looks at no weight but 0.
var allOrNothing = map[string]bool{"static-rr": true, "first": true}

// fixedFor asks which pools take no shares, where that makes a difference.
func (r *weighted) fixedFor(ctx context.Context, w traffic.Weights) ([]bool, error) {
	if _, whole := w.Active(); whole {
		return make([]bool, len(r.pools)), nil
	}
	return r.fixed(ctx)
}

// fixed tells which pools take no shares. Only sockets at level operator or
// above see the column algo.
func (r *weighted) fixed(ctx context.Context) ([]bool, error) {
	replies, err := r.socket.Run(ctx, statBackends)
	if err != nil {
		return nil, err
	}
	all := make([]bool, len(r.pools))
	for i, p := range r.pools {
		rows, err := statsOf(statBackends, replies[0], p.backend)
		if err != nil {
			return nil, err
		}
		if all[i], err = r.isFixed(ctx, p, rows[backendRow]["algo"]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// isFixed tells whether a pool's servers can have their full weight or nothing,
// and no share between. Hashes (source, uri, hdr …) can have shares with
// "hash-type consistent", and not without; "show stat" does not say which.
// What HAProxy does say is which backends cannot have servers added at run
// time: the same ones. So it is asked to add one without an address, which can
// never succeed, and the reason that it gives tells. Where the reason is not
// one of those that are known, the answer is the careful one.
func (r *weighted) isFixed(ctx context.Context, p pool, algorithm string) (bool, error) {
	switch {
	case obeys[algorithm]:
		return false, nil
	case allOrNothing[algorithm]:
		return true, nil
	}
	reply, err := r.socket.Exchange(ctx, "add server "+p.backend+"/bluegreen-asks")
	if err != nil {
		return false, err
	}
	return !strings.Contains(reply, "expects <name> and <addr>"), nil
}
