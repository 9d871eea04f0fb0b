package decision_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/decision"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// story is a switch over two routers, blue to green and back, told event by
// event.
type story struct {
	m        Memory
	now      time.Time
	active   traffic.Color // in state
	weights  *traffic.Weights
	versions map[traffic.Color]string // in state
}

func newStory() *story {
	s := &story{now: noon, active: traffic.Blue, versions: map[traffic.Color]string{traffic.Blue: "1", traffic.Green: "1"}}
	s.event(Kept, cutover.Order{}, blue, blue)
	return s
}

// snapshot has the weights of the routers; the one that is noWeights is silent.
func snapshotOf(weights ...traffic.Weights) Snapshot {
	positions := make([]cutover.Position, len(weights))
	for i, w := range weights {
		positions[i] = cutover.Position{Weights: w, Known: w != silent}
	}
	return SnapshotOf(members[false][:len(weights)], positions)
}

// silent stands for a router that does not answer.
var silent = traffic.Weights{Blue: -1}

func (s *story) event(e Event, order cutover.Order, weights ...traffic.Weights) {
	s.now = s.now.Add(time.Minute)
	seen := snapshotOf(weights...)
	s.m = s.m.After(Outcome{Event: e, At: s.now, Seen: seen, Was: s.active, Versions: maps.Clone(s.versions), Window: time.Hour, Order: order})
	s.weights, s.active = seen.State(s.active)
}

// wants is what a plan wants of the switch now, in two steps.
func (s *story) wants(to traffic.Color) Wanted {
	w := Wanted{
		Order: cutover.Order{To: to, Routers: members[false], Health: cutover.HealthRule{Timeout: time.Minute}, Steps: []cutover.Step{{Weight: 10}, {Weight: 50}}},
		Was:   s.active, Weights: s.weights, SameRouters: true, Protect: true, Window: time.Hour, Timeout: time.Hour,
		Versions: map[traffic.Color]Version{}, Before: map[traffic.Color]Version{},
	}
	for c, v := range s.versions {
		w.Versions[c], w.Before[c] = Version{Text: v}, Version{Text: v}
	}
	return w
}

// plan plans with what is remembered; where nothing is, the routers say it.
func (s *story) plan(to traffic.Color, say ...traffic.Weights) (Plan, error) {
	o := Observed{Looked: true, At: s.now, Routers: make([]View, len(members[false]))}
	for i := range say {
		o.Routers[i] = View{Weights: &say[i], Facts: &traffic.Facts{}}
	}
	return Decide(s.m, o, s.wants(to))
}

// TestOldSnapshotOpensNoWindow: days after the window has shut, a plan without a
// refresh goes the long way, whatever the last refresh within it noted.
func TestOldSnapshotOpensNoWindow(t *testing.T) {
	t.Parallel()
	s := newStory()
	s.event(Promoted, cutover.Order{To: traffic.Green, Found: []traffic.Weights{blue, blue}}, green, green)
	s.active = traffic.Green
	s.event(Refreshed, cutover.Order{}, green, green)
	if p, err := s.plan(traffic.Blue); err != nil || !p.Order.AtOnce {
		t.Fatalf("within the window: at once %v, %v", p.Order.AtOnce, err)
	}
	s.now = s.now.Add(72 * time.Hour)
	if p, err := s.plan(traffic.Blue); err != nil || p.Order.AtOnce || !p.Moves() {
		t.Errorf("days later: at once %v, %v", p.Order.AtOnce, err)
	}
}

// TestClockWasAhead in the apply before: what it noted opens no window, now or when
// its time has come. Clocks that are a little apart are no matter.
func TestClockWasAhead(t *testing.T) {
	t.Parallel()
	for ahead, atOnce := range map[time.Duration]bool{72 * time.Hour: false, 30 * time.Second: true} {
		s := newStory()
		s.now = s.now.Add(ahead)
		s.event(Promoted, cutover.Order{To: traffic.Green, Found: []traffic.Weights{blue, blue}}, green, green)
		s.active = traffic.Green
		s.event(Refreshed, cutover.Order{}, green, green) // by the same machine
		s.now = s.now.Add(-ahead)
		if p, err := s.plan(traffic.Blue); err != nil || p.Order.AtOnce != atOnce {
			t.Errorf("ahead by %s: at once %t, %v", ahead, p.Order.AtOnce, err)
		}
		s.event(Refreshed, cutover.Order{}, green, green)
		s.now = s.now.Add(ahead)
		if p, err := s.plan(traffic.Blue); err != nil || p.Order.AtOnce != atOnce {
			t.Errorf("when the time of it has come, ahead by %s: at once %t, %v", ahead, p.Order.AtOnce, err)
		}
	}
}

