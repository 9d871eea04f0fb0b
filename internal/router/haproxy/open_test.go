package haproxy

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func backend(name string) Backend     { return Backend{Backend: &name} }
func servers(names ...string) Backend { return Backend{Servers: names} }
func over(addresses ...string) Router { return Router{Sockets: addresses} }
func byMap(file, key string) Router {
	return Router{Sockets: []string{socketA}, Map: &Map{File: file, Key: &key}}
}

func unpersisted(file string) Router {
	no := false
	return Router{Sockets: []string{socketA}, Map: &Map{File: file, Key: ptr("shop"), Persist: &no}}
}
func join(r Router, s ...string) Router { r.Sockets = append(r.Sockets, s...); return r }

func withKeys(file string, key *string, keys ...string) Router {
	return Router{Sockets: []string{socketA}, Map: &Map{File: file, Key: key, Keys: keys}}
}

func withValues(file, blue, green string) Router {
	r := byMap(file, "shop")
	r.Map.Values = &Values{Blue: blue, Green: green}
	return r
}

func withID(file, id string) Router {
	r := byMap(file, "shop")
	r.Map.ID = &id
	return r
}

const (
	socketA = "unix:///run/haproxy/a.sock"
	socketB = "tcp://127.0.0.1:9999"
	file    = "/etc/haproxy/backend.map"
)

func TestOpenRefuses(t *testing.T) {
	b, g := backend("blue"), backend("green")
	sb, sg := servers("app/b1"), servers("app/g1")
	for _, test := range []struct {
		name        string
		router      Router
		blue, green Backend
		in          router.Place
		path, says  string
	}{
		{"no socket", over(), sb, sg, router.InRouter, "sockets", "at least one socket"},
		{"no scheme", over("/run/a.sock"), sb, sg, router.InRouter, "sockets[0]", "unix:///path"},
		{"relative path", over("unix://run/a.sock"), sb, sg, router.InRouter, "sockets[0]", "absolute"},
		{"long path", over("unix:///" + strings.Repeat("x", 107)), sb, sg, router.InRouter, "sockets[0]", "at most 107"},
		{"no port", over(socketA, "tcp://localhost"), sb, sg, router.InRouter, "sockets[1]", "tcp://host:port"},
		{"a socket twice", join(over(socketA), socketA), sb, sg, router.InRouter, "sockets[1]", "twice"},
		{"map without backend", byMap(file, "shop"), sb, g, router.InBlue, "", "name its backend"},
		{"backend without map", over(socketA), sb, g, router.InGreen, "", "give the switch its map"},
		{"neither", over(socketA), sb, Backend{}, router.InGreen, "", "servers ="},
		{"both", over(socketA), sb, Backend{g.Backend, sg.Servers}, router.InGreen, "", "both backend and servers"},
		{"the same backend", byMap(file, "shop"), b, b, router.InGreen, "backend", "name two backends"},
		{"a backend that ends the command", byMap(file, "shop"), b, backend("g;shutdown"), router.InGreen, "backend", "letters, digits"},
		{"a backend of two words", byMap(file, "shop"), backend("a b"), g, router.InBlue, "backend", "letters, digits"},
		{"a key of two words", byMap(file, "my shop"), b, g, router.InRouter, "map.key", "no blanks"},
		{"a key with a new line", byMap(file, "shop\nx"), b, g, router.InRouter, "map.key", "no blanks"},
		{"a key that ends the command", byMap(file, "a;b"), b, g, router.InRouter, "map.key", ";"},
		{"a key that is a reference", byMap(file, "#0x1"), b, g, router.InRouter, "map.key", "leading #"},
		{"a key that begins a payload", byMap(file, "<<"), b, g, router.InRouter, "map.key", "<<"},
		{"an empty key", byMap(file, ""), b, g, router.InRouter, "map.key", "no blanks"},
		{"a map by number", byMap("#2", "shop"), b, g, router.InRouter, "map.file", "leading #"},
		{"no key", Router{Sockets: []string{socketA}, Map: &Map{File: file}}, b, g, router.InRouter, "map.key", "one of the two"},
		{"key and keys", withKeys(file, ptr("a"), "b"), b, g, router.InRouter, "map.key", "one of the two"},
		{"the same key", withKeys(file, nil, "a", "b", "a"), b, g, router.InRouter, "map.keys[2]", "twice"},
		{"one of the keys", withKeys(file, nil, "a", "b c"), b, g, router.InRouter, "map.keys[1]", "no blanks"},
		{"the same value", withValues(file, "x", "x"), b, g, router.InRouter, "map.values.green", "give two values"},
		{"a value that ends the command", withValues(file, "x", "y;"), b, g, router.InRouter, "map.values.green", "no blanks"},
		{"an id that is a number", withID(file, "#2"), b, g, router.InRouter, "map.id", "leading #"},
		{"a relative file with an id", withID("backend.map", "backend.map"), b, g, router.InRouter, "map.file", "persist = false"},
		{"shares of a map", Router{Sockets: []string{socketA}, Map: byMap(file, "shop").Map, Shares: ptr(true)}, b, g, router.InRouter, "shares", "all or nothing"},
		{"a relative map", byMap("backend.map", "shop"), b, g, router.InRouter, "map.file", "persist = false"},
		{"a server without backend", over(socketA), servers("b1"), sg, router.InBlue, "servers[0]", "backend/server"},
		{"a server with blanks", over(socketA), sb, servers("app/g1", "app/g 2"), router.InGreen, "servers[1]", "letters, digits"},
		{"the same server", over(socketA), sb, servers("app/b1"), router.InGreen, "servers[0]", "in blue already"},
		{"one color in a backend", over(socketA), servers("app/b1", "api/b1"), sg, router.InGreen, "servers", "servers of blue alone"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := open(t.Context(), nil, test.router, test.blue, test.green)
			var at *router.AttributeError
			if !errors.As(err, &at) {
				t.Fatalf("open = %v, want an AttributeError", err)
			}
			if at.In != test.in || at.Path.String() != test.path || !strings.Contains(err.Error(), test.says) {
				t.Errorf("open = %v at %s %q, want %q at %s %q", err, at.In, at.Path, test.says, test.in, test.path)
			}
		})
	}
}

