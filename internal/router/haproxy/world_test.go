package haproxy

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// world is a real HAProxy before real applications.
type world struct {
	*lab.HAProxy
	t    *testing.T
	apps map[traffic.Color][]*app.App
}

func newWorld(t *testing.T, perColor int, change func(*lab.Config)) *world {
	t.Helper()
	w := &world{t: t, apps: map[traffic.Color][]*app.App{}}
	c := lab.Config{HealthPath: app.HealthPath, Map: "# head\n\nother " + lab.GreenBackend + "\n  shop\t" + lab.BlueBackend + "  \nshopping x # not ours\n"}
	for range perColor {
		c.Blue = append(c.Blue, w.serve(traffic.Blue))
		c.Green = append(c.Green, w.serve(traffic.Green))
	}
	if change != nil {
		change(&c)
	}
	w.HAProxy = lab.StartT(t, c)
	return w
}

func (w *world) serve(c traffic.Color) string {
	a := app.StartT(w.t, app.Options{Color: string(c)})
	w.apps[c] = append(w.apps[c], a)
	return a.Addr()
}

func (w *world) command(line string) string {
	w.t.Helper()
	reply, err := w.Command(w.t.Context(), line)
	if err != nil {
		w.t.Fatal(err)
	}
	return reply
}

// order sends commands that must be obeyed.
func (w *world) order(lines ...string) {
	w.t.Helper()
	if reply := w.command(strings.Join(lines, ";")); strings.TrimSpace(reply) != "" {
		w.t.Fatalf("%q was answered %q", lines, reply)
	}
}

func (w *world) reload() {
	w.t.Helper()
	if err := w.Reload(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// mapEntry is a line of the live map.
func (w *world) mapEntry(key string) string {
	w.t.Helper()
	for line := range strings.Lines(w.command("show map " + w.MapFile())) {
		if fields := strings.Fields(line); len(fields) > 2 && fields[1] == key {
			return fields[2]
		}
	}
	return ""
}

func (w *world) fileText() string {
	w.t.Helper()
	text, err := os.ReadFile(w.MapFile())
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// rows are those of "show servers state", by server.
func (w *world) rows() map[string][]string {
	w.t.Helper()
	rows := map[string][]string{}
	for line := range strings.Lines(w.command("show servers state")) {
		if f := strings.Fields(line); len(f) > 10 && f[0] != "#" {
			rows[f[1]+"/"+f[3]] = f
		}
	}
	return rows
}

// column reads a number out of a row: 5 op state, 6 admin, 7 weight, 11 check.
func column(t *testing.T, row []string, i int) int {
	t.Helper()
	n, err := strconv.Atoi(row[i])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// liveServers is how the backend app divides traffic.
func (w *world) liveServers() traffic.Weights {
	w.t.Helper()
	var blue, green uint64
	for name, row := range w.rows() {
		weight := uint64(column(w.t, row, 7)) //nolint:gosec // HAProxy's weights are 0 to 256
		switch {
		case column(w.t, row, 6) != 0:
		case strings.HasPrefix(name, "app/blue"):
			blue += weight
		case strings.HasPrefix(name, "app/green"):
			green += weight
		}
	}
	weights, err := traffic.Shares(blue, green)
	if err != nil {
		w.t.Fatal(err)
	}
	return weights
}

func (w *world) liveMap() traffic.Weights {
	w.t.Helper()
	switch w.mapEntry(lab.Key) {
	case lab.BlueBackend:
		return traffic.All(traffic.Blue)
	case lab.GreenBackend:
		return traffic.All(traffic.Green)
	default:
		w.t.Fatal("the live map has neither color")
		return traffic.Weights{}
	}
}

// setHealthy turns the applications of a color, and waits until HAProxy has
// seen it everywhere.
func (w *world) setHealthy(c traffic.Color, healthy bool) {
	w.t.Helper()
	for _, a := range w.apps[c] {
		a.SetHealthy(healthy)
	}
	w.eventually("the checks agree", func() bool {
		for name, row := range w.rows() {
			up, passed := column(w.t, row, 5) == 2, column(w.t, row, 11) == 3
			if strings.Contains(name, "/"+string(c)) && (up != healthy || passed != healthy) {
				return false
			}
		}
		return true
	})
}

// eventually polls a real condition.
func (w *world) eventually(what string, done func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			w.t.Fatalf("never: %s", what)
		case <-tick.C:
		}
	}
}

// mapBlock is the switch's block in map mode.
func (w *world) mapBlock(sockets ...string) Router {
	return Router{Sockets: sockets, Map: &Map{File: w.MapFile(), Key: ptr(lab.Key)}}
}

func mapBackends() (blue, green Backend) {
	b, g := lab.BlueBackend, lab.GreenBackend
	return Backend{Backend: &b}, Backend{Backend: &g}
}

func serverBackends(perColor int) (blue, green Backend) {
	for i := range perColor {
		blue.Servers = append(blue.Servers, lab.Backend+"/blue"+strconv.Itoa(i+1))
		green.Servers = append(green.Servers, lab.Backend+"/green"+strconv.Itoa(i+1))
	}
	return blue, green
}

// openAll opens blocks, which must be valid.
func openAll(t *testing.T, r Router, blue, green Backend) []traffic.Member {
	t.Helper()
	members, err := open(t.Context(), nil, r, blue, green)
	if err != nil {
		t.Fatal(err)
	}
	return members
}

func (w *world) mapRouter(socket string) *mapped {
	w.t.Helper()
	blue, green := mapBackends()
	return openAll(w.t, w.mapBlock(socket), blue, green)[0].Router.(*mapped)
}

func (w *world) serverRouter(socket string, perColor int) *weighted {
	w.t.Helper()
	blue, green := serverBackends(perColor)
	return openAll(w.t, Router{Sockets: []string{socket}}, blue, green)[0].Router.(*weighted)
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s = %v, want %v", what, err, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	must(t, err)
	return n
}

func ptr[T any](v T) *T { return &v }
