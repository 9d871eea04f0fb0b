package provider_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// instance is a provider in this process, over one router in memory, spoken to
// as Terraform does. It lives in virtual time.
type instance struct {
	server tfprotov6.ProviderServer
	typ    tftypes.Type // of the switch
	schema *tfprotov6.Schema
	state  tftypes.Value
	kept   []byte // private state
}

type memoryBackend struct {
	Name string `tfsdk:"name"`
}

type memoryRouter struct {
	Name string `tfsdk:"name"`
}

func memoryKind(name string, m traffic.Router) router.Kind {
	block := schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{"name": schema.StringAttribute{Required: true}}}
	return router.NewKind(router.Spec[memoryBackend, memoryRouter]{
		Name: name, Backend: block, Router: block,
		Open: func(_ context.Context, _ *session.Sessions, r memoryRouter, blue, green memoryBackend) ([]traffic.Member, error) {
			return []traffic.Member{{Name: r.Name, Kind: name, Moves: blue.Name + green.Name, Router: m}}, nil
		},
	})
}

func newInstance(t *testing.T, m *traffictest.Memory, more ...router.Kind) *instance {
	t.Helper()
	catalog := func() provider.Catalog {
		return provider.Catalog{
			Routers: append([]router.Kind{memoryKind("memory", m)}, more...), Metrics: []block.Kind[metric.Metric]{zeroKind(), meterKind()},
			Checks: []block.Kind[check.Check]{secretKind()}, Prewarm: secretKind(),
			Gates:     []block.Kind[check.Check]{readyKind("ready"), readyKind("steady"), guardKind()},
			Notifiers: []block.Kind[notify.Notifier]{mailKind()},
		}
	}
	return newInstanceOf(t, catalog)
}

func newInstanceOf(t *testing.T, catalog func() provider.Catalog) *instance {
	t.Helper()
	i := &instance{server: providerserver.NewProtocol6(provider.New("test", catalog)())()}
	schemas, err := i.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	i.schema = schemas.ResourceSchemas["bluegreen_switch"]
	i.typ = i.schema.ValueType()
	i.state = tftypes.NewValue(i.typ, nil)
	_, err = i.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: value(t, schemas.Provider.ValueType(), "{}")})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func value(t *testing.T, typ tftypes.Type, text string) *tfprotov6.DynamicValue {
	t.Helper()
	v, err := (&tfprotov6.DynamicValue{JSON: []byte(text)}).Unmarshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	return dynamic(t, typ, v)
}

func dynamic(t *testing.T, typ tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	d, err := tfprotov6.NewDynamicValue(typ, v)
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

// environment is an environment as a switch is given it, without any gate.
func environment(c traffic.Color, version, backend string) map[string]any {
	return map[string]any{"name": c, "version": version, "memory": map[string]any{"name": backend}, "fitness": `{"format":1}`}
}

// configured is a switch's configuration as JSON.
func configured(t *testing.T, color traffic.Color, more map[string]any) string {
	t.Helper()
	config := map[string]any{
		"name": "shop", "active_color": color,
		"blue": environment(traffic.Blue, "1", "blue"), "green": environment(traffic.Green, "1", "green"),
		"memory": map[string]any{"name": "m"},
	}
	for name, v := range more {
		config[name] = v
	}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// proposed is the configuration, with what is computed as it was before.
func (i *instance) proposed(t *testing.T, config *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	t.Helper()
	if i.state.IsNull() {
		return config
	}
	var now, was map[string]tftypes.Value
	v, err := config.Unmarshal(i.typ)
	if err != nil || v.As(&now) != nil || i.state.As(&was) != nil {
		t.Fatal("not an object", err)
	}
	for _, a := range i.schema.Block.Attributes {
		if a.Computed && now[a.Name].IsNull() {
			now[a.Name] = was[a.Name]
		}
	}
	return dynamic(t, i.typ, tftypes.NewValue(i.typ, now))
}

// validate looks at a configuration alone.
func (i *instance) validate(t *testing.T, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
	t.Helper()
	got, err := i.server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: "bluegreen_switch", Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return got.Diagnostics
}

// plan plans a configuration.
func (i *instance) plan(t *testing.T, config *tfprotov6.DynamicValue) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	planned, err := i.planIn(t.Context(), t, config)
	if err != nil {
		t.Fatal(err)
	}
	return planned
}

func (i *instance) planIn(ctx context.Context, t *testing.T, config *tfprotov6.DynamicValue) (*tfprotov6.PlanResourceChangeResponse, error) {
	t.Helper()
	return i.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: "bluegreen_switch", Config: config, PriorState: dynamic(t, i.typ, i.state),
		ProposedNewState: i.proposed(t, config), PriorPrivate: i.kept,
	})
}

// apply plans and applies.
func (i *instance) apply(ctx context.Context, t *testing.T, text string) []*tfprotov6.Diagnostic {
	t.Helper()
	config := value(t, i.typ, text)
	planned, err := i.planIn(ctx, t, config)
	if err != nil {
		return failure(err)
	}
	for _, d := range planned.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return planned.Diagnostics
		}
	}
	return append(planned.Diagnostics, i.applied(ctx, t, config, planned.PlannedState, planned.PlannedPrivate)...)
}

// applied applies a plan. State is kept as Terraform would.
func (i *instance) applied(ctx context.Context, t *testing.T, config, plan *tfprotov6.DynamicValue, private []byte) []*tfprotov6.Diagnostic {
	t.Helper()
	applied, err := i.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: "bluegreen_switch", Config: config, PriorState: dynamic(t, i.typ, i.state), PlannedState: plan, PlannedPrivate: private,
	})
	if err != nil {
		return failure(err)
	}
	if i.state, err = applied.NewState.Unmarshal(i.typ); err != nil {
		t.Fatal(err)
	}
	i.kept = applied.Private
	return applied.Diagnostics
}

func failure(err error) []*tfprotov6.Diagnostic {
	if err == nil {
		return nil
	}
	return []*tfprotov6.Diagnostic{{Summary: err.Error()}}
}

// weights are those in state.
func (i *instance) weights(t *testing.T) traffic.Weights {
	t.Helper()
	var attributes, weights map[string]tftypes.Value
	if err := i.state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes["weights"].As(&weights); err != nil {
		t.Fatal(err)
	}
	number := func(c traffic.Color) int {
		var n types.Int64
		v, err := types.Int64Type.ValueFromTerraform(t.Context(), weights[c.String()])
		if err == nil {
			n, _ = v.(types.Int64)
		}
		return int(n.ValueInt64())
	}
	return traffic.Weights{Blue: number(traffic.Blue), Green: number(traffic.Green)}
}
