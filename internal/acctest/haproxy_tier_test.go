package acctest

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// tier is a fleet of real HAProxies before the same applications, and the
// workspace of the team that switches between them.
type tier struct {
	stack
	mode    haproxyMode
	proxies []*balancer
	apps    map[traffic.Color][]*app.App
	sockets []string // as the switch names them
	file    string   // the map file, which a fleet shares
	block   string   // the switch's block, where it is not the mode's
	config  config
}

// tierOptions say what a tier is.
type tierOptions struct {
	cli.Options
	mode      haproxyMode
	proxies   int  // 1 when 0
	keepState bool // whether a reload hands weights on
}

// openTier starts a tier: blue serves, and nothing is in state yet.
func openTier(t *testing.T, o tierOptions) *tier {
	t.Helper()
	ti := startTier(t, o)
	if o.Binary == "" {
		o.Binary = terraform(t)
	}
	ti.config = config{
		aws: "null", lb: "null", versions: [2]string{"1.0.0", "2.0.0"}, name: "shop", color: "var.active_color",
		blue: ti.mode.environment(traffic.Blue), green: ti.mode.environment(traffic.Green),
	}
	ti.Workspace = workspace(t, o.Options, ti.String())
	return ti
}

// startTier starts a tier that nobody switches yet.
func startTier(t *testing.T, o tierOptions) *tier {
	t.Helper()
	ti := &tier{mode: o.mode, apps: map[traffic.Color][]*app.App{}}
	lab := haproxy.Config{HealthPath: app.HealthPath, KeepState: o.keepState}
	for range 2 {
		lab.Blue = append(lab.Blue, ti.serve(t, traffic.Blue))
		lab.Green = append(lab.Green, ti.serve(t, traffic.Green))
	}
	for range max(o.proxies, 1) {
		ti.start(t, lab)
	}
	if o.proxies > 1 {
		ti.share(t)
	}
	return ti
}

// openedTier is a tier whose switch has been created: blue is active.
func openedTier(t *testing.T, o tierOptions, change func(*tier)) *tier {
	t.Helper()
	ti := openTier(t, o)
	if change != nil {
		ti.rewrite(t, change)
	}
	ti.apply(t)
	return ti
}

func (ti *tier) serve(t *testing.T, c traffic.Color) string {
	t.Helper()
	a := app.StartT(t, app.Options{Color: c.String()})
	ti.apps[c] = append(ti.apps[c], a)
	return a.Addr()
}

func (ti *tier) start(t *testing.T, lab haproxy.Config) {
	t.Helper()
	h := haproxy.StartT(t, lab)
	ti.file = h.MapFile()
	ti.sockets = append(ti.sockets, h.AdminSocket())
	ti.proxies = append(ti.proxies, &balancer{HAProxy: h, mode: ti.mode, file: h.MapFile()})
}

// share gives all of a fleet one map file, as a switch names it.
func (ti *tier) share(t *testing.T) {
	t.Helper()
	ti.file = filepath.Join(t.TempDir(), "shared.map")
	if err := os.WriteFile(ti.file, []byte("# shared\n"+haproxy.Key+" "+haproxy.BlueBackend+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range ti.proxies {
		p.file = ti.file
		c := p.Config()
		c.Extra = fmt.Sprintf("frontend by-shared-map\n    bind unix@%s/shared.sock\n    use_backend %%[str(%s),map_str(%s)]",
			p.Dir(), haproxy.Key, ti.file)
		if err := p.Reconfigure(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
}

// String is the configuration as it is written.
func (ti *tier) String() string {
	return ti.config.with("haproxy = " + cmp.Or(ti.block, ti.mode.router(ti.sockets, ti.file))).String()
}

// reconfigure adds to the configuration of the first HAProxy.
func (ti *tier) reconfigure(t *testing.T, extra string) {
	t.Helper()
	c := ti.proxies[0].Config()
	c.Extra = extra
	if err := ti.proxies[0].Reconfigure(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func (ti *tier) rewrite(t *testing.T, change func(*tier)) {
	t.Helper()
	change(ti)
	write(t, ti.Workspace, ti.String())
}

func (ti *tier) reload(t *testing.T) {
	t.Helper()
	for _, p := range ti.proxies {
		if err := p.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// wantAll fails the test unless every HAProxy has these weights, and will have
// them after a reload where the mode promises that.
func (ti *tier) wantAll(t *testing.T, want traffic.Weights) {
	t.Helper()
	for _, p := range ti.proxies {
		if got := p.weights(t); got != want {
			t.Errorf("%s has %s, want %s", p.AdminSocket(), got, want)
		}
		if c, whole := want.Active(); whole && ti.mode == byMap && p.entryInFile(t) != backends[c] {
			t.Errorf("the file of %s says %s, want %s", p.AdminSocket(), p.entryInFile(t), backends[c])
		}
	}
}

// picture is all that a switch could change: weights, states, maps and files.
func (ti *tier) picture(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, p := range ti.proxies {
		fmt.Fprintf(&all, "%s\n%s%s%s\n", p.AdminSocket(), p.servers(t), p.command(t, "show map "+p.file), p.fileText(t))
	}
	return all.String()
}

// wantUntouched fails the test when anything changed since a picture was taken.
func (ti *tier) wantUntouched(t *testing.T, was string) {
	t.Helper()
	if is := ti.picture(t); is != was {
		t.Errorf("it was\n%s\nand is\n%s", was, is)
	}
}

// setHealthy turns the applications of a color, and waits until every HAProxy
// has seen it.
func (ti *tier) setHealthy(t *testing.T, c traffic.Color, healthy bool) {
	t.Helper()
	for _, a := range ti.apps[c] {
		a.SetHealthy(healthy)
	}
	for _, p := range ti.proxies {
		p.awaitHealth(t, c, healthy)
	}
}

// eachMode runs a test in both modes.
func eachMode(t *testing.T, test func(t *testing.T, mode haproxyMode)) {
	t.Helper()
	for _, mode := range []haproxyMode{byMap, byServers} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			test(t, mode)
		})
	}
}
