package decision_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// full is a memory with everything in it.
func full() Memory {
	s := snapshotOf(blue, silent)
	s.At = &noon
	r := s.Routers["x lb-0"]
	r.Facts, r.NotPersisted = map[traffic.Color]traffic.Facts{traffic.Green: sticky}, pointer("")
	s.Routers["x lb-0"] = r
	return Memory{
		Snapshot: s, Served: map[traffic.Color]Service{traffic.Blue: {Until: noon, Version: "1"}}, Drifted: traffic.Green,
		Planned: &Cutover{AtOnce: true, NotPersisted: "why", Routers: map[string]Found{"x lb-0": {Weights: blue, Facts: sticky}}},
	}
}

// TestForm holds what is kept in the states of users to its form.
func TestForm(t *testing.T) {
	t.Parallel()
	want := `{"version":1,` +
		`"snapshot":{"routers":{"x lb-0":{"weights":{"blue":100,"green":0},"facts":{"green":{"sticky_for":3600000000000}},"not_persisted":""},"x lb-1":{}},` +
		`"at":"2026-02-03T12:00:00Z"},` +
		`"served":{"blue":{"until":"2026-02-03T12:00:00Z","version":"1"}},"drifted":"green",` +
		`"planned":{"at_once":true,"not_persisted":"why","routers":{"x lb-0":{"weights":{"blue":100,"green":0},"facts":{"sticky_for":3600000000000}}}}}`
	kept, err := full().Encode()
	if err != nil || string(kept) != want {
		t.Errorf("got  %s, %v\nwant %s", kept, err, want)
	}
	m, err := Decode(kept)
	if again, _ := m.Encode(); err != nil || !reflect.DeepEqual(m, full()) || string(again) != want {
		t.Errorf("it reads back as %+v, %v", m, err)
	}
	if _, err = (Memory{Served: map[traffic.Color]Service{traffic.Blue: {Until: noon.AddDate(8000, 0, 0)}}}).Encode(); err == nil {
		t.Error("a year of five digits is kept")
	}
	if kept, err = (Memory{}).Encode(); err != nil || string(kept) != `{"version":1}` {
		t.Errorf("nothing is kept as %s, %v", kept, err)
	}
}

