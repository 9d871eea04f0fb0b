package provider_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// refresh reads the switch, and keeps what it saw in state.
func (i *instance) refresh(t *testing.T) []*tfprotov6.Diagnostic {
	t.Helper()
	read, err := i.server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: "bluegreen_switch", CurrentState: dynamic(t, i.typ, i.state), Private: i.kept,
	})
	if err != nil {
		t.Fatal(err)
	}
	if i.state, err = read.NewState.Unmarshal(i.typ); err != nil {
		t.Fatal(err)
	}
	i.kept = read.Private
	return read.Diagnostics
}

// disturbed is a switch whose traffic a hand has moved to green.
func disturbed(t *testing.T) *instance {
	t.Helper()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	m.Interfere(traffic.All(traffic.Green))
	wantClean(t, i.refresh(t))
	return i
}

// TestDisturbedMayBePutRight has a version of green that state has not heard
// of, as after an apply that was killed: it stops nobody.
func TestDisturbedMayBePutRight(t *testing.T) {
	t.Parallel()
	i := disturbed(t)
	second := map[string]any{"green": environment(traffic.Green, "2", "green")}
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, second)))
	if w := i.weights(t); w != traffic.All(traffic.Blue) {
		t.Errorf("state has %s", w)
	}
}

// released has an environment planned before the switch, as Terraform does. State
// has one of its versions.
func (i *instance) released(t *testing.T, state, plan string) {
	t.Helper()
	schemas, err := i.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ := schemas.ResourceSchemas["bluegreen_environment"].ValueType()
	of := func(version string) *tfprotov6.DynamicValue {
		text, err := json.Marshal(map[string]any{"name": "green", "version": version, "memory": map[string]any{"name": "green"}})
		if err != nil {
			t.Fatal(err)
		}
		return value(t, typ, string(text))
	}
	got, err := i.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "bluegreen_environment", Config: of(plan), PriorState: of(state), ProposedNewState: of(plan),
	})
	if err != nil {
		t.Fatal(err)
	}
	wantClean(t, got.Diagnostics)
}

// TestDisturbedIsProtected from a release in the same plan, which its environment
// tells from a version that an apply which was killed has released.
func TestDisturbedIsProtected(t *testing.T) {
	t.Parallel()
	second := configured(t, traffic.Blue, map[string]any{"green": environment(traffic.Green, "2", "green")})
	i := disturbed(t)
	i.released(t, "1", "2")
	wantSaid(t, i.apply(t.Context(), t, second), "Active Environment Protected", `green has 100 % of traffic with version "1"`)
	i.released(t, "2", "2")
	wantClean(t, i.apply(t.Context(), t, second))
}

// TestDisturbanceIsOver has a hand's movement that the configuration followed,
// so that nothing was left to apply: green is the active color like any other,
// and protected.
func TestDisturbanceIsOver(t *testing.T) {
	t.Parallel()
	i := disturbed(t)
	wantClean(t, i.refresh(t))
	second := map[string]any{"green": environment(traffic.Green, "2", "green")}
	wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Green, second)), "Active Environment Protected")
}

// TestDisturbedUntilWhole has state refreshed again while traffic is divided,
// as an apply that was killed leaves it: nobody has followed that.
func TestDisturbedUntilWhole(t *testing.T) {
	t.Parallel()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	m.Interfere(traffic.Split(traffic.Green, 50))
	wantClean(t, i.refresh(t))
	wantClean(t, i.refresh(t))
	second := map[string]any{"green": environment(traffic.Green, "2", "green")}
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, second)))
	if w := i.weights(t); w != traffic.All(traffic.Blue) {
		t.Errorf("state has %s", w)
	}
}

// TestDisturbedUntilRecorded has an apply that ends before it can do anything:
// state has not heard of green's version by that.
func TestDisturbedUntilRecorded(t *testing.T) {
	t.Parallel()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	m.Interfere(traffic.Split(traffic.Green, 50))
	wantClean(t, i.refresh(t))
	second := configured(t, traffic.Blue, map[string]any{"green": environment(traffic.Green, "2", "green")})
	wantSaid(t, i.applyKnownLater(t, second, func() {
		m.Before = func(context.Context, string) error { return errs.Package("memory").New("nobody answers") }
	}), "Router Not Read")
	m.Before = nil
	wantClean(t, i.refresh(t))
	wantClean(t, i.apply(t.Context(), t, second))
	if w := i.weights(t); w != traffic.All(traffic.Blue) {
		t.Errorf("state has %s", w)
	}
}
