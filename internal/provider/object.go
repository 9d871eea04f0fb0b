package provider

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
)

// object is the whole value of a resource, its attributes reached by name:
// which there are depends on the list of routers, so no struct can have them.
type object struct {
	types  map[string]attr.Type
	values map[string]attr.Value
}

// source is a configuration, plan or state.
type source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// readObject reads a configuration, plan or state whole. It returns nil when
// there is none.
func readObject(ctx context.Context, s source, diags *diag.Diagnostics) *object {
	var whole types.Object
	diags.Append(s.Get(ctx, &whole)...)
	if whole.IsNull() || diags.HasError() {
		return nil
	}
	return newObject(ctx, whole)
}

func newObject(ctx context.Context, whole types.Object) *object {
	return &object{types: whole.AttributeTypes(ctx), values: whole.Attributes()}
}

// value returns the object as the framework wants it.
func (o *object) value(diags *diag.Diagnostics) types.Object {
	whole, d := types.ObjectValue(o.types, o.values)
	diags.Append(d...)
	return whole
}

func (o *object) set(name string, v attr.Value) { o.values[name] = v }

// unknown makes the attribute known after apply only.
func (o *object) unknown(ctx context.Context, name string, diags *diag.Diagnostics) {
	t := o.types[name]
	v, err := t.ValueFromTerraform(ctx, unknownOf(ctx, t))
	if err != nil {
		diags.AddError("Value Not Unknown", err.Error())
		return
	}
	o.values[name] = v
}

func (o *object) str(name string) string {
	s, _ := o.values[name].(types.String)
	return s.ValueString()
}

func (o *object) flag(name string) bool {
	b, _ := o.values[name].(types.Bool)
	return b.ValueBool()
}

func (o *object) integer(name string) types.Int64 {
	v, _ := o.values[name].(types.Int64)
	return v
}

// number returns a number, nil when there is none.
func (o *object) number(name string) *float64 {
	v, _ := o.values[name].(types.Float64)
	return v.ValueFloat64Pointer()
}

// object returns a nested object, null when there is none.
func (o *object) object(name string) types.Object {
	v, _ := o.values[name].(types.Object)
	return v
}

func (o *object) isSet(name string) bool {
	v, ok := o.values[name]
	return ok && !v.IsNull()
}

// isGiven tells whether the attribute is known to be set: one that is unknown
// may turn out to be left out.
func (o *object) isGiven(name string) bool { return o.isSet(name) && !o.values[name].IsUnknown() }

// duration returns a duration, 0 when it is left out. Its form was validated
// before.
func (o *object) duration(name string) time.Duration {
	d, _ := o.values[name].(block.DurationValue)
	return block.Duration(d, 0)
}

// known tells whether all of the named attributes are, in all their depth.
func (o *object) known(ctx context.Context, names ...string) bool {
	for _, name := range names {
		if v, ok := o.values[name]; ok && !whollyKnown(ctx, v) {
			return false
		}
	}
	return true
}

// same tells whether the named attributes have equal values in both.
func (o *object) same(other *object, names ...string) bool {
	for _, name := range names {
		if v, ok := o.values[name]; ok && !v.Equal(other.values[name]) {
			return false
		}
	}
	return true
}

// sameBut tells whether all attributes have equal values in both, but for the
// named ones.
func (o *object) sameBut(other *object, names ...string) bool {
	for name := range o.values {
		if !slices.Contains(names, name) && !o.same(other, name) {
			return false
		}
	}
	return true
}

func whollyKnown(ctx context.Context, v attr.Value) bool {
	value, err := v.ToTerraformValue(ctx)
	return err == nil && value.IsFullyKnown()
}

// decode reads a value into a struct with tfsdk tags.
func decode(ctx context.Context, v attr.Value, into any, diags *diag.Diagnostics) {
	diags.Append(tfsdk.ValueAs(ctx, v, into)...)
}
