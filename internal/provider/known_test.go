package provider_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// errSilent is that of a router that answers nobody.
var errSilent = errs.Package("memory").New("nobody answers")

func dead(context.Context, string) error { return errSilent }

func (i *instance) wantNoWeights(t *testing.T) {
	t.Helper()
	if w := i.attribute(t, "weights"); !strings.HasSuffix(w, "<null>") {
		t.Errorf("state has the weights %s", w)
	}
}

// plannedAs plans a configuration and returns all that the plan says.
func (i *instance) plannedAs(t *testing.T, text string) (string, []*tfprotov6.Diagnostic) {
	t.Helper()
	config := value(t, i.typ, text)
	planned := i.plan(t, config)
	plan, err := planned.PlannedState.Unmarshal(i.typ)
	if err != nil {
		t.Fatal(err)
	}
	return plan.String(), planned.Diagnostics
}

// TestSilentRouterIsNotRemembered (row 13) has two routers move, and one fall
// silent: the rollback fails, and both may be at green.
func TestSilentRouterIsNotRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, s := traffictest.NewMemory(traffic.All(traffic.Blue)), traffictest.NewMemory(traffic.All(traffic.Blue))
		i := newInstance(t, m, memoryKind("spare", s))
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, spared())))
		s.After = func(_ context.Context, call string) error {
			if call == traffictest.CallSetWeights {
				s.Before = dead
				return errSilent
			}
			return nil
		}
		wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Green, spared())), "WHERE TRAFFIC IS NOW IS NOT KNOWN")
		i.wantNoWeights(t)
		for _, c := range traffic.Colors() {
			second := spared()
			e := environment(c, "2", c.String())
			e["spare"] = second["spare"]
			second[c.String()] = e
			_, said := i.plannedAs(t, configured(t, traffic.Blue, second))
			wantSaid(t, said, "Active Environment Protected", c.String())
		}
		s.Before, s.After = nil, nil
		if w := s.Live(); w != traffic.All(traffic.Green) {
			t.Fatalf("the silent router has %s", w)
		}
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, spared()))) // as with -refresh=false
		if w := s.Live(); w != traffic.All(traffic.Blue) {
			t.Errorf("it was taken to be where it had been: %s", w)
		}
	})
}

// TestDeadRegionIsTakenOut (row 14) has one router's API fail: the refresh
// warns, and a plan fails only when it still names that router.
func TestDeadRegionIsTakenOut(t *testing.T) {
	t.Parallel()
	m, s := traffictest.NewMemory(traffic.All(traffic.Blue)), traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m, memoryKind("spare", s))
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, spared())))
	s.Before = dead
	for _, d := range i.refresh(t) {
		if d.Severity != tfprotov6.DiagnosticSeverityWarning {
			t.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	i.wantNoWeights(t)
	wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Green, spared())), "Router Not Read", "Nobody answers")
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, nil)))
	if w := m.Live(); w != traffic.All(traffic.Green) {
		t.Errorf("the other one has %s", w)
	}
}

// TestReturnWithoutADeadRegion takes a dead region out of a switch: what stays
// is returned to at once, as it would have been with it, in the same apply or in
// a later one.
func TestReturnWithoutADeadRegion(t *testing.T) {
	t.Parallel()
	for _, first := range []bool{false, true} {
		m, s := traffictest.NewMemory(traffic.All(traffic.Blue)), traffictest.NewMemory(traffic.All(traffic.Blue))
		i := newInstance(t, m, memoryKind("spare", s))
		with := func(more map[string]any) map[string]any {
			more["rollback_window"], more["steps"] = "1h", []any{map[string]any{"weight": 50}}
			return more
		}
		alone := spared()
		delete(alone, "spare")
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, with(spared()))))
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, with(spared()))))
		s.Before = dead
		i.refresh(t)
		if first {
			wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, with(alone))))
			wantClean(t, i.refresh(t))
		}
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, with(alone))))
		if lines := i.attribute(t, "cutover"); !strings.Contains(lines, atOnce) || m.Live() != traffic.All(traffic.Blue) {
			t.Errorf("traffic is %s after %s", m.Live(), lines)
		}
		other := with(map[string]any{"blue": environment(traffic.Blue, "1", "others"), "memory": map[string]any{"name": "m"}})
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, with(alone))))
		if plan, _ := i.plannedAs(t, configured(t, traffic.Blue, other)); strings.Contains(plan, atOnce) {
			t.Error("other backends are taken for those that served")
		}
	}
}