// TestSilentRouter is fault 13: two routers, both at green 100, one silent when
// the cutover ended, so that its rollback failed.
func TestSilentRouter(t *testing.T) {
	t.Parallel()
	s := newStory()
	s.event(Aborted, cutover.Order{To: traffic.Green, Found: []traffic.Weights{blue, blue}}, green, silent)
	if s.weights != nil || s.active != traffic.Blue {
		t.Errorf("state has %v, %s", s.weights, s.active)
	}
	if _, known := s.m.Recalls(members[false][1], s.wants(traffic.Blue)); known {
		t.Error("a router that did not answer is remembered")
	}
	for _, c := range traffic.Colors() {
		w := s.wants(traffic.Blue)
		w.Versions[c] = Version{Text: "2"}
		if _, err := Decide(s.m, Observed{}, w); !slices.Equal(kinds(err), []Kind{Protected}) {
			t.Errorf("a release to %s, which may serve: %v", c, err)
		}
	}
	p, err := s.plan(traffic.Blue, green, green) // as with -refresh=false
	if err != nil || !p.Moves() {
		t.Errorf("nothing is planned: %v", err)
	}
	if w := s.wants(traffic.Blue); w.Settled() {
		t.Error("nothing seems to have changed")
	}
}

// TestRefreshWithoutAnAnswer is fault 14: what answered is remembered, and what
// did not is not.
func TestRefreshWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	s := newStory()
	s.event(Refreshed, cutover.Order{}, blue, silent)
	if s.weights != nil || s.m.Drifted != "" {
		t.Errorf("state has %v; drifted %q", s.weights, s.m.Drifted)
	}
	if w, known := s.m.Recalls(members[false][0], s.wants(traffic.Green)); !known || w != blue {
		t.Error("what answered is forgotten")
	}
	if _, err := s.plan(traffic.Blue); !slices.Equal(kinds(err), []Kind{NotRead}) {
		t.Errorf("a plan over it: %v", err)
	}
	w := s.wants(traffic.Green) // and one without it
	w.Order.Routers = w.Order.Routers[:1]
	p, err := Decide(s.m, Observed{Looked: true, Routers: []View{{Facts: &traffic.Facts{}}}}, w)
	if err != nil || !p.Moves() {
		t.Errorf("the plan without it: %v", err)
	}
}

// TestRegionTakenOut leaves a router out that does not answer: what the others
// had is known, and counts.
func TestRegionTakenOut(t *testing.T) {
	t.Parallel()
	s := newStory()
	s.event(Refreshed, cutover.Order{}, blue, silent)
	s.m.Served = nil // by whatever came between
	s.event(Missed, cutover.Order{}, green)
	if served, ok := s.m.Served[traffic.Blue]; !ok || served.Version != "1" {
		t.Errorf("blue had everything in what stays, and is not noted: %v", s.m.Served)
	}
}

// TestReturnIsEarnedByHalves is fault 15: blue had everything until a cutover
// that was killed or held at 50, and is left by the next one.
func TestReturnIsEarnedByHalves(t *testing.T) {
	t.Parallel()
	for name, halfway := range map[string]func(s *story){
		"killed": func(s *story) { s.event(Refreshed, cutover.Order{}, half, half) },
		"held": func(s *story) {
			s.event(Aborted, cutover.Order{To: traffic.Green, Found: []traffic.Weights{blue, blue}}, half, half)
		},
		"held, and refreshed": func(s *story) {
			s.event(Aborted, cutover.Order{To: traffic.Green, Found: []traffic.Weights{blue, blue}}, half, half)
			s.event(Refreshed, cutover.Order{}, half, half)
		},
		"killed, one router silent at first": func(s *story) {
			s.event(Refreshed, cutover.Order{}, half, silent)
			s.event(Refreshed, cutover.Order{}, half, half)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory()
			halfway(s)
			p, err := s.plan(traffic.Green)
			if err != nil || p.Order.AtOnce || strings.Contains(strings.Join(p.Lines, "\n"), "green 10, ") {
				t.Fatalf("on to green: %q, %v", p.Lines, err)
			}
			s.event(Promoted, p.Order, green, green)
			if p, err = s.plan(traffic.Blue); err != nil || !p.Order.AtOnce {
				t.Errorf("back to blue: %q, %v", p.Lines, err)
			}
			s.event(Promoted, p.Order, blue, blue)
			if p, err = s.plan(traffic.Green); err != nil || p.Order.AtOnce {
				t.Errorf("to green again, which was fled from: %q, %v", p.Lines, err)
			}
		})
	}
}

