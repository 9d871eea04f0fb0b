package provider_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestChangedSinceTheRefresh (row 25) changes what a plan rests on besides
// weights. Terraform plans once more in the apply: the plan is the same or is
// refused by our own words, naming what changed.
func TestChangedSinceTheRefresh(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(m *traffictest.Memory){
		"clients stay with a color for 1h, not 0s": func(m *traffictest.Memory) { m.Facts.StickyFor = time.Hour },
		"its configuration is another one":         func(m *traffictest.Memory) { m.Facts.Seen = "another map" },
		"":                                         func(m *traffictest.Memory) { m.Interfere(traffic.Split(traffic.Green, 30)) },
		"and": func(m *traffictest.Memory) {
			m.Interfere(traffic.Split(traffic.Green, 30))
			m.Facts = traffic.Facts{Seen: "another map", StickyFor: time.Hour}
		},
	} {
		m := traffictest.NewMemory(traffic.All(traffic.Blue))
		i := newInstance(t, m)
		more := map[string]any{"drain": "5s"}
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, more)))
		wantClean(t, i.refresh(t))
		first, said := i.plannedAs(t, configured(t, traffic.Green, more))
		wantClean(t, said)
		change(m)
		second, said := i.plannedAs(t, configured(t, traffic.Green, more))
		if want == "" || want == "and" { // the apply itself says where traffic is
			wantClean(t, said)
			if second != first {
				t.Errorf("the plan was\n%s\nand is now\n%s", first, second)
			}
			wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Green, more)), "Cutover Refused", "found blue 70, green 30")
			continue
		}
		wantSaid(t, said, "Routers Changed Since The Plan", want, "Plan again")
	}
}

// TestPlanWithoutARefresh warns of what Terraform would say, when the apply's plan
// may see something else, and only then.
func TestPlanWithoutARefresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
		more := map[string]any{"rollback_window": "1h"}
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, more)))
		_, said := i.plannedAs(t, configured(t, traffic.Green, more))
		wantSaid(t, said, "Plan Without A Refresh", "What the plan knows of m is from a look of its own", "inconsistent final plan")
		wantClean(t, i.refresh(t))
		if _, said = i.plannedAs(t, configured(t, traffic.Green, more)); len(said) != 0 {
			t.Errorf("after a refresh: %s", said[0].Detail)
		}
		wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, more)))
		_, said = i.plannedAs(t, configured(t, traffic.Blue, more))
		wantSaid(t, said, "The rollback window shuts at 2000-01-01T01:00:0")
		wantClean(t, i.refresh(t))
		if _, said = i.plannedAs(t, configured(t, traffic.Blue, more)); len(said) != 0 {
			t.Errorf("after a refresh: %s", said[0].Detail)
		}
	})
}

// kept changes what was noted in a switch's private state.
func (i *instance) note(t *testing.T, change func(notes string) string) {
	t.Helper()
	keys := map[string]string{}
	if err := json.Unmarshal(i.kept, &keys); err != nil {
		t.Fatal(err)
	}
	for key, encoded := range keys {
		notes, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			t.Fatal(err)
		}
		keys[key] = base64.StdEncoding.EncodeToString([]byte(change(string(notes))))
	}
	var err error
	if i.kept, err = json.Marshal(keys); err != nil || len(keys) != 1 {
		t.Fatal(len(keys), err)
	}
}

// TestNotesOfAnotherVersion (row 20) are forgotten with a warning. A plan that
// cannot be read is not carried out.
func TestNotesOfAnotherVersion(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(string) string{
		"another version": func(notes string) string { return strings.Replace(notes, `"version":1`, `"version":9`, 1) },
		"another type":    func(notes string) string { return strings.Replace(notes, `"snapshot":{`, `"served":3,"snapshot":{`, 1) },
		"no object":       func(string) string { return `[]` },
	} {
		synctest.Test(t, func(t *testing.T) {
			m := traffictest.NewMemory(traffic.All(traffic.Blue))
			i := newInstance(t, m)
			wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
			i.note(t, change)
			_, said := i.plannedAs(t, configured(t, traffic.Green, nil))
			wantSaid(t, said, "Notes On The Switch Forgotten")
			said = i.refresh(t)
			wantSaid(t, said, "Notes On The Switch Forgotten")
			if said[0].Severity != tfprotov6.DiagnosticSeverityWarning {
				t.Errorf("%s: it is an error", name)
			}
			wantClean(t, i.refresh(t))

			config := value(t, i.typ, configured(t, traffic.Green, nil))
			planned := i.plan(t, config)
			i.kept = planned.PlannedPrivate
			i.note(t, change)
			wantSaid(t, i.applied(t.Context(), t, config, planned.PlannedState, i.kept), "Plan Not Readable", "No traffic moved", "Plan again")
			if m.Live() != traffic.All(traffic.Blue) || i.weights(t) != traffic.All(traffic.Blue) {
				t.Errorf("%s: traffic is %s, state has %s", name, m.Live(), i.weights(t))
			}
			wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, nil)))
		})
	}
}

