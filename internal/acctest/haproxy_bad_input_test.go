package acctest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// badHAProxy is a configuration that gets a diagnostic at plan, in one mode or,
// when that is empty, in both.
type badHAProxy struct {
	mode   haproxyMode
	change func(t *testing.T, ti *tier)
	args   []string
	wants  []string
}

var badHAProxies = map[string]badHAProxy{
	"socket that does not exist": {
		change: func(_ *testing.T, ti *tier) { ti.sockets = []string{"unix://" + ti.proxies[0].Dir() + "/none.sock"} },
		wants: []string{
			"HAProxy Socket Unreachable", "no such file or directory", `haproxy = { sockets`,
			"see that HAProxy runs, that its \"stats socket\" line names this address", "The attribute is haproxy.sockets[0]",
		},
	},
	"nobody listens": {
		change: func(_ *testing.T, ti *tier) { ti.sockets = []string{"tcp://127.0.0.1:1"} },
		wants:  []string{"HAProxy Socket Unreachable", "tcp://127.0.0.1:1", "connection refused", "see that HAProxy runs"},
	},
	"socket of level operator": {
		args:   to(traffic.Green),
		change: func(_ *testing.T, ti *tier) { ti.sockets = []string{ti.proxies[0].OperatorSocket()} },
		wants:  []string{"HAProxy Socket Lacks Rights", "operator.sock has level operator", `give it "level admin" on its "stats socket" line`, "haproxy.sockets[0]"},
	},
	"socket of level user": {
		args:   to(traffic.Green),
		change: func(_ *testing.T, ti *tier) { ti.sockets = []string{ti.proxies[0].UserSocket()} },
		wants:  []string{"HAProxy Socket Lacks Rights", "user.sock has level user", `give it "level admin"`},
	},
	"socket of the master": {
		change: func(_ *testing.T, ti *tier) { ti.sockets = []string{"unix://" + ti.proxies[0].Dir() + "/master.sock"} },
		wants: []string{
			"HAProxy Socket Is the Master's", "the command line of HAProxy's master process (-S)", `name the address of a "stats socket" line`, "haproxy.sockets[0]",
		},
	},
	"address that is none": {
		change: func(_ *testing.T, ti *tier) { ti.sockets = []string{"/run/haproxy.sock"} },
		wants:  []string{"HAProxy Socket Not Valid", `"/run/haproxy.sock"`, `write "unix:///path" or "tcp://host:port"`},
	},
	"one socket twice": {
		change: func(_ *testing.T, ti *tier) { ti.sockets = append(ti.sockets, ti.sockets[0]) },
		wants:  []string{"HAProxy Socket Not Valid", "stands there twice", "haproxy.sockets[1]"},
	},
	"no socket": {
		change: func(_ *testing.T, ti *tier) { ti.sockets = nil },
		wants:  []string{"HAProxy Socket Missing", "Name at least one socket"},
	},
	"unknown backend": {
		mode: byMap, args: to(traffic.Green),
		change: func(_ *testing.T, ti *tier) { ti.config.green = `haproxy = { backend = "gren-backend" }` },
		wants:  []string{"HAProxy Backend Not Found", `"gren-backend"`, "green = bluegreen_environment.green", "The attribute is green.haproxy.backend"},
	},
	"backend in both colors": {
		mode:   byMap,
		change: func(_ *testing.T, ti *tier) { ti.config.green = ti.config.blue },
		wants:  []string{"Same Backend in Both Colors", `Blue and green are both "blue-backend"`, "name two backends", "green = bluegreen_environment.green"},
	},
	"steps": {
		mode: byMap, args: to(traffic.Green),
		change: func(_ *testing.T, ti *tier) { ti.config = ti.config.with(threeSteps) },
		wants:  []string{"Router Has No Weights", "steps = [", "Take out steps"},
	},
	"map that HAProxy does not use": {
		mode: byMap,
		change: func(t *testing.T, ti *tier) {
			ti.file = filepath.Join(t.TempDir(), "other.map")
			if err := os.WriteFile(ti.file, []byte("shop blue-backend\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		wants: []string{"HAProxy Map Not Used", "no line of the configuration uses a map", "write the name exactly as the configuration does", "haproxy.map.file"},
	},
	"key that is not in the map": {
		mode: byMap,
		change: func(t *testing.T, ti *tier) {
			ti.proxies[0].order(t, "del map "+ti.file+" shop")
		},
		wants: []string{"HAProxy Map Entry Not Usable", `no entry for "shop"`, `add a line "shop blue-backend" to its file and reload HAProxy`, "haproxy.map.key"},
	},
	"entry that is neither": {
		mode:   byMap,
		change: func(t *testing.T, ti *tier) { ti.proxies[0].order(t, "set map "+ti.file+" shop app") },
		wants:  []string{"HAProxy Map Entry Not Usable", `is "app", which is neither "blue-backend" nor "green-backend"`, "set it to one of them, live", "shop blue-backend\") and in the file"},
	},
	"file that is not here": {
		mode: byMap, args: to(traffic.Green),
		change: func(t *testing.T, ti *tier) {
			if err := os.Remove(ti.file); err != nil {
				t.Fatal(err)
			}
		},
		wants: []string{"HAProxy Map File Cannot Be Kept", "no such file", "Run Terraform where the file is", "or set persist = false"},
	},
	"file that is a pipe": {
		mode: byMap, args: to(traffic.Green),
		change: func(t *testing.T, ti *tier) {
			if err := errors.Join(os.Remove(ti.file), syscall.Mkfifo(ti.file, 0o600)); err != nil {
				t.Fatal(err)
			}
		},
		wants: []string{"HAProxy Map File Cannot Be Kept", "it is a named pipe, not a file", "or set persist = false"},
	},
	"map that is looked up by expressions": {
		mode: byMap,
		change: func(t *testing.T, ti *tier) {
			ti.file = ti.proxies[0].Dir() + "/reg.map" // a comma ends the argument of a lookup
			if err := os.WriteFile(ti.file, []byte("^/ blue-backend\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			ti.reconfigure(t, "frontend by-path\n    bind unix@"+ti.proxies[0].Dir()+"/path.sock\n    use_backend %[path,map_reg("+ti.file+")]\n")
			ti.block = fmt.Sprintf(`{ sockets = %s, map = { file = %q, key = "^/" } }`, list(ti.sockets), ti.file)
		},
		wants: []string{"HAProxy Map Entry Not Usable", `looks this map up by ["map_reg"]`, "look up one constant key with map_str"},
	},
	"servers with an agent": {
		mode: byServers, args: to(traffic.Green),
		change: func(t *testing.T, ti *tier) {
			ti.reconfigure(t, "backend odd\n    server blue1 "+ti.apps[traffic.Blue][0].Addr()+" weight 100 agent-check agent-port 9\n    server green1 "+
				ti.apps[traffic.Green][0].Addr()+" weight 0 agent-check agent-port 9\n")
			ti.config.blue, ti.config.green = `haproxy = { servers = ["odd/blue1"] }`, `haproxy = { servers = ["odd/green1"] }`
		},
		wants: []string{"HAProxy Agent Sets Weights", "has an agent-check, whose next answer may replace", `send "disable agent odd/green1"`, "green = bluegreen_environment.green"},
	},
	"steps of a hash": {
		mode: byServers, args: to(traffic.Green),
		change: func(t *testing.T, ti *tier) {
			ti.reconfigure(t, "backend odd\n    balance source\n    server blue1 "+ti.apps[traffic.Blue][0].Addr()+" weight 100\n    server green1 "+
				ti.apps[traffic.Green][0].Addr()+" weight 100\n")
			ti.proxies[0].order(t, "set server odd/green1 weight 0")
			ti.config = ti.config.with(threeSteps)
			ti.config.blue, ti.config.green = `haproxy = { servers = ["odd/blue1"] }`, `haproxy = { servers = ["odd/green1"] }`
		},
		wants: []string{"Share Cannot Be Set Exactly", "does not tell the hash-type of backend odd", "set shares = true in the switch's haproxy block", "Or take out steps"},
	},
	"servers for a map": {
		mode:   byMap,
		change: func(_ *testing.T, ti *tier) { ti.config.green = byServers.environment(traffic.Green) },
		wants: []string{
			"HAProxy Modes Differ", "The green environment names servers, but the switch has a map: name its backend, or take map out of the switch",
			"green = bluegreen_environment.green",
		},
	},
	"backends without a map": {
		mode:   byServers,
		change: func(_ *testing.T, ti *tier) { ti.config.blue = byMap.environment(traffic.Blue) },
		wants:  []string{"HAProxy Modes Differ", "The blue environment names a backend, but the switch has no map: give the switch its map", "blue = bluegreen_environment.blue"},
	},
	"backend and servers": {
		mode: byServers,
		change: func(_ *testing.T, ti *tier) {
			ti.config.blue = `haproxy = { backend = "blue-backend", servers = ["app/blue1"] }`
		},
		wants: []string{"HAProxy Modes Differ", "has both backend and servers"},
	},
	"unknown server": {
		mode: byServers, args: to(traffic.Green),
		change: func(_ *testing.T, ti *tier) { ti.config.green = `haproxy = { servers = ["app/green1", "app/green9"] }` },
		wants:  []string{"HAProxy Server Not Found", "app/green9", "green = bluegreen_environment.green", "The attribute is green.haproxy.servers"},
	},
	"unknown backend of servers": {
		mode: byServers,
		change: func(_ *testing.T, ti *tier) {
			ti.config.blue, ti.config.green = `haproxy = { servers = ["ap/blue1"] }`, `haproxy = { servers = ["ap/green1"] }`
		},
		wants: []string{"HAProxy Backend Not Found", "show servers state ap", "blue = bluegreen_environment.blue"},
	},
	"server in both colors": {
		mode:   byServers,
		change: func(_ *testing.T, ti *tier) { ti.config.green = ti.config.blue },
		wants:  []string{"HAProxy Server Not Valid", `The server "app/blue1" is in blue already`, "green = bluegreen_environment.green", "green.haproxy.servers[0]"},
	},
	"backend with servers of one color": {
		mode:   byServers,
		change: func(_ *testing.T, ti *tier) { ti.config.green = `haproxy = { servers = ["green-backend/green1"] }` },
		wants:  []string{"HAProxy Backend Has One Color", "name a green server in it, or use a map to choose between two backends"},
	},
	"server without its backend": {
		mode:   byServers,
		change: func(_ *testing.T, ti *tier) { ti.config.green = `haproxy = { servers = ["green1"] }` },
		wants:  []string{"HAProxy Server Not Valid", `the server "green1": write "backend/server"`},
	},
	"all servers in maintenance": {
		mode: byServers, args: to(traffic.Green),
		change: func(t *testing.T, ti *tier) {
			ti.proxies[0].order(t, "set server app/green1 state maint", "set server app/green2 state maint")
		},
		wants: []string{"HAProxy Servers in Maintenance", "the green servers of backend app", "state ready"},
	},
}

// TestHAProxyBadInput has configurations that are wrong of themselves, or
// because of what HAProxy is: each is told at plan, and nothing moves.
func TestHAProxyBadInput(t *testing.T) {
	t.Parallel()
	for name, bad := range badHAProxies {
		for _, mode := range []haproxyMode{byMap, byServers} {
			if bad.mode != "" && bad.mode != mode {
				continue
			}
			t.Run(name+", "+string(mode), func(t *testing.T) {
				t.Parallel()
				bad.try(t, mode)
			})
		}
	}
}

func (bad badHAProxy) try(t *testing.T, mode haproxyMode) {
	t.Helper()
	ti := openedTier(t, tierOptions{mode: mode}, nil)
	p := ti.proxies[0]
	ti.rewrite(t, func(ti *tier) { bad.change(t, ti) })
	was := p.servers(t) + p.command(t, "show map "+p.file)
	_, _, err := ti.Plan(t.Context(), bad.args...)
	t.Log(failed(t, err, bad.wants...))
	if is := p.servers(t) + p.command(t, "show map "+p.file); is != was {
		t.Errorf("it was\n%s\nand is\n%s", was, is)
	}
}
