package haproxy

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// open makes a member for each socket.
func open(_ context.Context, _ *session.Sessions, r Router, blue, green Backend) ([]traffic.Member, error) {
	sockets, err := openSockets(r.Sockets)
	if err != nil {
		return nil, err
	}
	backends := map[traffic.Color]Backend{traffic.Blue: blue, traffic.Green: green}
	if err := checkModes(r, backends); err != nil {
		return nil, err
	}
	if r.Map != nil && r.Shares != nil {
		return nil, attributeError(router.InRouter, path.Root("shares"), "HAProxy Map Has No Shares",
			pkg.New("a map gives a color all or nothing: take shares out, or map"))
	}
	if r.Map != nil {
		return openMapped(sockets, *r.Map, backends)
	}
	return openWeighted(sockets, r.Shares != nil && *r.Shares, backends)
}

func attributeError(in router.Place, p path.Path, summary string, err error) error {
	return &router.AttributeError{In: in, Path: p, Summary: summary, Err: err}
}

func openSockets(addresses []string) ([]haproxyapi.Socket, error) {
	if len(addresses) == 0 {
		return nil, attributeError(router.InRouter, path.Root("sockets"), "HAProxy Socket Missing",
			pkg.New("name at least one socket"))
	}
	var sockets []haproxyapi.Socket
	seen := map[string]bool{}
	for i, a := range addresses {
		s, err := haproxyapi.ParseSocket(a)
		if err == nil && seen[s.Network+s.Address] {
			err = fmt.Errorf("%w: the socket %q stands there twice", haproxyapi.ErrName, a)
		}
		if err != nil {
			return nil, attributeError(router.InRouter, path.Root("sockets").AtListIndex(i), "HAProxy Socket Not Valid", err)
		}
		seen[s.Network+s.Address] = true
		sockets = append(sockets, s)
	}
	return sockets, nil
}

// checkModes fails unless both environments say what the switch's mode needs.
func checkModes(r Router, backends map[traffic.Color]Backend) error {
	var errs []error
	for _, c := range traffic.Colors() {
		if why := backends[c].mismatch(r.Map != nil); why != "" {
			errs = append(errs, attributeError(router.BackendOf(c), path.Empty(), "HAProxy Modes Differ",
				pkg.Errorf("the %s environment %s", c, why)))
		}
	}
	return errors.Join(errs...)
}

// mismatch says what is wrong with the block of an environment in a mode.
func (b Backend) mismatch(mapMode bool) string {
	hasServers := b.Servers != nil
	switch {
	case b.Backend != nil && hasServers:
		return "has both backend and servers: keep backend with the switch's map, servers without"
	case mapMode && b.Backend == nil:
		return "names servers, but the switch has a map: name its backend, or take map out of the switch"
	case !mapMode && len(b.Servers) == 0 && b.Backend != nil:
		return "names a backend, but the switch has no map: give the switch its map, or name servers as [\"backend/server\"]"
	case !mapMode && len(b.Servers) == 0:
		return "names no servers: write servers = [\"backend/server\"]"
	default:
		return ""
	}
}

func openMapped(sockets []haproxyapi.Socket, m Map, backends map[traffic.Color]Backend) ([]traffic.Member, error) {
	names := map[traffic.Color]string{}
	for _, c := range traffic.Colors() {
		names[c] = *backends[c].Backend
		if err := haproxyapi.CheckName("backend", names[c]); err != nil {
			return nil, attributeError(router.BackendOf(c), path.Root("backend"), "HAProxy Backend Not Valid", err)
		}
	}
	if names[traffic.Blue] == names[traffic.Green] {
		return nil, attributeError(router.InGreen, path.Root("backend"), "Same Backend in Both Colors",
			pkg.Errorf("blue and green are both %q: name two backends", names[traffic.Blue]))
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	values := names
	if m.Values != nil {
		values = map[traffic.Color]string{traffic.Blue: m.Values.Blue, traffic.Green: m.Values.Green}
	}
	var members []traffic.Member
	for i, s := range sockets {
		r := &mapped{
			socket: s, index: i, id: m.id(), named: m.ID != nil, keys: m.keys(), several: m.Key == nil, backends: names, values: values,
		}
		if m.persists() {
			r.file = &mapFile{path: m.File}
		}
		members = append(members, traffic.Member{
			Name: s.Name, Kind: Name, Moves: fmt.Sprintf("%q %q %t %q %q %q", r.id, m.File, m.persists(), r.keys, names, values), Router: r,
		})
	}
	return members, nil
}

func openWeighted(sockets []haproxyapi.Socket, shares bool, backends map[traffic.Color]Backend) ([]traffic.Member, error) {
	pools, err := makePools(backends)
	if err != nil {
		return nil, err
	}
	var members []traffic.Member
	for i, s := range sockets {
		members = append(members, traffic.Member{
			Name: s.Name, Kind: Name, Moves: fmt.Sprintf("%t %q", shares, pools), Router: &weighted{socket: s, index: i, pools: pools, shares: shares},
		})
	}
	return members, nil
}

// makePools groups the servers of both colors by their backends.
func makePools(environments map[traffic.Color]Backend) ([]pool, error) {
	var order []string
	pools := map[string]pool{}
	owner := map[string]traffic.Color{}
	for _, c := range traffic.Colors() {
		for i, id := range environments[c].Servers {
			backend, server, err := haproxyapi.SplitServer(id)
			if other, taken := owner[id]; err == nil && taken {
				err = pkg.Errorf("the server %q is in %s already", id, other)
			}
			if err != nil {
				return nil, attributeError(router.BackendOf(c), path.Root("servers").AtListIndex(i), "HAProxy Server Not Valid", err)
			}
			owner[id] = c
			if _, ok := pools[backend]; !ok {
				order = append(order, backend)
				pools[backend] = pool{backend: backend, names: map[traffic.Color][]string{}}
			}
			pools[backend].names[c] = append(pools[backend].names[c], server)
		}
	}
	return inOrder(order, pools)
}

// inOrder returns the pools as they were named, each with both colors.
func inOrder(order []string, pools map[string]pool) ([]pool, error) {
	all := make([]pool, 0, len(order))
	for _, backend := range order {
		for _, c := range traffic.Colors() {
			if len(pools[backend].names[c]) == 0 {
				return nil, attributeError(router.BackendOf(c), path.Root("servers"), "HAProxy Backend Has One Color",
					pkg.Errorf("backend %q has servers of %s alone, so that weights cannot move its traffic: name a %s server in it, "+
						"or use a map to choose between two backends", backend, c.Other(), c))
			}
		}
		all = append(all, pools[backend])
	}
	return all, nil
}