// TestReturnIsNotEarned by a color that never had everything, had another
// version, or had it too long ago.
func TestReturnIsNotEarned(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(s *story){
		"never":           func(s *story) { s.m.Served, s.m.Snapshot = nil, snapshotOf(half, half) },
		"another version": func(s *story) { s.versions[traffic.Blue] = "2" },
		"too long ago":    func(s *story) { s.now = s.now.Add(2 * time.Hour) },
		"other backends": func(s *story) {
			s.m = s.m.After(Outcome{Event: Kept, At: s.now, Seen: snapshotOf(green, green), OtherRouters: true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory()
			p, _ := s.plan(traffic.Green)
			if name == "never" {
				happens(s)
				p.Order.Found = []traffic.Weights{half, half}
			}
			s.event(Promoted, p.Order, green, green)
			happens(s)
			if p, err := s.plan(traffic.Blue, green, green); err != nil || p.Order.AtOnce {
				t.Errorf("back to blue: %q, %v", p.Lines, err)
			}
		})
	}
}

// TestNobodyKnowsHealth is fault 16.
func TestNobodyKnowsHealth(t *testing.T) {
	t.Parallel()
	s := newStory()
	w := s.wants(traffic.Green)
	w.Order.Routers, w.MinHealthy = members[true], true
	o := Observed{Looked: true, Routers: []View{{Facts: &dark}, {Facts: &traffic.Facts{}}}}
	_, err := Decide(s.m, o, w)
	if !slices.Equal(kinds(err), []Kind{Unfit}) || !strings.Contains(err.Error(), "lb-0: it knows no health") || !strings.Contains(err.Error(), "Add checks") {
		t.Errorf("without checks: %v", err)
	}
	w.Checks = true
	p, err := Decide(s.m, o, w)
	if err != nil || !strings.Contains(p.Lines[1], "health of green not known in lb-0") {
		t.Errorf("with checks: %q, %v", p.Lines, err)
	}
	if len(p.Warnings) != 2 || !strings.Contains(p.Warnings[0].Text, "min_healthy does not count") {
		t.Errorf("the warnings are %v", p.Warnings)
	}
}

// TestElsewhereInAnUpdate is fault 18.
func TestElsewhereInAnUpdate(t *testing.T) {
	t.Parallel()
	for want, weights := range map[string][]traffic.Weights{
		"":                            {blue, blue},
		"it is now blue 50, green 50": {blue, half},
		"not all routers said":        {blue, silent},
	} {
		err := Arrived(traffic.Blue, snapshotOf(weights...))
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || !slices.Equal(kinds(err), []Kind{Elsewhere})) {
			t.Errorf("%v: %v", weights, err)
		}
	}
	s := newStory()
	s.event(Missed, cutover.Order{}, green, green)
	if s.weights == nil || *s.weights != green || s.active != traffic.Green {
		t.Errorf("state has %v, %s", s.weights, s.active)
	}
	if p, err := s.plan(traffic.Blue); err != nil || !p.Order.AtOnce {
		t.Errorf("back to where it was: %q, %v", p.Lines, err)
	}
}

// TestNobodyIsServed is fault 9: a plan with either color leads out.
func TestNobodyIsServed(t *testing.T) {
	t.Parallel()
	for _, to := range traffic.Colors() {
		s := newStory()
		s.event(Refreshed, cutover.Order{}, none, none)
		p, err := s.plan(to)
		if err != nil || !p.Moves() || p.Lines[0] != "found: nobody is served, so all goes over in one movement and stays" {
			t.Errorf("to %s: %q, %v", to, p.Lines, err)
		}
	}
}

// TestVersionKnownTooLate: a version that is known only in the apply is told of the
// color that serves, or may, and of no other.
func TestVersionKnownTooLate(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(s *story, w *Wanted) (warned []string){
		"of the color that serves": func(_ *story, w *Wanted) []string {
			w.Versions[traffic.Blue] = Version{Later: true}
			return []string{"blue"}
		},
		"of the idle color": func(_ *story, w *Wanted) []string { w.Versions[traffic.Green] = Version{Later: true}; return nil },
		"that was not known before": func(_ *story, w *Wanted) []string {
			w.Versions[traffic.Blue], w.Before[traffic.Blue] = Version{Later: true}, Version{}
			return nil
		},
		"of a switch without protection": func(_ *story, w *Wanted) []string {
			w.Versions[traffic.Blue], w.Protect = Version{Later: true}, false
			return nil
		},
		"of a new switch": func(_ *story, w *Wanted) []string {
			w.Versions[traffic.Blue], w.Create = Version{Later: true}, true
			return nil
		},
		"of both, one router silent": func(s *story, w *Wanted) []string {
			s.event(Refreshed, cutover.Order{}, blue, silent)
			w.Versions[traffic.Blue], w.Versions[traffic.Green] = Version{Later: true}, Version{Later: true}
			return []string{"blue", "green"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory()
			w := s.wants(traffic.Blue)
			want := change(s, &w)
			var got []string
			for _, warning := range s.m.Unprotected(w) {
				if warning.Summary != "Version Known Too Late" || !slices.Equal(warning.Path[1:], []string{"version"}) || !strings.Contains(warning.Text, warning.Path[0]) {
					t.Errorf("it warns of %+v", warning)
				}
				got = append(got, warning.Path[0])
			}
			if !slices.Equal(got, want) {
				t.Errorf("it warns of %q, want %q", got, want)
			}
		})
	}
}
