package azuretm

import (
	"errors"
	"fmt"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func on(weight int64) level  { return level{true, weight} }
func off(weight int64) level { return level{false, weight} }

func green(percent int) traffic.Weights { return traffic.Split(traffic.Green, percent) }

func TestDivide(t *testing.T) {
	const b, g = traffic.Blue, traffic.Green
	for _, test := range []struct {
		name  string
		now   levels
		to    traffic.Weights
		total int64
		want  []change
	}{
		{"nothing to do", levels{on(1), off(1)}, green(0), 0, nil},
		{"nothing to do, both", levels{on(3), on(1)}, green(25), 0, nil},
		{"after a probe, one write a step", levels{on(1000), on(1)}, green(10), 0, []change{{g, on(111)}}},
		{"one percent after a probe", levels{on(1000), on(1)}, green(1), 0, []change{{g, on(10)}}},
		{"half", levels{on(1000), on(111)}, green(50), 0, []change{{g, on(1000)}}},
		{"more than half moves the other", levels{on(1000), on(1000)}, green(90), 0, []change{{b, on(111)}}},
		{"promote", levels{on(111), on(1000)}, green(100), 0, []change{{b, off(111)}}},
		{"straight over", levels{on(1), off(1)}, green(100), 0, []change{{g, on(1000)}, {b, off(1)}}},
		{"straight back", levels{off(7), on(1000)}, green(0), 0, []change{{b, on(1000)}, {g, off(1000)}}},
		{"the losing one is raised first", levels{on(1), off(1)}, green(10), 0, []change{{b, on(1000)}, {g, on(111)}}},
		{"too far for one write", levels{on(1000), on(10)}, green(99), 0, []change{{g, on(1000)}, {b, on(10)}}},
		{"back from one percent", levels{on(1000), on(1)}, green(0), 0, []change{{g, off(1)}}},
		{"beside others: first step", levels{on(100), off(1)}, green(10), 100, []change{{g, on(10)}, {b, on(90)}}},
		{"beside others: promote", levels{on(50), on(50)}, green(100), 100, []change{{g, on(100)}, {b, off(50)}}},
		{"beside others: cut short", levels{on(100), on(10)}, green(10), 100, []change{{b, on(90)}}},
		{"nobody is served", levels{off(7), off(1)}, green(100), 0, []change{{g, on(1)}}},
		{"nobody is served, divided", levels{off(7), off(1)}, green(10), 0, []change{{b, on(9)}, {g, on(1)}}},
		{"nobody is served, beside others", levels{off(50), off(50)}, green(100), 100, []change{{g, on(100)}}},
		{"beside others: cut short, back", levels{on(50), on(100)}, green(0), 100, []change{{b, on(100)}, {g, off(100)}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.now.divide(test.to, test.total); fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("divide = %v, want %v", got, test.want)
			}
		})
	}
}

// TestDivideFromEverywhere goes from every division to every other, and looks at each state between.
func TestDivideFromEverywhere(t *testing.T) {
	weights := []int64{1, 2, 3, 10, 50, 99, 100, 333, 500, 990, 999, 1000}
	for _, b := range weights {
		for _, g := range weights {
			for _, now := range []levels{{on(b), on(g)}, {on(b), off(g)}, {off(b), on(g)}} {
				for percent := range 101 {
					checkWay(t, now, green(percent), 0)
					if total := now.total(); total <= maxWeight && (total%100 == 0 || percent%100 == 0) {
						checkWay(t, now, green(percent), total)
					}
				}
			}
		}
	}
}

func checkWay(t *testing.T, now levels, to traffic.Weights, total int64) {
	t.Helper()
	from, in := now, now.gaining(to)
	changes := now.divide(to, total)
	if len(changes) > 2 {
		t.Fatalf("from %v to %s: %d writes", from, to, len(changes))
	}
	for _, ch := range changes {
		now = now.with(ch)
		if w := ch.to.weight; w < 1 || w > maxWeight {
			t.Fatalf("from %v to %s: weight %d", from, to, w)
		}
		w, err := now.weights()
		if err != nil || w.Of(in) > to.Of(in) {
			t.Fatalf("from %v to %s: between there is %s, %v", from, to, w, err)
		}
	}
	if w, err := now.weights(); err != nil || w != to {
		t.Fatalf("from %v to %s: reached %s, %v", from, to, w, err)
	}
	if total > 0 && now.total() != total {
		t.Fatalf("from %v to %s: the total became %d", from, to, now.total())
	}
}