// TestNotesNotReadable: nothing is made of what may mean something else.
func TestNotesNotReadable(t *testing.T) {
	t.Parallel()
	for name, kept := range map[string]string{
		"another version": `{"version":2,"drifted":"blue"}`,
		"no version":      `{"drifted":"blue"}`,
		"broken":          `{"version":1,`,
		"another type":    `{"version":1,"drifted":{"color":"blue"}}`,
		"no object":       `"blue"`,
	} {
		m, err := Decode([]byte(kept))
		if !errors.Is(err, ErrMemory) || !reflect.DeepEqual(m, Memory{}) {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
		if refused := RefuseForgotten(err); !slices.Equal(kinds(refused), []Kind{Forgotten}) || !strings.Contains(refused.Error(), "Plan again.") {
			t.Errorf("%s: %v", name, refused)
		}
	}
	if m, err := Decode(nil); err != nil || !reflect.DeepEqual(m, Memory{}) {
		t.Errorf("nothing is read as %+v, %v", m, err)
	}
}

// TestPlannedCutover goes from a plan to its apply, and is for these routers
// only.
func TestPlannedCutover(t *testing.T) {
	t.Parallel()
	s := newStory()
	p, err := s.plan(traffic.Green)
	if err != nil {
		t.Fatal(err)
	}
	asked := s.wants(traffic.Green).Order
	order, err := p.Cutover().Of(asked)
	if err != nil || !slices.Equal(order.Timetable().Lines(), p.Lines) {
		t.Errorf("the apply does %q, %v", order.Timetable().Lines(), err)
	}
	for want, routers := range map[string][]traffic.Member{
		"was for 2 routers, and there are 1": asked.Routers[:1],
		"does not have lb-2":                 {asked.Routers[0], {Kind: "x", Name: "lb-2"}},
	} {
		asked.Routers = routers
		if _, err := p.Cutover().Of(asked); !slices.Equal(kinds(err), []Kind{Changed}) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if err := p.Agrees(p.Lines); err != nil {
		t.Error(err)
	}
	for shown, lines := range map[string][]string{"nothing to move": nil, "found: x": {"found: x"}} {
		if err := p.Agrees(lines); !slices.Equal(kinds(err), []Kind{Changed}) || !strings.Contains(err.Error(), "The plan was:\n\n  "+shown) {
			t.Errorf("%q: %v", lines, err)
		}
	}
}

// TestWithin tells fewer routers from other ones.
func TestWithin(t *testing.T) {
	t.Parallel()
	of := func(names ...string) (all []traffic.Member) {
		for _, name := range names {
			all = append(all, traffic.Member{Kind: "x", Name: name[:1], Moves: name[1:]})
		}
		return all
	}
	for _, test := range []struct {
		now, before []traffic.Member
		want        bool
	}{
		{of("a1", "b1"), of("a1", "b1"), true},
		{of("b1", "a1"), of("a1", "b1"), true},
		{of("a1"), of("a1", "b1"), true},
		{of("a2"), of("a1", "b1"), false},
		{of("a1", "c1"), of("a1", "b1"), false},
		{of("a1"), nil, false},
	} {
		if got := Within(test.now, test.before); got != test.want {
			t.Errorf("%v of %v: %t", test.now, test.before, got)
		}
	}
}

// TestChangedSinceTheRefresh is fault 25: each thing that a plan rests on besides
// weights is named when it changes.
func TestChangedSinceTheRefresh(t *testing.T) {
	t.Parallel()
	w := newStory().wants(traffic.Green)
	w.Order.Routers = w.Order.Routers[:1]
	m := full()
	for want, says := range map[string]traffic.Facts{
		"":                                      sticky,
		"clients stay with a color for 2h, not": {StickyFor: 2 * sticky.StickyFor},
		"clients go by an old answer for 1h":    {StickyFor: sticky.StickyFor, ClientTTL: sticky.StickyFor},
		"weights may need 1h to be in effect, not 1m": {StickyFor: sticky.StickyFor, EffectLimit: sticky.StickyFor},
		"a write may come 1h late":                    {StickyFor: sticky.StickyFor, LateWrite: sticky.StickyFor},
		"other shares can be set":                     {StickyFor: sticky.StickyFor, WeightStep: 10},
		"health is known: no, checks are off":         {StickyFor: sticky.StickyFor, HealthUnknown: "checks are off"},
		"its configuration is another one":            {StickyFor: sticky.StickyFor, Seen: "x"},
	} {
		_, err := Decide(m, Observed{Looked: true, Routers: []View{{Facts: &says}}}, w)
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || !slices.Equal(kinds(err), []Kind{Changed})) {
			t.Errorf("%q: %v", want, err)
		}
	}
	_, err := Decide(m, Observed{Looked: true, Routers: []View{{Facts: &sticky, NotPersisted: "blue"}}}, w)
	if !slices.Equal(kinds(err), []Kind{Changed}) || !strings.Contains(err.Error(), "after a restart: blue; it was: the same weights") {
		t.Errorf("a file that changed: %v", err)
	}
	w.Create = true
	if words := m.Changed(w.Order.Routers[0], w, View{Facts: &other}); words != nil {
		t.Errorf("of a new switch nothing was known: %q", words)
	}
	w.Create = false
	if _, err = Decide(m, Observed{Looked: true, Routers: []View{{Weights: &half, Facts: &other}}}, w); err != nil {
		t.Errorf("weights that changed with the rest are for the apply to tell: %v", err)
	}
}

// TestWarnings: what a router has to say is said with a cutover and a new switch.
func TestWarnings(t *testing.T) {
	t.Parallel()
	noisy := traffic.Facts{Warning: "Another rule still forwards."}
	s := newStory()
	w := s.wants(traffic.Green)
	o := Observed{Looked: true, Routers: []View{{Weights: &blue, Facts: &noisy}, {Weights: &blue}}}
	p, err := Decide(s.m, o, w)
	if err != nil || len(p.Warnings) != 2 || p.Warnings[0].Text != noisy.Warning || p.Warnings[0].Path[0] != "x" ||
		!strings.Contains(p.Warnings[1].Text, "What the plan knows of lb-0 is from a look of its own") {
		t.Errorf("a cutover: %v, %v", p.Warnings, err)
	}
	w.Create = true
	if p, err = Decide(Memory{}, o, w); err != nil || len(p.Warnings) != 2 || !strings.Contains(p.Warnings[1].Text, "inconsistent final plan") {
		t.Errorf("a new switch that moves traffic: %v, %v", p.Warnings, err)
	}
	w = s.wants(traffic.Blue)
	w.Create = true
	if p, err = Decide(Memory{}, o, w); err != nil || p.Moves() || len(p.Warnings) != 1 {
		t.Errorf("a new switch: %v, %v", p.Warnings, err)
	}
	w.Create, w.Was = false, traffic.Green
	if p, err = Decide(s.m, o, w); err != nil || p.Moves() || len(p.Warnings) != 0 {
		t.Errorf("nothing moves: %v, %v", p.Warnings, err)
	}
}

// TestStepsThatNoRouterTakes names the router, what limits it and the cure.
func TestStepsThatNoRouterTakes(t *testing.T) {
	t.Parallel()
	s := newStory()
	for want, facts := range map[string]traffic.Facts{
		"Router Has No Weights: A color gets all or nothing from lb-0. Take out steps":                      {AllOrNothing: true},
		"Share Cannot Be Set Exactly: A color gets all or nothing from lb-0. c has 1 of 3. Or take out":     {AllOrNothing: true, LimitedBy: "c has 1 of 3."},
		"The shares of lb-0 are multiples of 20 %, and 10 % is not. Change the router so that it can":       {WeightStep: 20},
		"The shares of lb-0 are multiples of 20 %, and 50 % is not. c has 1 of 3. Or choose steps that are": {WeightStep: 20, LimitedBy: "c has 1 of 3."},
	} {
		_, err := Decide(s.m, Observed{Looked: true, Routers: []View{{Facts: &facts}, {}}}, s.wants(traffic.Green))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	w := s.wants(traffic.Green)
	w.Timeout, w.Create = 1, true
	o := Observed{Looked: true, Routers: []View{{Weights: &blue}, {Weights: &blue}}}
	if _, err := Decide(Memory{}, o, w); !slices.Equal(kinds(err), []Kind{TooLong}) || !strings.Contains(err.Error(), "Raise timeouts.create") {
		t.Errorf("a create: %v", err)
	}
}

func TestSnapshotFound(t *testing.T) {
	t.Parallel()
	order := cutover.Order{To: traffic.Green, Routers: members[false], Found: []traffic.Weights{green, green}}
	if w, active := SnapshotFound(order).State(traffic.Blue); w == nil || *w != green || active != traffic.Green || MovesTraffic(order) {
		t.Errorf("state has %v, %s", w, active)
	}
	s := snapshotOf(blue, blue)
	r := s.Routers["x lb-1"]
	r.NotPersisted = pointer("a restart undoes it")
	s.Routers["x lb-1"] = r
	if w, active := s.State(traffic.Green); w != nil || active != traffic.Blue {
		t.Errorf("state has %v, %s, which a restart would undo", w, active)
	}
}
