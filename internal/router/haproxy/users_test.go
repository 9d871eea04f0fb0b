package haproxy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestConfigurationsOfUsers: what people write for server weights goes there, to
// a share, and back.
func TestConfigurationsOfUsers(t *testing.T) {
	for name, test := range map[string]struct {
		extra       string
		blue, green Backend
		prepare     []string
		warns       string
	}{
		"a listen section, of TCP": {
			extra: "listen odd\n    bind unix@DIR/odd.sock\n    mode tcp\n    balance leastconn\n    server b BLUE weight 100\n    server g GREEN weight 0\n",
			blue:  servers("odd/b"), green: servers("odd/g"),
		},
		"slots of a template": {
			extra:   "backend odd\n    server-template web 1-4 BLUE\n",
			prepare: []string{"set server odd/web3 weight 0", "set server odd/web4 weight 0"},
			blue:    servers("odd/web1", "odd/web2"), green: servers("odd/web3", "odd/web4"),
		},
		"disabled slots that are filled at run time": {
			extra: "backend odd\n    server b BLUE weight 100\n    server g 127.0.0.1:1 weight 100 disabled\n",
			prepare: []string{
				"set server odd/g addr 127.0.0.1 port 2", "set server odd/g weight 0", "set server odd/g state ready",
			},
			blue: servers("odd/b"), green: servers("odd/g"),
		},
		"the greatest weight beside the least": {
			extra: "backend odd\n    server b1 BLUE weight 256\n    server b2 BLUE weight 1\n    server g GREEN weight 0\n",
			blue:  servers("odd/b1", "odd/b2"), green: servers("odd/g"),
		},
		"no weight in the configuration at all": {
			extra:   "backend odd\n    default-server weight 0\n    server b BLUE\n    server g GREEN\n",
			prepare: []string{"set server odd/b weight 7"},
			blue:    servers("odd/b"), green: servers("odd/g"),
		},
		"a slow start": {
			extra: "backend odd\n    server b BLUE weight 100 slowstart 30s\n    server g GREEN weight 0 slowstart 30s\n",
			blue:  servers("odd/b"), green: servers("odd/g"),
		},
		"clients with a cookie": {
			extra: "backend odd\n    cookie SRV insert indirect nocache\n    server b BLUE weight 100 cookie b\n    server g GREEN weight 0 cookie g\n",
			blue:  servers("odd/b"), green: servers("odd/g"), warns: `by the cookie "SRV": those that have it stay`,
		},
		"a bystander that keeps its share": {
			extra: "backend odd\n    server b BLUE weight 100\n    server g GREEN weight 0\n    server canary GREEN weight 5\n",
			blue:  servers("odd/b"), green: servers("odd/g"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := shortDir(t)
			w := newWorld(t, 1, func(c *lab.Config) {
				c.Extra = strings.NewReplacer("BLUE", c.Blue[0], "GREEN", c.Green[0], "DIR", dir).Replace(test.extra)
			})
			if len(test.prepare) > 0 {
				w.command(strings.Join(test.prepare, ";"))
			}
			r := openAll(t, over(w.AdminSocket()), test.blue, test.green)[0].Router.(*weighted)
			from, err := r.Weights(t.Context())
			must(t, err)
			found, err := r.Found(t.Context())
			must(t, err)
			facts, err := r.Inspect(t.Context(), traffic.Green)
			if err != nil || from != allBlue || facts.AllOrNothing || !strings.Contains(facts.Warning, test.warns) || (test.warns == "") != (facts.Warning == "") {
				t.Errorf("from %s: Inspect = %+v, %v", from, facts, err)
			}
			for _, to := range []traffic.Weights{traffic.Split(traffic.Green, 10), allGreen, allBlue, traffic.Split(traffic.Green, 50)} {
				must(t, r.SetWeights(t.Context(), from, to))
				must(t, r.Verify(t.Context(), to))
				from = to
			}
			must(t, found.Restore(t.Context(), from))
			must(t, found.Restored(t.Context()))
		})
	}
}

// TestMapsOfUsers: what people write for maps.
func TestMapsOfUsers(t *testing.T) {
	for name, test := range map[string]struct{ uses, file, key, after string }{
		"hosts with ports, and a default": {
			"use_backend %[req.hdr(host),lower,map(MAP,app)]", "a.test:8080 blue-backend\na.test app\n", "a.test:8080", "a.test:8080 green-backend\na.test app\n",
		},
		"looked up twice, in two ways": {
			"use_backend %[str(live),map(MAP)]\n    http-request set-header X %[path,map_beg(MAP,none)]", "live blue-backend\n", "live", "live green-backend\n",
		},
		"an address": {
			"use_backend %[src,map_ip(MAP)]", "10.0.0.1 blue-backend\n", "10.0.0.1", "10.0.0.1 green-backend\n",
		},
		"written on Windows, with remarks": {
			"use_backend %[str(live),map(MAP)]", "# live side\r\n\r\nlive\tblue-backend\r\nnext  x\r\n", "live", "# live side\r\n\r\nlive\tgreen-backend\r\nnext  x\r\n",
		},
		"set by requests too": {
			"http-request set-map(MAP) %[path] x if { path /never }\n    use_backend %[str(live),map(MAP)]", "live blue-backend\n", "live", "live green-backend\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := shortDir(t)
			file := filepath.Join(dir, "m.map")
			must(t, os.WriteFile(file, []byte(test.file), 0o600))
			w := newWorld(t, 1, func(c *lab.Config) {
				c.Extra = "frontend odd\n    bind unix@" + dir + "/odd.sock\n    " + strings.ReplaceAll(test.uses, "MAP", file) + "\n"
			})
			blue, green := mapBackends()
			block := over(w.AdminSocket())
			block.Map = &Map{File: file, Key: &test.key}
			r := openAll(t, block, blue, green)[0].Router.(*mapped)
			_, err := r.Inspect(t.Context(), traffic.Green)
			must(t, err)
			must(t, r.SetWeights(t.Context(), allBlue, allGreen))
			w.reload()
			must(t, r.Verify(t.Context(), allGreen))
			text, err := os.ReadFile(file)
			if err != nil || string(text) != test.after {
				t.Errorf("the file is %q, %v, want %q", text, err, test.after)
			}
			must(t, r.SetWeights(t.Context(), allGreen, allBlue))
		})
	}
}