func TestLeast(t *testing.T) {
	for _, test := range []struct {
		name  string
		now   levels
		total int64
		want  levels
	}{
		{"as azurerm makes them", levels{on(1), off(1)}, 0, levels{on(1000), on(1)}},
		{"at once", levels{on(1000), off(500)}, 0, levels{on(1000), on(1)}},
		{"beside others", levels{on(100), off(100)}, 100, levels{on(99), on(1)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := test.now
			for _, ch := range now.least(traffic.Green, test.total) {
				now = now.with(ch)
				if w, err := now.weights(); err != nil || w.Green > 1 {
					t.Errorf("on the way there is %s, %v", w, err)
				}
			}
			if now != test.want {
				t.Errorf("least leads to %v, want %v", now, test.want)
			}
		})
	}
}

func TestKept(t *testing.T) {
	for _, test := range []struct {
		now  levels
		want int64
	}{
		{levels{on(100), off(1)}, 100},
		{levels{off(1), on(1000)}, 1000},
		{levels{on(60), on(40)}, 100},
		{levels{on(100), on(10)}, 100}, // cut short
		{levels{on(100), on(1)}, 100},
		{levels{on(1), off(1)}, -1}, // as azurerm makes them
		{levels{on(150), off(1)}, 150},
		{levels{on(333), off(1)}, 333},
		{levels{off(1), off(1)}, 0},
		{levels{on(60), off(1)}, -1}, // a probe would be more than one percent
		{levels{on(1), on(1)}, -1},
		{levels{on(30), on(30)}, -1},
	} {
		got, err := test.now.kept()
		if got != max(test.want, 0) || (err != nil) != (test.want < 0) || (err != nil && !errors.Is(err, errInexact)) {
			t.Errorf("kept of %v = %d, %v, want %d", test.now, got, err, test.want)
		}
	}
}

func TestWeightStep(t *testing.T) {
	for total, want := range map[int64]int{0: 1, 100: 1, 1000: 1, 150: 2, 250: 2, 110: 10, 333: 100} {
		if got := weightStep(total); got != want {
			t.Errorf("the weight step of %d is %d, want %d", total, got, want)
		}
	}
}

// TestRestoreFromEverywhere goes to every division exactly, and looks at each state between.
func TestRestoreFromEverywhere(t *testing.T) {
	var all []levels
	for _, b := range []level{on(1), on(50), on(999), on(1000), off(1), off(100)} {
		for _, g := range []level{on(1), on(50), on(999), on(1000), off(1), off(100)} {
			all = append(all, levels{b, g})
		}
	}
	for _, from := range all {
		for _, to := range all {
			checkRestored(t, from, to)
		}
	}
}

func checkRestored(t *testing.T, from, to levels) {
	t.Helper()
	now, changes := from, from.restore(to)
	for i, ch := range changes {
		now = now.with(ch)
		if i == 0 && now.total() == 0 && from.total() > 0 && to.total() > 0 {
			t.Errorf("from %v to %v: nobody is served between", from, to)
		}
		if i == 0 && from.total() > 0 && to.total() > 0 {
			checkNoneGains(t, from, now, to)
		}
	}
	if len(changes) > 2 || now != to {
		t.Errorf("from %v to %v: %v leads to %v", from, to, changes, now)
	}
}

// checkNoneGains fails the test when a state between gives a color that loses more than it had.
func checkNoneGains(t *testing.T, from, between, to levels) {
	t.Helper()
	for _, c := range traffic.Colors() {
		if from.more(to, c) && between.more(from, c) {
			t.Errorf("from %v to %v: %s loses, and has more at %v", from, to, c, between)
		}
	}
}
