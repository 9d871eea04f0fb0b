package haproxy

import (
	"fmt"
	"os"
	"strings"
	"testing"

	lab "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/haproxy"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// sockets are the ways to reach a HAProxy with all rights.
var sockets = map[string]func(*lab.HAProxy) string{
	"unix": (*lab.HAProxy).AdminSocket,
	"tcp":  (*lab.HAProxy).TCPSocket,
}

func TestMapModeConforms(t *testing.T) {
	for name, socket := range sockets {
		t.Run(name, func(t *testing.T) {
			traffictest.Conformance(t, func(t *testing.T) traffictest.Fixture {
				t.Helper()
				w := newWorld(t, 1, nil)
				return traffictest.Fixture{
					Router: w.mapRouter(socket(w.HAProxy)), Live: w.liveMap, AllOrNothing: true,
					Interfere: func(to traffic.Weights) {
						c, _ := to.Active()
						w.order("set map " + w.MapFile() + " " + lab.Key + " " + string(c) + "-backend")
					},
					Rest:       func() string { return w.mapRest() },
					Remove:     func() { w.order("del map " + w.MapFile() + " " + lab.Key) },
					SetHealthy: w.setHealthy, NeverSilent: "an entry names some backend",
					Uneven: func() {}, Raw: func() string { return w.mapEntry(lab.Key) },
				}
			})
		})
	}
}

// mapRest is the live map, the file and its rights, but for our one value.
func (w *world) mapRest() string {
	info, err := os.Stat(w.MapFile())
	must(w.t, err)
	file := strings.Replace(w.fileText(), "\t"+lab.GreenBackend, "\t"+lab.BlueBackend, 1)
	return fmt.Sprintf("%s %s %s %s %v", info.Mode(), file, w.mapEntry("other"), w.mapEntry("shopping"), w.folder())
}

// folder lists the files: none may be left behind.
func (w *world) folder() (names []string) {
	entries, err := os.ReadDir(w.Dir())
	must(w.t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestServerModeConforms(t *testing.T) {
	for name, socket := range sockets {
		t.Run(name, func(t *testing.T) {
			traffictest.Conformance(t, func(t *testing.T) traffictest.Fixture {
				t.Helper()
				w := newWorld(t, 2, nil)
				return traffictest.Fixture{
					Router: w.serverRouter(socket(w.HAProxy), 2), Live: w.liveServers,
					Interfere:  w.setServers,
					Rest:       w.serverRest,
					Remove:     w.removeGreen,
					SetHealthy: w.setHealthy,
					Uneven: func() {
						w.order("set server app/blue1 weight 256", "set server app/blue2 weight 255", "set server app/green1 weight 1", "set server app/green1 state ready", "set server app/green2 state drain")
					},
					Raw: w.rawServers,
					Silence: func() {
						w.order("set server app/blue1 weight 0", "set server app/blue2 state drain", "set server app/green1 weight 0", "set server app/green2 weight 0")
					},
				}
			})
		})
	}
}

// rawServers are the states and the weights of the servers of app.
func (w *world) rawServers() string {
	var b strings.Builder
	rows := w.rows()
	for _, name := range []string{"app/blue1", "app/blue2", "app/green1", "app/green2"} {
		fmt.Fprintln(&b, name, rows[name][6:8])
	}
	return b.String()
}

// setServers divides traffic as an operator would by hand.
func (w *world) setServers(to traffic.Weights) {
	for i := 1; i <= 2; i++ {
		w.order(
			fmt.Sprintf("set server app/green%d weight %d", i, to.Green), fmt.Sprintf("set server app/green%d state ready", i),
			fmt.Sprintf("set server app/blue%d weight %d", i, to.Blue), fmt.Sprintf("set server app/blue%d state ready", i),
		)
	}
}

// serverRest is all that other backends and the map have.
func (w *world) serverRest() string {
	var b strings.Builder
	rows := w.rows()
	for _, name := range []string{"blue-backend/blue1", "blue-backend/blue2", "green-backend/green1", "green-backend/green2"} {
		fmt.Fprintln(&b, name, rows[name][6:9])
	}
	return b.String() + w.fileText() + w.mapEntry(lab.Key)
}

func (w *world) removeGreen() {
	w.t.Helper()
	c := w.Config()
	c.Green = c.Green[:1]
	must(w.t, w.Reconfigure(w.t.Context(), c))
}
