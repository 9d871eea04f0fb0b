package provider

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const (
	// fitnessFormat is the version of the form that fitness has. It changes
	// with what a name in it means; a name that is added changes nothing.
	fitnessFormat = 1
	formatName    = "format"
)

// errFitness reports a fitness that no environment has made.
var errFitness = pkg.New("not the work of an environment")

// fitness is when an environment is fit for traffic: its health, checks,
// prewarm and schema. An environment says it in arguments, and hands it to the
// switch as one JSON string. Every argument of a type costs each resource that
// has it, so that the switch has none of these; and since the string is
// required there, nobody loses a gate on the way through a module.
type fitness struct {
	attributes     map[string]schema.Attribute
	types          map[string]attr.Type
	null, unknowns map[string]attr.Value // one each
}

// newFitness panics on an argument of a type that has no null, as no type does;
// every test makes one.
func newFitness(catalog Catalog) *fitness {
	attributes := evidenceOfEnvironment(catalog)
	attributes["health"] = healthAttribute()
	f := &fitness{
		attributes: value.WithTypes(attributes), types: map[string]attr.Type{},
		null: map[string]attr.Value{}, unknowns: map[string]attr.Value{},
	}
	ctx := context.Background()
	for name, a := range f.attributes {
		t := a.GetType()
		f.types[name], f.null[name], f.unknowns[name] = t, mustBe(ctx, t, nil), mustBe(ctx, t, tftypes.UnknownValue)
	}
	return f
}

func mustBe(ctx context.Context, t attr.Type, v any) attr.Value {
	value, err := t.ValueFromTerraform(ctx, tftypes.NewValue(t.TerraformType(ctx), v))
	if err != nil {
		panic(fmt.Sprintf("provider: %s: %v", t, err))
	}
	return value
}

// of is the fitness of an environment as text: unknown while a part of it is.
func (f *fitness) of(ctx context.Context, environment *value.Object, diags *diag.Diagnostics) types.String {
	said := map[string]any{formatName: fitnessFormat}
	for _, name := range sortedKeys(f.attributes) {
		if !environment.IsSet(name) {
			continue
		}
		v, err := environment.Values[name].ToTerraformValue(ctx)
		if err == nil && !v.IsFullyKnown() {
			return types.StringUnknown()
		}
		if err == nil {
			said[name], err = plain(v)
		}
		if err != nil {
			diags.Append(diagnose.ErrorAt(path.Root(name), "Fitness Not Written", diagnose.Sentence(err)))
		}
	}
	text, err := encodeJSON(said)
	if err != nil {
		diags.AddError("Fitness Not Written", diagnose.Sentence(err))
	}
	return types.StringValue(text)
}

// read is what an environment said, by its own names: unknown where its
// fitness is, and null where it said nothing.
func (f *fitness) read(ctx context.Context, text types.String) (map[string]attr.Value, error) {
	if text.IsUnknown() {
		return f.unknowns, nil
	}
	said, err := decodeJSON(text.ValueString())
	if err != nil {
		return nil, err
	}
	if format, ok := said[formatName]; !ok || fmt.Sprint(format) != fmt.Sprint(fitnessFormat) {
		return nil, fmt.Errorf("%w: its format is not %d, which this version of the provider reads", errFitness, fitnessFormat)
	}
	delete(said, formatName)
	values := maps.Clone(f.null)
	for _, name := range sortedKeys(said) {
		t, ok := f.types[name]
		if !ok {
			return nil, fmt.Errorf("%w: this version of the provider knows no %s", errFitness, name)
		}
		v, err := typed(t.TerraformType(ctx), said[name])
		if err == nil {
			values[name], err = t.ValueFromTerraform(ctx, v)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s%w", errFitness, name, err)
		}
	}
	return values, nil
}

// environment is an environment of a switch as it was before it was handed
// over: with what its fitness says under the names that its own resource has.
// Nil, and an error on the attribute, when that cannot be read.
func (c Catalog) environment(ctx context.Context, s *value.Object, color traffic.Color, diags *diag.Diagnostics) *value.Object {
	given := value.New(ctx, s.Object(color.String()))
	text, _ := given.Values[value.FitnessName].(types.String)
	said, err := c.fitness.read(ctx, text)
	if err != nil {
		diags.Append(diagnose.ErrorAt(value.FitnessOf(color), "Fitness Not Read", diagnose.Sentence(err)+fmt.Sprintf(
			" Hand the switch what a bluegreen_environment has: %[1]s = bluegreen_environment.%[1]s.", color)))
		return nil
	}
	c.fitness.judge(ctx, said, value.FitnessOf(color), diags)
	maps.Copy(given.Types, c.fitness.types)
	maps.Copy(given.Values, said)
	return given
}
