package value

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// WithTypes has nested attributes know their types. The framework asks for those
// at each step of a path, which it takes for each value of each call, and works
// them out from all that is nested when nobody knows them.
func WithTypes(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	known := make(map[string]schema.Attribute, len(attributes))
	for name, a := range attributes {
		known[name] = withType(a)
	}
	return known
}

func withType(a schema.Attribute) schema.Attribute {
	switch a := a.(type) {
	case schema.SingleNestedAttribute:
		a.Attributes = WithTypes(a.Attributes)
		if t, ok := a.GetType().(types.ObjectType); ok {
			a.CustomType = newObjectType(t)
		}
		return a
	case schema.ListNestedAttribute:
		a.NestedObject = withTypeOfObject(a.NestedObject)
		a.CustomType = types.ListType{ElemType: a.NestedObject.Type()}
		return a
	case schema.MapNestedAttribute:
		a.NestedObject = withTypeOfObject(a.NestedObject)
		a.CustomType = types.MapType{ElemType: a.NestedObject.Type()}
		return a
	default:
		return a
	}
}

func withTypeOfObject(o schema.NestedAttributeObject) schema.NestedAttributeObject {
	o.Attributes = WithTypes(o.Attributes)
	if t, ok := o.Type().(types.ObjectType); ok {
		o.CustomType = newObjectType(t)
	}
	return o
}

// objectType is the framework's, with what is worked out of it known. Its values
// are the framework's own.
type objectType struct {
	basetypes.ObjectType
	terraform tftypes.Type
}

var _ basetypes.ObjectTypable = objectType{}

func newObjectType(t types.ObjectType) objectType {
	return objectType{ObjectType: t, terraform: t.TerraformType(context.Background())}
}

// TerraformType implements attr.Type.
func (t objectType) TerraformType(context.Context) tftypes.Type { return t.terraform }

// Equal implements attr.Type: an object of the framework's own type, as values
// say they are of, is no other.
func (t objectType) Equal(o attr.Type) bool {
	switch o := o.(type) {
	case objectType:
		return sameMap(t.AttrTypes, o.AttrTypes) || t.ObjectType.Equal(o.ObjectType)
	case types.ObjectType:
		return sameMap(t.AttrTypes, o.AttrTypes) || t.ObjectType.Equal(o)
	default:
		return false
	}
}

// sameMap tells whether two maps are one, not what is in them.
func sameMap(a, b map[string]attr.Type) bool {
	return reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer()
}

// ValueFromTerraform implements attr.Type.
func (t objectType) ValueFromTerraform(ctx context.Context, v tftypes.Value) (attr.Value, error) {
	switch {
	case v.Type() == nil || v.IsNull():
		return types.ObjectNull(t.AttrTypes), nil
	case !v.IsKnown():
		return types.ObjectUnknown(t.AttrTypes), nil
	}
	var elements map[string]tftypes.Value
	if err := v.As(&elements); err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	values := make(map[string]attr.Value, len(t.AttrTypes))
	for name, of := range t.AttrTypes {
		element, ok := elements[name]
		if !ok || len(elements) != len(t.AttrTypes) {
			return nil, pkg.Errorf("an object of the type %s, not of %s", v.Type(), t.terraform)
		}
		value, err := of.ValueFromTerraform(ctx, element)
		if err != nil {
			return nil, err
		}
		values[name] = value
	}
	object, diags := types.ObjectValue(t.AttrTypes, values)
	if diags.HasError() {
		return nil, pkg.Errorf("an object that is none of %s", t.terraform)
	}
	return object, nil
}
