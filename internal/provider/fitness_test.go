package provider_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// stated plans an environment with these arguments, and returns its fitness.
// What is hidden is known only in the apply.
func (i *instance) stated(t *testing.T, more map[string]any, hidden ...*tftypes.AttributePath) tftypes.Value {
	t.Helper()
	schemas, err := i.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ := schemas.ResourceSchemas["bluegreen_environment"].ValueType()
	arguments := map[string]any{"name": "green", "version": "1", "memory": map[string]any{"name": "green"}}
	for name, v := range more {
		arguments[name] = v
	}
	text, err := json.Marshal(arguments)
	if err != nil {
		t.Fatal(err)
	}
	config, err := value(t, typ, string(text)).Unmarshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	config, err = tftypes.Transform(config, func(at *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if slices.ContainsFunc(hidden, at.Equal) {
			return tftypes.NewValue(v.Type(), tftypes.UnknownValue), nil
		}
		return v, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wanted := dynamic(t, typ, config)
	got, err := i.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "bluegreen_environment", Config: wanted, ProposedNewState: wanted, PriorState: dynamic(t, typ, tftypes.NewValue(typ, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	wantClean(t, got.Diagnostics)
	var attributes map[string]tftypes.Value
	plan, err := got.PlannedState.Unmarshal(typ)
	if err != nil || plan.As(&attributes) != nil {
		t.Fatal(err)
	}
	return attributes["fitness"]
}

// TestFitnessIsWhatWasSaid and nothing else, in an order that does not change.
func TestFitnessIsWhatWasSaid(t *testing.T) {
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	t.Setenv("BLUEGREEN_TEST_TOKEN", "s3cret")
	for want, more := range map[string]map[string]any{
		`{"format":1}`: {},
		`{"checks":{"a<b":{"secret":{"token_env":"BLUEGREEN_TEST_TOKEN"}}},"format":1,` +
			`"health":{"failure_limit":0,"min_healthy_percent":50,"timeout":"1m"},"schema":{"min_version":"042"}}`: {
			"schema": map[string]any{"min_version": "042"}, "health": map[string]any{"timeout": "1m", "min_healthy_percent": 50, "failure_limit": 0},
			"checks": map[string]any{"a<b": map[string]any{"secret": map[string]any{"token_env": "BLUEGREEN_TEST_TOKEN"}}},
		},
	} {
		var got string
		if err := i.stated(t, more).As(&got); err != nil || got != want {
			t.Errorf("%s, %v; want %s", got, err, want)
		}
	}
}

// TestFitnessKnownLater is unknown as a whole, and a version is no part of it.
func TestFitnessKnownLater(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	root := tftypes.NewAttributePath().WithAttributeName
	health := map[string]any{"health": map[string]any{"timeout": "1m"}}
	if v := i.stated(t, health, root("health").WithAttributeName("timeout")); v.IsKnown() {
		t.Errorf("it is %s", v)
	}
	if v := i.stated(t, health, root("version")); !v.IsKnown() {
		t.Error("it waits for the version")
	}
}

// withFitness is a switch whose green has this fitness.
func withFitness(t *testing.T, fitness string) string {
	t.Helper()
	green := environment(traffic.Green, "1", "green")
	green["fitness"] = fitness
	return configured(t, traffic.Green, map[string]any{"green": green})
}

// TestFitnessIsReadStrictly has what no environment says.
func TestFitnessIsReadStrictly(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	const hand = "Hand the switch what a bluegreen_environment has: green = bluegreen_environment.green."
	for fitness, wants := range map[string][]string{
		``:                                      {"Fitness Not Read", "Not the work of an environment: not a JSON object", hand, "The attribute is green.fitness."},
		`[]`:                                    {"not a JSON object", hand},
		`null`:                                  {"its format is not 1", hand},
		`{"format":1} {}`:                       {"there is more than one JSON object"},
		`{}`:                                    {"its format is not 1"},
		`{"format":2}`:                          {"its format is not 1"},
		`{"format":1,"weights":{}}`:             {"this version of the provider knows no weights"},
		`{"format":1,"health":{"min":1}}`:       {"health.min: this version of the provider knows no such argument"},
		`{"format":1,"health":[]}`:              {"health: an object is expected"},
		`{"format":1,"health":null}`:            {"health: an object is expected"},
		`{"format":1,"health":{"timeout":1}}`:   {"health.timeout: a string is expected"},
		`{"format":1,"checks":{"a":{"b":{}}}}`:  {"checks.a.b: this version of the provider knows no such argument"},
		`{"format":1,"checks":{"a":"smoke"}}`:   {"checks.a: an object is expected"},
		`{"format":1,"health":{"timeout":"7"}}`: {"Not A Duration", "The attribute is health.timeout of the environment that is green."},
		`{"format":1,"health":{"min_healthy":0}}`: {
			"Invalid Attribute Value", "at least 1, got: 0", "The attribute is health.min_healthy of the environment that is green.",
		},
		`{"format":1,"health":{"failure_limit":-1}}`: {
			"Invalid Attribute Value", "at least 0, got: -1", "The attribute is health.failure_limit of the environment that is green.",
		},
		`{"format":1,"health":{"min_healthy":"1"}}`: {"health.min_healthy: a number is expected"},
		`{"format":1,"health":{"min_healthy":1.5}}`: {"Fitness Not Read"},
		`{"format":1,"checks":{"a":{"secret":{}}}}`: {"Argument Missing", "token_env must be given.", `The attribute is checks["a"].secret.token_env of the environment`},
		`{"format":1,"health":{"timeout":"1m","stable_for":"2m"}}`: {
			"Health Gate Can Never Hold", "Raise timeout above stable_for", "The attribute is health.timeout of the environment that is green.",
		},
	} {
		t.Run(fitness, func(t *testing.T) {
			said := i.validate(t, value(t, i.typ, withFitness(t, fitness)))
			wantSaid(t, said, wants...)
			if len(said) > 0 && said[0].Attribute.String() != `AttributeName("green")` {
				t.Errorf("it is told on %s", said[0].Attribute)
			}
		})
	}
}

// TestFitnessIsRequired by a switch, so that gates are not lost on the way
// through a module that forgets it.
func TestFitnessIsRequired(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	for _, a := range i.schema.Block.Attributes {
		if a.Name != "blue" && a.Name != "green" {
			continue
		}
		for _, inner := range a.NestedType.Attributes {
			if inner.Name == "fitness" && (!inner.Required || !inner.Sensitive) {
				t.Errorf("%s.fitness is not required, or not sensitive", a.Name)
			}
			if slices.Contains([]string{"health", "checks", "prewarm", "schema"}, inner.Name) {
				t.Errorf("%s has %s in types", a.Name, inner.Name)
			}
		}
	}
}

// TestGatesComeByFitness is a cutover that asks what green says.
func TestGatesComeByFitness(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_TOKEN", "s3cret")
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	wantClean(t, i.apply(t.Context(), t, withFitness(t,
		`{"format":1,"health":{"timeout":"7m"},"checks":{"smoke":{"secret":{"token_env":"BLUEGREEN_TEST_TOKEN"}}}}`)))
	if lines := i.attribute(t, "cutover"); !strings.Contains(lines, "checks.smoke") || !strings.Contains(lines, "up to 7m") {
		t.Errorf("the timetable is %s", lines)
	}
}

// TestStateBeforeFitness was written when environments had their gates in
// arguments of the switch: it is read, and the next plan brings the fitness.
func TestStateBeforeFitness(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
	old := strings.ReplaceAll(configured(t, traffic.Blue, nil), `"fitness":"{\"format\":1}"`, `"health":{"timeout":"1m"},"checks":null`)
	if !strings.Contains(old, `"health"`) {
		t.Fatal(old)
	}
	got, err := i.server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
		TypeName: "bluegreen_switch", RawState: &tfprotov6.RawState{JSON: []byte(old)},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantClean(t, got.Diagnostics)
	if i.state, err = got.UpgradedState.Unmarshal(i.typ); err != nil {
		t.Fatal(err)
	}
	wantClean(t, i.refresh(t))
	wantClean(t, i.apply(t.Context(), t, configured(t, traffic.Blue, nil)))
}
