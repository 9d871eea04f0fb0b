package haproxy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// of makes the servers of one color, all with one initial weight.
func of(color string, initial int, servers ...server) []server {
	for i := range servers {
		servers[i].backend, servers[i].name = "app", fmt.Sprint(color, i+1)
		servers[i].initial = initial
	}
	return servers
}

func TestCommands(t *testing.T) {
	const drain, maint = adminDrain, 0x01
	for _, test := range []struct {
		name string
		m    members
		to   traffic.Weights
		want string
	}{
		{
			"to green",
			members{
				traffic.Blue:  of("blue", 100, server{weight: 100}),
				traffic.Green: of("green", 0, server{weight: 0, admin: drain}),
			},
			traffic.All(traffic.Green),
			"set server app/green1 weight 100; set server app/green1 state ready; set server app/blue1 state drain; set server app/blue1 weight 0",
		},
		{
			"a tenth",
			members{
				traffic.Blue:  of("blue", 100, server{weight: 100}),
				traffic.Green: of("green", 0, server{weight: 0}),
			},
			traffic.Split(traffic.Green, 10),
			"set server app/green1 weight 10; set server app/blue1 weight 90",
		},
		{
			"nothing to do", members{
				traffic.Blue:  of("blue", 100, server{weight: 100}),
				traffic.Green: of("green", 100, server{weight: 0, admin: drain}),
			}, traffic.All(traffic.Blue), "",
		},
		{
			"idle without drain", members{
				traffic.Blue:  of("blue", 100, server{weight: 100}),
				traffic.Green: of("green", 100, server{weight: 0}),
			}, traffic.All(traffic.Blue), "set server app/green1 state drain",
		},
		{
			"maintenance is not ended, and comes back as its color",
			members{
				traffic.Blue:  of("blue", 100, server{weight: 100}, server{weight: 100, admin: maint}),
				traffic.Green: of("green", 100, server{weight: 0, admin: maint}, server{weight: 0}),
			},
			traffic.All(traffic.Green),
			"set server app/green1 weight 100; set server app/green2 weight 100; " +
				"set server app/blue1 state drain; set server app/blue1 weight 0; set server app/blue2 weight 0",
		},
		{
			"a slot without address serves with its color when it gets one",
			members{
				traffic.Blue:  of("blue", 100, server{weight: 100}),
				traffic.Green: of("green", 0, server{weight: 0}, server{weight: 0, admin: adminUnresolved | drain}),
			},
			traffic.All(traffic.Green),
			"set server app/green1 weight 100; set server app/green2 weight 100; set server app/green2 state ready; " +
				"set server app/blue1 state drain; set server app/blue1 weight 0",
		},
		{
			"drained by hand at full weight",
			members{
				traffic.Blue:  of("blue", 100, server{weight: 100}),
				traffic.Green: of("green", 100, server{weight: 100, admin: drain}),
			},
			traffic.All(traffic.Green),
			"set server app/green1 state ready; set server app/blue1 state drain; set server app/blue1 weight 0",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			changes, err := test.m.changes(test.to, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(commands(changes), "; "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestChangesWithoutFreeServers(t *testing.T) {
	m := members{
		traffic.Blue:  of("blue", 100, server{weight: 100}),
		traffic.Green: of("green", 100, server{admin: 0x01}, server{admin: adminUnresolved}),
	}
	for _, to := range []traffic.Weights{traffic.All(traffic.Green), traffic.Split(traffic.Green, 10)} {
		if _, err := m.changes(to, ""); !errors.Is(err, ErrMaintenance) {
			t.Errorf("changes to %s = %v, want ErrMaintenance", to, err)
		}
	}
	if _, err := m.changes(traffic.All(traffic.Blue), ""); err != nil {
		t.Errorf("changes to blue = %v: what is out of service must not stop a way back", err)
	}
}

// TestReturnChangesNoShare: whoever comes back into service, as slots do that DNS
// has an address for again, changes the share of no color.
func TestReturnChangesNoShare(t *testing.T) {
	for percent := range 101 {
		m := members{
			traffic.Blue:  of("blue", 100, server{weight: 100}, server{weight: 100, admin: adminUnresolved}),
			traffic.Green: of("green", 0, server{weight: 0}, server{weight: 50, admin: adminForced}),
		}
		to := traffic.Split(traffic.Green, percent)
		changes, err := m.changes(to, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range commands(changes) {
			obey(t, m, command)
		}
		for _, servers := range m {
			servers[1].admin &^= adminMaintenance
		}
		if got, err := m.weights(); err != nil || got != to {
			t.Errorf("%s became %s, %v", to, got, err)
		}
	}
}

// obey does to servers what HAProxy does with a command.
func obey(t *testing.T, m members, command string) {
	t.Helper()
	words := strings.Fields(command)
	for _, servers := range m {
		for i := range servers {
			if s := &servers[i]; s.id() == words[2] {
				switch words[3] + " " + words[4] {
				case "state ready":
					s.admin &^= adminDrain | 0x01
				case "state drain":
					s.admin = s.admin&^0x01 | adminDrain
				default:
					if _, err := fmt.Sscan(words[4], &s.weight); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}

// TestSumIsNeverZero obeys each command alone, from and to every share, and
// looks at what a connection that broke there would leave behind. On the way
// from one color to the other neither ever has less than at both ends.
func TestSumIsNeverZero(t *testing.T) {
	for _, counts := range [][2]int{{1, 1}, {2, 3}, {8, 1}} {
		for from := 0; from <= 100; from += 50 {
			for to := range 101 {
				m := members{
					traffic.Blue:  of("blue", 100, make([]server, counts[0])...),
					traffic.Green: of("green", 100, make([]server, counts[1])...),
				}
				walk(t, m, traffic.Split(traffic.Green, from), false)
				walk(t, m, traffic.Split(traffic.Green, to), true)
			}
		}
	}
}

func walk(t *testing.T, m members, to traffic.Weights, watched bool) {
	t.Helper()
	changes, err := m.changes(to, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range commands(changes) {
		obey(t, m, command)
		if _, err := m.weights(); watched && err != nil {
			t.Fatalf("on the way to %s, after %q: %v", to, command, err)
		}
	}
	if got, err := m.weights(); err != nil || got != to {
		t.Fatalf("asked for %s, got %s, %v", to, got, err)
	}
	if again, err := m.changes(to, ""); err != nil || len(commands(again)) != 0 {
		t.Fatalf("a second time to %s sends %q, %v", to, commands(again), err)
	}
}

func TestUndo(t *testing.T) {
	m := members{
		traffic.Blue:  of("blue", 100, server{weight: 70}, server{weight: 30}, server{weight: 0}),
		traffic.Green: of("green", 100, server{weight: 0, admin: adminDrain}, server{weight: 5, admin: adminDrain}),
	}
	before := [2][]server{slices.Clone(m[traffic.Blue]), slices.Clone(m[traffic.Green])}
	for _, to := range []traffic.Weights{traffic.All(traffic.Green), traffic.Split(traffic.Green, 33), traffic.All(traffic.Blue)} {
		changes, err := m.changes(to, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range append(commands(changes), commands(undo(changes))...) {
			obey(t, m, command)
		}
		if got := [2][]server{m[traffic.Blue], m[traffic.Green]}; !slices.EqualFunc(got[:], before[:], slices.Equal) {
			t.Errorf("to %s and back: %v, want %v", to, got, before)
		}
	}
}

func TestTogether(t *testing.T) {
	at := func(percents ...int) (all []traffic.Weights) {
		for _, p := range percents {
			all = append(all, traffic.Split(traffic.Green, p))
		}
		return all
	}
	for _, test := range []struct {
		pools []traffic.Weights
		want  int
	}{
		{at(10), 10}, {at(10, 10), 10}, {at(0, 100), 50}, {at(0, 0, 0, 1), 1}, {at(100, 100, 99), 99}, {at(0, 0), 0}, {at(100, 100), 100},
	} {
		if got, err := together(test.pools); err != nil || got.Green != test.want {
			t.Errorf("together(%v) = %s, %v, want green %d", test.pools, got, err, test.want)
		}
	}
}