// TestRouterOfTwoSwitches (row 21) has a copy of a switch over the same router.
func TestRouterOfTwoSwitches(t *testing.T) {
	t.Parallel()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	for range 2 { // planned again it is the same one, and another color changes nothing
		_, said := i.plannedAs(t, configured(t, traffic.Green, nil))
		wantClean(t, said)
	}
	another := &instance{server: i.server, typ: i.typ, schema: i.schema, state: i.state}
	_, said := another.plannedAs(t, configured(t, traffic.Blue, map[string]any{"name": "cart"}))
	wantClean(t, said) // state has the first one, which is called otherwise by now
	_, said = i.plannedAs(t, configured(t, traffic.Blue, nil))
	wantSaid(t, said, "Router Of Two Switches", `The switches "cart" and "shop" both move m`)
	_, said = i.plannedAs(t, configured(t, traffic.Blue, map[string]any{"memory": map[string]any{"name": "other"}}))
	wantClean(t, said) // moved off in the same plan
}

// TestCopyOfASwitch is called the same, over the same environments, as the copies
// of a for_each are. It is another switch when both are applied at the same time.
func TestCopyOfASwitch(t *testing.T) {
	t.Parallel()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	another := &instance{server: i.server, typ: i.typ, schema: i.schema, state: i.state, kept: i.kept}
	var once sync.Once
	var said []*tfprotov6.Diagnostic
	m.Before = func(ctx context.Context, call string) error {
		if call == traffictest.CallSetWeights {
			once.Do(func() { said = another.apply(ctx, t, configured(t, traffic.Green, nil)) })
		}
		return nil
	}
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Green, nil)))
	wantSaid(t, said, "Router Of Two Switches", "are applied at the same time")
	m.Before = nil
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil))) // it is let go
}

// TestRouterSaysMore has a warning that is told with a cutover, and not before.
func TestRouterSaysMore(t *testing.T) {
	t.Parallel()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	m.Facts.Warning = "Another rule still forwards to blue."
	wantClean(t, i.refresh(t))
	_, said := i.plannedAs(t, configured(t, traffic.Blue, nil))
	wantClean(t, said)
	_, said = i.plannedAs(t, configured(t, traffic.Green, nil))
	wantSaid(t, said, "Another rule still forwards to blue.")
	if len(said) != 1 || said[0].Severity != tfprotov6.DiagnosticSeverityWarning || said[0].Attribute.String() != `AttributeName("memory")` {
		t.Errorf("it is said as %+v", said)
	}
}

// TestNobodyKnowsHealth (row 16) asks the environment for checks.
func TestNobodyKnowsHealth(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_TOKEN", "token")
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	m.Facts.HealthUnknown = "health checks are off on tg"
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	_, said := i.plannedAs(t, configured(t, traffic.Green, nil))
	wantSaid(t, said, "Environment Needs Checks", "health checks are off on tg", "Add checks to it", "The attribute is checks of the environment that is green")
	with := func(fitness string) map[string]any {
		e := environment(traffic.Green, "1", "green")
		e["fitness"] = `{"format":1,"checks":{"one":{"secret":{"token_env":"BLUEGREEN_TEST_TOKEN"}}}` + fitness + `}`
		return map[string]any{"green": e}
	}
	_, said = i.plannedAs(t, configured(t, traffic.Green, with(`,"health":{"min_healthy":2}`)))
	wantSaid(t, said, "Health Is Not Judged", "min_healthy does not count")
	plan, said := i.plannedAs(t, configured(t, traffic.Green, with("")))
	wantClean(t, said)
	if strings.Contains(plan, "gates: health of green") || !strings.Contains(plan, "health of green not known in m: health checks are off on tg") {
		t.Errorf("the plan is %s", plan)
	}
}
