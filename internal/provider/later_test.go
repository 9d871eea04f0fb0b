package provider_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// failingKind is a kind of router that cannot be opened while why returns an
// error.
func failingKind(name string, m traffic.Router, why func() error) router.Kind {
	block := schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{"name": schema.StringAttribute{Required: true}}}
	return router.NewKind(router.Spec[memoryBackend, memoryRouter]{
		Name: name, Backend: block, Router: block,
		Open: func(_ context.Context, _ *session.Sessions, r memoryRouter, _, _ memoryBackend) ([]traffic.Member, error) {
			if err := why(); err != nil {
				return nil, err
			}
			return []traffic.Member{{Name: r.Name, Kind: name, Router: m}}, nil
		},
	})
}

// TestBlockKnownLater has the block of one router known only in the apply: what
// else is wrong is told in the plan, and nothing is remembered as seen that was
// not.
func TestBlockKnownLater(t *testing.T) {
	t.Parallel()
	later, broken := error(nil), error(nil)
	m, s, o := traffictest.NewMemory(traffic.All(traffic.Blue)), traffictest.NewMemory(traffic.All(traffic.Blue)), traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m, failingKind("spare", s, func() error { return later }), failingKind("other", o, func() error { return broken }))
	more := spared()
	more["other"] = map[string]any{"name": "o"}
	for _, c := range traffic.Colors() {
		e, _ := more[c.String()].(map[string]any)
		e["other"] = map[string]any{"name": "o"}
	}
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, more)))
	later = fmt.Errorf("spare: %w: aws", session.ErrUnknown)
	_, said := i.plannedAs(t, configured(t, traffic.Green, more))
	wantClean(t, said) // the apply will know

	said = i.refresh(t)
	wantSaid(t, said, "Weights Not Read", "Provider Block Known Only In The Apply", "until an apply has asked the routers")
	i.wantNoWeights(t)

	broken = fmt.Errorf("other: %w: no such region", session.ErrConfig)
	_, said = i.plannedAs(t, configured(t, traffic.Green, more))
	wantSaid(t, said, "Provider Block Not Valid", "no such region")
	if text := textOf(said, tfprotov6.DiagnosticSeverityError); strings.Contains(text, "not known before apply") {
		t.Errorf("what the apply will know is an error: %s", text)
	}
	wantSaid(t, i.refresh(t), "Weights Not Read", "no such region", "Provider Block Known Only In The Apply")
	i.wantNoWeights(t)
}

// imported is a switch as an import leaves it: its router, and nothing else.
func imported(t *testing.T, m *traffictest.Memory) *instance {
	t.Helper()
	i := newInstance(t, m)
	empty := map[string]tftypes.Value{}
	object, ok := i.typ.(tftypes.Object)
	if !ok {
		t.Fatal("a switch is no object")
	}
	for name, typ := range object.AttributeTypes {
		empty[name] = tftypes.NewValue(typ, nil)
	}
	empty["id"] = tftypes.NewValue(tftypes.String, "m")
	empty["memory"] = tftypes.NewValue(object.AttributeTypes["memory"], map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.String, "m")})
	i.state = tftypes.NewValue(i.typ, empty)
	return i
}

// TestFirstApplyAfterImport that does not promote leaves no color in state while
// nobody knows which is active.
func TestFirstApplyAfterImport(t *testing.T) {
	t.Parallel()
	for want, found := range map[string]traffic.Weights{"<null>": traffic.Split(traffic.Green, 50), `"blue"`: traffic.All(traffic.Blue)} {
		m := traffictest.NewMemory(found)
		i := imported(t, m)
		m.SetHealth(traffic.Green, traffic.Health{Total: 1})
		fit := environment(traffic.Green, "1", "green")
		fit["fitness"] = `{"format":1,"health":{"timeout":"1s"}}`
		for range 2 {
			wantSaid(t, i.apply(t.Context(), t, configured(t, traffic.Green, map[string]any{"green": fit})), "Cutover Refused")
			if active, idle := i.attribute(t, "active_color"), i.attribute(t, "idle_color"); !strings.Contains(active, want) || strings.Contains(idle, `""`) {
				t.Errorf("%s: state has %s active, %s idle", found, active, idle)
			}
			if i.weights(t) != found {
				t.Errorf("state has %s", i.weights(t))
			}
			i.refresh(t)
		}
		m.SetHealth(traffic.Green, traffic.Health{Total: 1, Healthy: 1})
		i.apply(t.Context(), t, configured(t, traffic.Green, map[string]any{"green": fit}))
		if active := i.attribute(t, "active_color"); m.Live() != traffic.All(traffic.Green) || !strings.Contains(active, `"green"`) {
			t.Errorf("traffic is %s, and state has %s", m.Live(), active)
		}
	}
}

// TestReturnAfterImport is to what served when the first cutover of an imported
// switch began.
func TestReturnAfterImport(t *testing.T) {
	t.Parallel()
	i := imported(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	more := map[string]any{"rollback_window": "1h", "steps": []any{map[string]any{"weight": 50}}}
	i.apply(t.Context(), t, configured(t, traffic.Green, more))
	wantClean(t, i.refresh(t))
	i.apply(t.Context(), t, configured(t, traffic.Blue, more))
	if lines := i.attribute(t, "cutover"); !strings.Contains(lines, atOnce) {
		t.Errorf("the timetable is %s", lines)
	}
}

// TestCutoverUnknownInTheApply of an update is none that anybody agreed to.
func TestCutoverUnknownInTheApply(t *testing.T) {
	t.Parallel()
	m := traffictest.NewMemory(traffic.All(traffic.Blue))
	i := newInstance(t, m)
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	config := value(t, i.typ, configured(t, traffic.Green, map[string]any{"bake": "1s"}))
	unknown := i.replaced(t, config, tftypes.NewAttributePath().WithAttributeName("bake"))
	planned := i.plan(t, unknown)
	wantSaid(t, i.applied(t.Context(), t, config, planned.PlannedState, planned.PlannedPrivate), "not known in the apply either")
	if m.Live() != traffic.All(traffic.Blue) || i.weights(t) != traffic.All(traffic.Blue) {
		t.Errorf("traffic is %s, state has %s", m.Live(), i.weights(t))
	}
}