func TestOpenMakesAMemberForEachSocket(t *testing.T) {
	for _, test := range []struct {
		router      Router
		blue, green Backend
	}{
		{join(byMap(file, "shop"), socketB), backend("blue"), backend("green")},
		{join(unpersisted("virt@shop"), socketB), backend("blue"), backend("green")},
		{over(socketA, socketB), servers("app/b1", "api/b1"), servers("api/g1", "app/g1", "app/g2")},
	} {
		members := openAll(t, test.router, test.blue, test.green)
		var names []string
		for _, m := range members {
			names = append(names, m.Name)
			if m.Kind != "haproxy" {
				t.Errorf("kind %q", m.Kind)
			}
		}
		if !slices.Equal(names, []string{socketA, socketB}) {
			t.Errorf("members %q", names)
		}
	}
}

func TestImport(t *testing.T) {
	for id, want := range map[string]string{
		"haproxy:" + socketA:                                     socketA,
		"haproxy:" + socketA + "," + socketB:                     socketA + " " + socketB,
		"haproxy:" + socketA + "#" + file + "#shop":              socketA + " " + file + " shop",
		"haproxy:" + socketA + "," + socketB + "#" + file + "#a": socketA + " " + socketB + " " + file + " a",
		"haproxy:" + socketA + "#" + file + "#shop#api":          socketA + " " + file + " shop api",
		"haproxy:":                        "",
		"haproxy:" + socketA + "#" + file: "",
		"haproxy:nonsense":                "",
		socketA:                           "",
		"arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/b/c": "",
	} {
		r, ok := importID(id)
		got := strings.Join(r.Sockets, " ")
		if r.Map != nil {
			got += " " + r.Map.File + " " + strings.Join(r.Map.keys(), " ")
		}
		if ok != (want != "") || ok && got != want {
			t.Errorf("import %q = %q, %t, want %q", id, got, ok, want)
		}
		if block, valid := New().Import(t.Context(), id); valid != ok || block.IsNull() == ok {
			t.Errorf("import %q gives the block %s, %t", id, block, valid)
		}
	}
}

