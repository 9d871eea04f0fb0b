package haproxy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Inspect implements traffic.Inspector: all servers are there, those that are
// to get traffic may have it, weights divide it, and nobody else sets them.
func (r *weighted) Inspect(ctx context.Context, to traffic.Color) (traffic.Facts, error) {
	v, err := r.survey(ctx)
	if err == nil {
		err = checkLevel(r.socket.Name, v.level)
	}
	if err != nil {
		return traffic.Facts{}, r.explain(ctx, err)
	}
	if err := v.checkServers(); err != nil {
		return traffic.Facts{}, err
	}
	if _, err := v.changes(traffic.All(to), make([]string, len(v.pools))); err != nil {
		return traffic.Facts{}, serversError(to, "HAProxy Servers in Maintenance", err)
	}
	return v.facts(r.shares, to)
}

// facts tells whether weights divide the traffic.
func (v view) facts(shares bool, to traffic.Color) (traffic.Facts, error) {
	var facts traffic.Facts
	for i, why := range v.fixed(shares) {
		m := v.pools[i]
		fromDNS := m.any(func(s server) bool { return s.fromDNS })
		if why != "" && !fromDNS && !m.configured(to) {
			return facts, serversError(to, "HAProxy Weight Not Settable",
				fmt.Errorf("%w: backend %s may take no weights but those of the configuration, where its %s servers have weight 0: "+
					"give them their full weight there, and let the state file or the first apply take it away. %s", ErrWhole, m.backend(), to, why))
		}
		if why != "" && facts.LimitedBy == "" {
			facts.AllOrNothing, facts.LimitedBy = true, why
		}
	}
	facts.Warning = v.stickiness()
	facts.Seen = facts.Warning
	return facts, nil
}

// stickiness warns of cookies. HAProxy obeys them whatever a server weighs, and
// tells neither how long they live nor who has one.
func (v view) stickiness() string {
	var warnings []string
	for _, m := range v.pools {
		if cookie := v.traits.cookie[m.backend()]; cookie != "" {
			warnings = append(warnings, fmt.Sprintf("Backend %s ties clients to servers by the cookie %s: "+
				"those that have it stay with the color that is left, at weight 0 too, for as long as they keep it.", m.backend(), haproxyapi.Clip(cookie)))
		}
	}
	return strings.Join(warnings, " ")
}

// checkServers fails when weights do not decide about a server, or not for long.
func (v view) checkServers() error {
	var errs []error
	for _, m := range v.pools {
		for _, c := range traffic.Colors() {
			for _, s := range m[c] {
				errs = append(errs, s.check(c, v.traits))
			}
		}
	}
	return errors.Join(errs...)
}

func (s server) check(c traffic.Color, t traits) error {
	switch {
	case t.backup[s.id()]:
		return serversError(c, "HAProxy Server Is a Backup",
			pkg.Errorf("server %s is a backup, which HAProxy uses only when no other server of the backend can be, whatever its weight: "+
				"take \"backup\" out of its line", s.id()))
	case s.agentState&checkEnabled != 0:
		return serversError(c, "HAProxy Agent Sets Weights",
			pkg.Errorf("server %[1]s has an agent-check, whose next answer may replace the weight and the state that a cutover sets: "+
				"take \"agent-check\" out of its line, or send \"disable agent %[1]s\"", s.id()))
	case s.fromDNS && s.followed:
		return serversError(c, "HAProxy Server Is Tracked",
			pkg.Errorf("server %s has its weight from DNS, so that only a drain takes traffic from it, and a drain would take it from %s too, which "+
				"tracks it: give that one checks of its own in place of \"track\"", s.id(), haproxyapi.List(t.followersOf(s.id()))))
	default:
		return nil
	}
}

// followersOf are the servers that track one.
func (t traits) followersOf(id string) []string {
	var all []string
	for follower, leader := range t.follows {
		if leader == id {
			all = append(all, follower)
		}
	}
	slices.SortFunc(all, strings.Compare)
	return all
}

// explain puts an error of look on the attribute that causes it.
func (r *weighted) explain(ctx context.Context, err error) error {
	var missing *missingServerError
	var refused *haproxyapi.CommandError
	switch {
	case errors.As(err, &missing):
		return serversError(missing.color, "HAProxy Server Not Found", err)
	case errors.As(err, &refused) && errors.Is(err, traffic.ErrNotFound):
		return serversError(traffic.Blue, "HAProxy Backend Not Found", r.tellBackends(ctx, err))
	default:
		return socketError(r.index, err)
	}
}

// tellBackends adds the backends that there are to an error, if HAProxy tells.
func (r *weighted) tellBackends(ctx context.Context, err error) error {
	replies, unknown := r.socket.Run(ctx, showBackend)
	if unknown != nil {
		return err
	}
	names, unknown := parseBackends(showBackend, replies[0])
	if unknown != nil {
		return err
	}
	return fmt.Errorf("%w: %s has the backends %s", err, r.socket.Name, haproxyapi.List(names))
}

func serversError(c traffic.Color, summary string, err error) error {
	return &router.AttributeError{In: router.BackendOf(c), Path: path.Root("servers"), Summary: summary, Err: err}
}
