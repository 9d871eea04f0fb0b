package decision_test

import (
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// wholly is the color that all of these give everything; none when one is silent.
func wholly(weights []traffic.Weights) traffic.Color {
	for _, c := range traffic.Colors() {
		all := len(weights) > 0
		for _, w := range weights {
			all = all && w == traffic.All(c)
		}
		if all {
			return c
		}
	}
	return ""
}

// pairs are what two routers can be seen with: nothing when nobody looked.
func pairs() [][]traffic.Weights {
	all := [][]traffic.Weights{nil}
	each := []traffic.Weights{blue, green, half, none, silent}
	for _, a := range each {
		for _, b := range each {
			all = append(all, []traffic.Weights{a, b})
		}
	}
	return all
}

// aftermath is one thing that happened, and what is remembered before and after.
type aftermath struct {
	before, after  Memory
	o              Outcome
	was, now       []traffic.Weights
	state          *traffic.Weights
	active, wholly traffic.Color
}

// TestAfterEverything has everything happen to every memory, and holds what is
// remembered then to rules of its own.
func TestAfterEverything(t *testing.T) {
	t.Parallel()
	count := 0
	services := []map[traffic.Color]Service{nil, {traffic.Blue: {Until: noon, Version: "0"}}, {traffic.Green: {Until: noon, Version: "0"}}, {traffic.Blue: {Until: noon.Add(72 * time.Hour), Version: "0"}}}
	for _, was := range pairs() {
		for _, now := range append(pairs(), []traffic.Weights{blue}, []traffic.Weights{green}, []traffic.Weights{half}, []traffic.Weights{silent}) {
			part := was // of what was, what is there now
			if len(now) == 1 {
				part = was[:min(len(was), 1)] // lb-1 was taken out
			}
			for n := range 5 * 4 * 3 * 2 * 4 {
				active := traffic.Colors()[n/60%2]
				o := Outcome{
					Event: Event(n % 5), At: noon.Add(time.Hour), Seen: snapshotOf(now...), Was: active, Window: 2 * time.Hour,
					Versions: map[traffic.Color]string{traffic.Blue: "1", traffic.Green: "1"}, OtherRouters: n/120%2 == 1,
				}
				before := Memory{
					Snapshot: snapshotOf(was...), Served: services[n/5%4], Drifted: []traffic.Color{"", traffic.Blue, traffic.Green}[n/20%3], Planned: &Cutover{},
				}
				if o.Event == Promoted || o.Event == Aborted {
					o.Order = cutover.Order{To: active.Other(), Found: answered(was), AtOnce: n/240%2 == 1}
				}
				if len(now) == 1 {
					o.Order.Found = answered(part)
				}
				ended := o.Event == Promoted || o.Event == Aborted
				if o.OtherRouters && o.Event == Refreshed || o.Event == Promoted && wholly(now) != active.Other() || ended && (len(part) == 0 || len(answered(part)) < len(part)) {
					continue // cannot be
				}
				count++
				a := aftermath{before: before, o: o, was: part, now: now, wholly: wholly(now)}
				a.after = before.After(o)
				a.state, a.active = o.Seen.State(active)
				a.judge(t)
				if t.Failed() {
					t.Fatalf("%v to %v, event %d, was %s, other routers %t, at once %t\nbefore %+v\nafter  %+v",
						was, now, o.Event, active, o.OtherRouters, o.Order.AtOnce, before, a.after)
				}
			}
		}
	}
	t.Logf("%d combinations of memories and events", count)
}

// answered are weights that a plan can be made from.
func answered(weights []traffic.Weights) (all []traffic.Weights) {
	for _, w := range weights {
		if w != silent {
			all = append(all, w)
		}
	}
	return all
}

func (a aftermath) judge(t *testing.T) {
	for i, w := range a.now {
		if got, known := a.after.Snapshot.Weights(members[false][i]); known != (w != silent) || known && got != w {
			t.Errorf("lb-%d is remembered with %s, %t", i, got, known)
		}
	}
	if a.after.Planned != nil {
		t.Error("what was planned outlives its apply")
	}
	if _, ok := a.after.Served[a.wholly]; ok {
		t.Error("the color that serves is remembered as one that did")
	}
	for c, s := range a.after.Served {
		a.earned(t, c, s)
	}
	a.left(t)
	a.told(t)
	a.drifted(t)
}

// earned: whoever is noted had everything, or was noted before.
func (a aftermath) earned(t *testing.T, c traffic.Color, s Service) {
	_, noted := a.before.Served[c]
	whole := wholly(a.was) == c || a.wholly == c.Other() && a.o.Was == c && a.o.Event != Promoted
	if a.o.OtherRouters {
		noted, whole = false, wholly(a.o.Order.Found) == c || a.wholly == c.Other() && a.o.Was == c && a.o.Event != Promoted
	}
	if !noted && !whole {
		t.Errorf("%s never had everything", c)
	}
	if s.Until.After(a.o.At) {
		t.Errorf("%s is to have served until a time that has not come", c)
	}
	if s.Version != "0" && s.Version != "1" {
		t.Errorf("%s had the version %q", c, s.Version)
	}
	if a.o.Event == Promoted && a.o.Order.AtOnce && wholly(a.o.Order.Found) != a.o.Order.To {
		t.Errorf("%s was fled from", c)
	}
}

// left: a color that loses what it had whole is noted, unless it is fled from.
func (a aftermath) left(t *testing.T) {
	c := wholly(a.was)
	if c == "" || c == a.wholly || a.o.OtherRouters || a.o.Event == Kept || a.o.Order.AtOnce || a.o.Event == Promoted && c == a.o.Order.To {
		return
	}
	if c != a.o.Was && a.wholly == c.Other() && a.wholly == a.o.Was {
		return // state had the other one already
	}
	if s, ok := a.after.Served[c]; a.o.Was == c && (!ok || s.Version != "1" || !s.Until.Equal(a.o.At)) {
		t.Errorf("%s had everything, and is not noted: %+v", c, s)
	}
}

// told: state says nothing that nobody knows.
func (a aftermath) told(t *testing.T) {
	known := len(a.now) > 0 && len(answered(a.now)) == len(a.now)
	if (a.state != nil) != known {
		t.Errorf("state has the weights %v", a.state)
	}
	if a.wholly != "" && a.active != a.wholly || a.wholly == "" && a.active != a.o.Was {
		t.Errorf("%s is active in state", a.active)
	}
	for _, w := range a.now {
		if known && a.state.Of(a.o.Was) > w.Of(a.o.Was) {
			t.Error("state has more for the active color than a router gives it")
		}
	}
}

// drifted: only a refresh sees that somebody else moved traffic.
func (a aftermath) drifted(t *testing.T) {
	moved := false
	for i := range min(len(a.was), len(a.now)) {
		moved = moved || a.was[i] != silent && a.now[i] != silent && a.was[i] != a.now[i]
	}
	want := a.before.Drifted
	switch {
	case a.o.Event != Refreshed, want != "" && !moved && a.wholly != "":
		want = ""
	case want == "" && moved:
		want = a.o.Was
	}
	if a.after.Drifted != want {
		t.Errorf("drifted is %q, and should be %q", a.after.Drifted, want)
	}
	if open := a.after.Snapshot.At != nil; open != (a.o.Event == Refreshed && len(a.after.Served) > 0) {
		t.Errorf("the time is noted: %t", open)
	}
}