// TestReturnIsEarnedByHalves (row 15) has an apply killed halfway, and gone on
// with: blue had everything, and is returned to at once.
func TestReturnIsEarnedByHalves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		i := newInstance(t, m)
		more := map[string]any{"rollback_window": "1h", "steps": []any{map[string]any{"weight": 50}}}
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, more)))
		<-time.After(24 * time.Hour) // of virtual time
		m.Interfere(traffic.Split(traffic.Green, 50))
		wantClean(t, i.refresh(t))
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, more)))
		wantClean(t, i.refresh(t))
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, more)))
		if lines := i.attribute(t, "cutover"); !strings.Contains(lines, atOnce) {
			t.Errorf("the timetable is %s", lines)
		}
	})
}

// TestUpdateLooksWhereTrafficIs (row 18) has traffic move while an apply is under
// way that was to move none.
func TestUpdateLooksWhereTrafficIs(t *testing.T) {
	t.Parallel()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	config := value(t, i.typ, configured(t, traffic.Blue, map[string]any{"drain": "5s"}))
	planned := i.plan(t, config)
	m.Interfere(traffic.All(traffic.Green))
	wantSaid(t, i.applied(t.Context(), t, config, planned.PlannedState, planned.PlannedPrivate),
		"Traffic Is Not Where The Plan Has It", "it is now blue 0, green 100", "Plan again")
	if w := i.weights(t); w != traffic.All(traffic.Green) || !strings.Contains(i.attribute(t, "active_color"), "green") {
		t.Errorf("state has %s, %s", w, i.attribute(t, "active_color"))
	}
	if m.Live() != traffic.All(traffic.Green) {
		t.Error("traffic was moved")
	}
	m.Before = dead
	wantSaid(t, i.applied(t.Context(), t, config, planned.PlannedState, planned.PlannedPrivate), "not all routers said where it is", "Nobody answers")
	i.wantNoWeights(t)
}

// TestNobodyIsServed (row 9) has another hand take all weight from both colors:
// a plan and an apply with either color lead out.
func TestNobodyIsServed(t *testing.T) {
	t.Parallel()
	for _, to := range traffic.Colors() {
		synctest.Test(t, func(t *testing.T) {
			m := traffictest.NewMemory(traffic.All(traffic.Blue))
			i := newInstance(t, m)
			wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
			m.Interfere(traffic.Weights{})
			wantClean(t, i.refresh(t))
			if w := i.weights(t); !w.None() {
				t.Errorf("state has %s", w)
			}
			wantClean(t, i.apply(t.Context(), t, configured(t, to, nil)))
			if lines := i.attribute(t, "cutover"); m.Live() != traffic.All(to) || !strings.Contains(lines, "nobody is served") {
				t.Errorf("traffic is %s after %s", m.Live(), lines)
			}
		})
	}
}

// TestFailedCreateSaysWhatIsSaved (row 17): nothing is.
func TestFailedCreateSaysWhatIsSaved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		m.SetHealth(traffic.Green, traffic.Health{Total: 1})
		i := newInstance(t, m)
		said := i.apply(t.Context(), t, configured(t, traffic.Green, nil))
		wantSaid(t, said, "A New Switch Moves Traffic", "Cutover Refused", "nothing was saved")
		for _, d := range said {
			if strings.Contains(d.Detail, "State has") || strings.Contains(d.Detail, "at once") {
				t.Errorf("it speaks of a state: %s", d.Detail)
			}
		}
		if !i.state.IsNull() {
			t.Error("something was saved")
		}
	})
}
