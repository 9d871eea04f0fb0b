package acctest

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// haproxyMode is how HAProxy is told where traffic goes.
type haproxyMode string

const (
	byMap     haproxyMode = "map"
	byServers haproxyMode = "servers"
)

// backends are what a map chooses between.
var backends = map[traffic.Color]string{traffic.Blue: haproxy.BlueBackend, traffic.Green: haproxy.GreenBackend}

// environment is an environment's block.
func (m haproxyMode) environment(c traffic.Color) string { return "haproxy = " + m.backend(c) }

// backend is the value of an environment's block.
func (m haproxyMode) backend(c traffic.Color) string {
	if m == byMap {
		return fmt.Sprintf("{ backend = %q }", backends[c])
	}
	return fmt.Sprintf("{ servers = [\"%[1]s/%[2]s1\", \"%[1]s/%[2]s2\"] }", haproxy.Backend, c)
}

// router is the switch's block.
func (m haproxyMode) router(sockets []string, file string) string {
	if m == byMap {
		return fmt.Sprintf("{ sockets = %s, map = { file = %q, key = %q } }", list(sockets), file, haproxy.Key)
	}
	return fmt.Sprintf("{ sockets = %s }", list(sockets))
}

// importID is the identifier of a switch over the sockets.
func (m haproxyMode) importID(sockets []string, file string) string {
	id := "haproxy:" + strings.Join(sockets, ",")
	if m == byMap {
		id += "#" + file + "#" + haproxy.Key
	}
	return id
}

// steps are the steps that the mode can take.
func (m haproxyMode) steps() string {
	if m == byMap {
		return ""
	}
	return threeSteps
}

// balancer is one HAProxy, looked at and changed by an operator's hand.
type balancer struct {
	*haproxy.HAProxy
	mode haproxyMode
	file string // the map file
}

func (b *balancer) command(t *testing.T, line string) string {
	t.Helper()
	reply, err := b.Command(t.Context(), line)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// order sends commands that must be obeyed.
func (b *balancer) order(t *testing.T, lines ...string) {
	t.Helper()
	if reply := b.command(t, strings.Join(lines, ";")); strings.TrimSpace(reply) != "" {
		t.Fatalf("%q was answered %q", lines, reply)
	}
}

// url is where the clients of the mode ask.
func (b *balancer) url() string {
	if b.mode == byMap {
		return b.MapURL()
	}
	return b.ServerURL()
}

// Columns of "show servers state", from 0.
const (
	columnBackend = 1
	columnServer  = 3
	columnState   = 5 // 2 is up
	columnAdmin   = 6 // 0 is free to serve
	columnWeight  = 7
	columnCheck   = 11 // 3 is passed
)

// rows are those of "show servers state".
func (b *balancer) rows(t *testing.T) [][]string {
	t.Helper()
	var rows [][]string
	for line := range strings.Lines(b.command(t, "show servers state")) {
		if f := strings.Fields(line); len(f) > columnCheck && f[0] != "#" {
			rows = append(rows, f)
		}
	}
	return rows
}

// servers are the weights and states of all servers, a line each.
func (b *balancer) servers(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, f := range b.rows(t) {
		fmt.Fprintf(&all, "%s/%s weight %s state %s\n", f[columnBackend], f[columnServer], f[columnWeight], f[columnAdmin])
	}
	return all.String()
}

// weights are how traffic is divided now.
func (b *balancer) weights(t *testing.T) traffic.Weights {
	t.Helper()
	if b.mode == byMap {
		return b.entry(t)
	}
	var blue, green uint64
	for _, f := range b.rows(t) {
		weight, err := strconv.ParseUint(f[columnWeight], 10, 64)
		switch {
		case err != nil:
			t.Fatal(err)
		case f[columnBackend] != haproxy.Backend || f[columnAdmin] != "0":
		case strings.HasPrefix(f[columnServer], "blue"):
			blue += weight
		default:
			green += weight
		}
	}
	w, err := traffic.Shares(blue, green)
	if err != nil {
		t.Errorf("nobody gets anything: %v", err)
	}
	return w
}

// entry is where the live map sends traffic.
func (b *balancer) entry(t *testing.T) traffic.Weights {
	t.Helper()
	for line := range strings.Lines(b.command(t, "show map "+b.file)) {
		f := strings.Fields(line)
		for c, backend := range backends {
			if len(f) > 2 && f[1] == haproxy.Key && f[2] == backend {
				return traffic.All(c)
			}
		}
	}
	t.Error("the live map has neither color")
	return traffic.Weights{}
}

func (b *balancer) fileText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(b.file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// entryInFile is the backend that the map file names.
func (b *balancer) entryInFile(t *testing.T) string {
	t.Helper()
	for line := range strings.Lines(b.fileText(t)) {
		if f := strings.Fields(line); len(f) == 2 && f[0] == haproxy.Key {
			return f[1]
		}
	}
	t.Error("the map file has no entry")
	return ""
}

// move moves all traffic by hand, the map file left as it is.
func (b *balancer) move(t *testing.T, c traffic.Color) {
	t.Helper()
	if b.mode == byMap {
		b.order(t, "set map "+b.file+" "+haproxy.Key+" "+backends[c])
		return
	}
	for _, server := range []string{c.String() + "1", c.String() + "2"} {
		b.order(t, "set server "+haproxy.Backend+"/"+server+" weight 100", "set server "+haproxy.Backend+"/"+server+" state ready")
	}
	for _, server := range []string{c.Other().String() + "1", c.Other().String() + "2"} {
		b.order(t, "set server "+haproxy.Backend+"/"+server+" weight 0")
	}
}

// awaitHealth waits until the checks of a color's servers say as much.
func (b *balancer) awaitHealth(t *testing.T, c traffic.Color, healthy bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !b.agrees(t, c, healthy) {
		select {
		case <-ctx.Done():
			t.Fatalf("the checks of %s never said healthy = %t", c, healthy)
		case <-tick.C:
		}
	}
}

func (b *balancer) agrees(t *testing.T, c traffic.Color, healthy bool) bool {
	t.Helper()
	for _, f := range b.rows(t) {
		up := f[columnState] == "2" && f[columnCheck] == "3"
		if strings.HasPrefix(f[columnServer], c.String()) && up != healthy {
			return false
		}
	}
	return true
}
