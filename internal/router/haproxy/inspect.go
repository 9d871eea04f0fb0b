package haproxy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const showMap = "show map"

// Inspect implements traffic.Inspector: everything that a movement needs is
// there, and may be written. Whether a frontend asks the map for this key, or
// the map is there for something else, HAProxy does not tell.
func (r *mapped) Inspect(ctx context.Context, _ traffic.Color) (traffic.Facts, error) {
	facts := traffic.Facts{AllOrNothing: true}
	replies, err := r.socket.Run(ctx, showLevel, showMap, showBackend)
	if err == nil {
		err = checkLevel(r.socket.Name, replies[0])
	}
	if err != nil {
		return facts, socketError(r.index, err)
	}
	if err := r.inspectMap(replies[1]); err != nil {
		return facts, err
	}
	var errs []error
	for _, c := range traffic.Colors() {
		if err := r.checkBackend(replies[2], c); err != nil {
			errs = append(errs, &router.AttributeError{
				In: router.BackendOf(c), Path: path.Root("backend"), Summary: "HAProxy Backend Not Found", Err: err,
			})
		}
	}
	return facts, errors.Join(append(errs, r.inspectEntry(ctx)...)...)
}

// inspectEntry looks at the key in the live map and in the file. A key that
// neither has is told once.
func (r *mapped) inspectEntry(ctx context.Context) []error {
	live, file := r.inspectKey(ctx), r.inspectFile()
	if errors.Is(live, traffic.ErrNotFound) && errors.Is(file, traffic.ErrNotFound) {
		return []error{live}
	}
	return []error{live, file}
}

func (r *mapped) inspectMap(reply string) error {
	maps, err := parseMaps(showMap, reply)
	if err != nil || slices.Contains(maps, r.id) {
		return err
	}
	return &router.AttributeError{
		In: router.InRouter, Path: path.Root("map").AtName("file"), Summary: "HAProxy Map Not Used",
		Err: fmt.Errorf("haproxy: %s: no line of the configuration uses a map %q: %w: it uses %s; "+
			"write the name exactly as the configuration does", r.socket.Name, r.id, traffic.ErrNotFound, haproxyapi.List(maps)),
	}
}

func (r *mapped) inspectKey(ctx context.Context) error {
	if _, err := r.Weights(ctx); err != nil {
		return entryError(err)
	}
	return nil
}

func (r *mapped) inspectFile() error {
	if r.file == nil {
		return nil
	}
	err := r.file.check()
	if errors.Is(err, traffic.ErrNotFound) { // the key; a file that is not there is fs.ErrNotExist
		return entryError(fmt.Errorf("%w: add the line \"%s %s\" or \"%[2]s %[4]s\", whichever serves now",
			err, r.key, r.backends[traffic.Blue], r.backends[traffic.Green]))
	}
	if err != nil {
		return &router.AttributeError{
			In: router.InRouter, Path: path.Root("map").AtName("file"), Summary: "HAProxy Map File Cannot Be Kept",
			Err: fmt.Errorf("%w: a reload of HAProxy would undo the cutover. Run Terraform where the file is, as a user who may replace it, "+
				"or set persist = false and keep the file by other means", err),
		}
	}
	return nil
}

func entryError(err error) error {
	return &router.AttributeError{
		In: router.InRouter, Path: path.Root("map").AtName("key"), Summary: "HAProxy Map Entry Not Usable", Err: err,
	}
}

// Inspect implements traffic.Inspector: all servers are there, those that are
// to get traffic may have it, and weights divide it.
func (r *weighted) Inspect(ctx context.Context, to traffic.Color) (traffic.Facts, error) {
	view, err := r.look(ctx)
	if err == nil {
		err = checkLevel(r.socket.Name, view.level)
	}
	if err != nil {
		return traffic.Facts{}, r.explain(ctx, err)
	}
	if _, err := view.changes(traffic.All(to), make([]bool, len(r.pools))); err != nil {
		return traffic.Facts{}, serversError(to, "HAProxy Servers in Maintenance", err)
	}
	return r.inspectPools(ctx, view, to)
}

// inspectPools looks at what decides whether a pool's weights divide traffic.
func (r *weighted) inspectPools(ctx context.Context, v view, to traffic.Color) (traffic.Facts, error) {
	facts := traffic.Facts{}
	if err := r.checkBackups(ctx); err != nil {
		return facts, err
	}
	all, err := r.fixed(ctx)
	if err != nil {
		return facts, err
	}
	for i, fixed := range all {
		if fixed && !v.pools[i].configured(to) {
			return facts, serversError(to, "HAProxy Weight Not Settable",
				fmt.Errorf("%w: backend %s balances by fixed weights, and its %s servers have weight 0 in the configuration: "+
					"give them their full weight there, and let the state file or the first apply take it away", ErrWhole, r.pools[i].backend, to))
		}
		facts.AllOrNothing = facts.AllOrNothing || fixed
	}
	return facts, nil
}

// checkBackups fails when a server of a pool is a backup: it gets nothing while
// any other can serve, whatever weights say.
func (r *weighted) checkBackups(ctx context.Context) error {
	replies, err := r.socket.Run(ctx, statServers)
	if err != nil {
		return err
	}
	for _, p := range r.pools {
		rows, err := statsOf(statServers, replies[0], p.backend)
		if err != nil {
			return err
		}
		if err := p.checkBackups(rows); err != nil {
			return err
		}
	}
	return nil
}

func (p pool) checkBackups(rows stats) error {
	for _, c := range traffic.Colors() {
		for _, name := range p.names[c] {
			if rows[name]["bck"] == "1" {
				return serversError(c, "HAProxy Server Is a Backup",
					fmt.Errorf("haproxy: server %s/%s is a backup, which HAProxy uses only when no other server of the backend can be, whatever its weight: "+
						"take \"backup\" out of its line", p.backend, name))
			}
		}
	}
	return nil
}

// configured tells whether the configuration gives the color any weight.
func (m members) configured(c traffic.Color) bool {
	return slices.ContainsFunc(m[c], func(s server) bool { return s.initial > 0 })
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

// socketError puts an error on the socket that it came from.
func socketError(index int, err error) error {
	e := &router.AttributeError{In: router.InRouter, Path: path.Root("sockets").AtListIndex(index), Err: err}
	switch {
	case errors.Is(err, ErrPermission):
		e.Summary = "HAProxy Socket Lacks Rights"
		e.Err = fmt.Errorf("%w: give it \"level admin\" on its \"stats socket\" line", err)
	case errors.Is(err, haproxyapi.ErrMaster):
		e.Summary = "HAProxy Socket Is the Master's"
		e.Err = fmt.Errorf("%w: name the address of a \"stats socket\" line of its global section instead", err)
	case errors.Is(err, ErrUnreachable):
		e.Summary = "HAProxy Socket Unreachable"
		e.Err = fmt.Errorf("%w: see that HAProxy runs, that its \"stats socket\" line names this address, and that this user may open it", err)
	default:
		return err
	}
	return e
}
