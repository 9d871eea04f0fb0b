package haproxy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// checkEnabled is a bit of srv_check_state and of srv_agent_state (management
// manual, "show servers state").
const checkEnabled = 0x04

// Health implements traffic.HealthReader over all servers of the backend.
func (r *mapped) Health(ctx context.Context, c traffic.Color) (traffic.Health, error) {
	return health(ctx, r.socket, []pool{{backend: r.backends[c]}}, c)
}

// Health implements traffic.HealthReader over the servers of the color.
func (r *weighted) Health(ctx context.Context, c traffic.Color) (traffic.Health, error) {
	return health(ctx, r.socket, r.pools, c)
}

// health counts the servers that HAProxy itself finds up by a check. A server
// without a check is not counted as healthy: HAProxy calls it up without ever
// having asked. One that tracks another server has that one's checks. Weight
// and drain say nothing about health. A slot without an address is no server.
func health(ctx context.Context, s haproxyapi.Socket, pools []pool, c traffic.Color) (traffic.Health, error) {
	var h traffic.Health
	for _, p := range pools {
		state := p.show()
		replies, err := s.Run(ctx, state, statServers)
		if err != nil {
			return h, err
		}
		servers, err := parseServers(state, replies[0])
		if err != nil {
			return h, err
		}
		rows, err := statsOf(statServers, replies[1], p.backend)
		if err != nil {
			return h, err
		}
		if err := p.require(servers, c); err != nil {
			return h, err
		}
		for _, srv := range servers {
			if p.has(c, srv.name) && srv.admin&adminUnresolved == 0 {
				count(&h, srv, rows.checks(srv.name))
			}
		}
	}
	return h, nil
}

// checks is what "show stat" tells of a server's health checks.
type checks struct {
	tracks bool // another server has the checks
	ended  bool // at least one has come to its end
}

// checks returns the checks of a server. Whether one has ended is read here
// and not from srv_check_result, which is 0 whenever a check is under way;
// check_status keeps what the last one said, behind a star then.
func (s stats) checks(name string) checks {
	last := strings.TrimPrefix(s[name]["check_status"], "* ")
	return checks{
		tracks: s[name]["tracked"] != "",
		ended:  last != "" && last != "INI" && last != "UNK",
	}
}

// has tells whether a server counts for c: in map mode, where a pool names no
// servers, all of the backend do.
func (p pool) has(c traffic.Color, name string) bool {
	return p.names == nil || slices.Contains(p.names[c], name)
}

// require fails when HAProxy lacks a server that the pool names for c.
func (p pool) require(servers []server, c traffic.Color) error {
	for _, name := range p.names[c] {
		if !slices.ContainsFunc(servers, func(s server) bool { return s.name == name }) {
			return p.missing(c, name, servers)
		}
	}
	return nil
}

func count(h *traffic.Health, s server, c checks) {
	h.Total++
	if why := s.unfit(c); why != "" {
		h.Unhealthy = append(h.Unhealthy, s.id()+" "+why)
		return
	}
	h.Healthy++
}

// unfit says why a server is not healthy, and nothing when it is.
func (s server) unfit(c checks) string {
	switch {
	case s.maintained():
		return fmt.Sprintf("is in maintenance (srv_admin_state %d)", s.admin)
	case s.op == 0:
		return "is down: its health check fails"
	case s.op == 3:
		return "is stopping: its health check says so"
	case c.tracks:
		return ""
	case s.checkState&checkEnabled == 0:
		return "has no health check, so that nobody knows whether it serves: add \"check\" to its line"
	case !c.ended:
		return "was not checked yet"
	default:
		return ""
	}
}
