// Package value reads and makes what Terraform hands over: configurations, plans
// and states, whose attributes depend on which routers there are.
package value

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

// Object is the whole value of a resource, its attributes reached by name:
// which there are depends on the list of routers, so no struct can have them.
type Object struct {
	Types  map[string]attr.Type // of Values
	Values map[string]attr.Value
}

// Source is a configuration, plan or state.
type Source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// Read reads a configuration, plan or state whole. It returns nil when
// there is none.
func Read(ctx context.Context, s Source, diags *diag.Diagnostics) *Object {
	var whole types.Object
	diags.Append(s.Get(ctx, &whole)...)
	if whole.IsNull() || diags.HasError() {
		return nil
	}
	return New(ctx, whole)
}

// New is an object of the framework's, its attributes reached by name.
func New(ctx context.Context, whole types.Object) *Object {
	return &Object{Types: whole.AttributeTypes(ctx), Values: whole.Attributes()}
}

// Value returns the object as the framework wants it.
func (o *Object) Value(diags *diag.Diagnostics) types.Object {
	whole, d := types.ObjectValue(o.Types, o.Values)
	diags.Append(d...)
	return whole
}

// Set sets an attribute.
func (o *Object) Set(name string, v attr.Value) { o.Values[name] = v }

// Unknown makes the attribute known after apply only.
func (o *Object) Unknown(ctx context.Context, name string, diags *diag.Diagnostics) {
	t := o.Types[name]
	v, err := t.ValueFromTerraform(ctx, unknownOf(ctx, t))
	if err != nil {
		diags.AddError("Value Not Unknown", err.Error())
		return
	}
	o.Values[name] = v
}

// Str is a text, empty when there is none.
func (o *Object) Str(name string) string {
	s, _ := o.Values[name].(types.String)
	return s.ValueString()
}

// Flag is a boolean, false when there is none.
func (o *Object) Flag(name string) bool {
	b, _ := o.Values[name].(types.Bool)
	return b.ValueBool()
}

// Integer is a whole number, null when there is none.
func (o *Object) Integer(name string) types.Int64 {
	v, _ := o.Values[name].(types.Int64)
	return v
}

// Number returns a number, nil when there is none.
func (o *Object) Number(name string) *float64 {
	v, _ := o.Values[name].(types.Float64)
	return v.ValueFloat64Pointer()
}

// Object returns a nested object, null when there is none.
func (o *Object) Object(name string) types.Object {
	v, _ := o.Values[name].(types.Object)
	return v
}

// IsSet tells whether an attribute is not null. It may be unknown.
func (o *Object) IsSet(name string) bool {
	v, ok := o.Values[name]
	return ok && !v.IsNull()
}

// IsGiven tells whether the attribute is known to be set: one that is unknown
// may turn out to be left out.
func (o *Object) IsGiven(name string) bool { return o.IsSet(name) && !o.Values[name].IsUnknown() }

// Duration returns a duration, 0 when it is left out. Its form was validated
// before.
func (o *Object) Duration(name string) time.Duration {
	d, _ := o.Values[name].(block.DurationValue)
	return block.Duration(d, 0)
}

// Known tells whether all of the named attributes are, in all their depth.
func (o *Object) Known(ctx context.Context, names ...string) bool {
	for _, name := range names {
		if v, ok := o.Values[name]; ok && !WhollyKnown(ctx, v) {
			return false
		}
	}
	return true
}

// Same tells whether the named attributes have equal values in both.
func (o *Object) Same(other *Object, names ...string) bool {
	for _, name := range names {
		if v, ok := o.Values[name]; ok && !v.Equal(other.Values[name]) {
			return false
		}
	}
	return true
}

// SameBut tells whether all attributes have equal values in both, but for the
// named ones.
func (o *Object) SameBut(other *Object, names ...string) bool {
	for name := range o.Values {
		if !slices.Contains(names, name) && !o.Same(other, name) {
			return false
		}
	}
	return true
}

// WhollyKnown tells whether a value is known, in all its depth.
func WhollyKnown(ctx context.Context, v attr.Value) bool {
	value, err := v.ToTerraformValue(ctx)
	return err == nil && value.IsFullyKnown()
}

// Decode reads a value into a struct with tfsdk tags.
func Decode(ctx context.Context, v attr.Value, into any, diags *diag.Diagnostics) {
	diags.Append(tfsdk.ValueAs(ctx, v, into)...)
}