// inspect expects an error on one attribute.
func inspect(t *testing.T, r traffic.Router, in router.Place, path string, want error) {
	t.Helper()
	_, err := r.(traffic.Inspector).Inspect(t.Context(), traffic.Green)
	var at *router.AttributeError
	if !errors.As(err, &at) || at.In != in || at.Path.String() != path {
		t.Errorf("Inspect = %v, want an error on %s %q", err, in, path)
		return
	}
	wantErr(t, "Inspect", err, want)
}

// TestPlanFindsWhatApplyWouldHit looks at each thing that is missing: the plan
// says so on the attribute, a movement refuses, and nothing moves.
func TestPlanFindsWhatApplyWouldHit(t *testing.T) {
	w := newWorld(t, 1, nil)
	blue, green := mapBackends()
	mapOf := func(change func(*Router), g Backend) traffic.Router {
		r := w.mapBlock(w.AdminSocket())
		change(&r)
		return openAll(t, r, blue, g)[0].Router
	}
	serversOf := func(socket string, b, g Backend) traffic.Router { return openAll(t, over(socket), b, g)[0].Router }
	keep := func(*Router) {}
	sb, sg := serverBackends(1)
	dead, master := "unix://"+w.Dir()+"/none.sock", "unix://"+w.Dir()+"/master.sock"
	for _, test := range []struct {
		name string
		r    traffic.Router
		in   router.Place
		path string
		want error
	}{
		{"operator, map", mapOf(func(r *Router) { r.Sockets[0] = w.OperatorSocket() }, green), router.InRouter, "sockets[0]", ErrPermission},
		{"user, map", mapOf(func(r *Router) { r.Sockets[0] = w.UserSocket() }, green), router.InRouter, "sockets[0]", ErrPermission},
		{"operator, servers", serversOf(w.OperatorSocket(), sb, sg), router.InRouter, "sockets[0]", ErrPermission},
		{"dead, map", mapOf(func(r *Router) { r.Sockets[0] = dead }, green), router.InRouter, "sockets[0]", ErrUnreachable},
		{"dead, servers", serversOf(dead, sb, sg), router.InRouter, "sockets[0]", ErrUnreachable},
		{"master, map", mapOf(func(r *Router) { r.Sockets[0] = master }, green), router.InRouter, "sockets[0]", haproxyapi.ErrMaster},
		{"master, servers", serversOf(master, sb, sg), router.InRouter, "sockets[0]", haproxyapi.ErrMaster},
		{"dead, tcp", serversOf("tcp://127.0.0.1:1", sb, sg), router.InRouter, "sockets[0]", ErrUnreachable},
		{"unknown map", mapOf(func(r *Router) { r.Map.File = w.ConfigFile() }, green), router.InRouter, "map.file", traffic.ErrNotFound},
		{"unknown key", mapOf(func(r *Router) { r.Map.Key = ptr("nobody") }, green), router.InRouter, "map.key", traffic.ErrNotFound},
		{"foreign value", mapOf(func(r *Router) { r.Map.Key = ptr("shopping") }, green), router.InRouter, "map.key", traffic.ErrNoWeight},
		{"unknown backend", mapOf(keep, backend("none")), router.InGreen, "backend", traffic.ErrNotFound},
		{"unknown server", serversOf(w.AdminSocket(), sb, servers("app/green9")), router.InGreen, "servers", traffic.ErrNotFound},
		{"unknown backend of servers", serversOf(w.AdminSocket(), servers("none/b"), servers("none/g")), router.InBlue, "servers", traffic.ErrNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			inspect(t, test.r, test.in, test.path, test.want)
			wantErr(t, "SetWeights", test.r.SetWeights(t.Context(), allBlue, allGreen), test.want)
			if m, s := w.liveMap(), w.liveServers(); m != allBlue || s != allBlue || strings.Contains(w.fileText(), "\tgreen") {
				t.Errorf("it moved: %s, %s, %q", m, s, w.fileText())
			}
		})
	}
	w.order("set server app/green1 state maint")
	inspect(t, serversOf(w.AdminSocket(), sb, sg), router.InGreen, "servers", ErrMaintenance)
}

func TestSharesOfAMapAreRefused(t *testing.T) {
	w := newWorld(t, 1, nil)
	err := w.mapRouter(w.AdminSocket()).SetWeights(t.Context(), allBlue, traffic.Split(traffic.Green, 10))
	wantErr(t, "SetWeights", err, ErrWhole)
}
