// Package blocktest makes blocks for the tests of kinds, as Terraform would.
package blocktest

import (
	"fmt"
	"math/big"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
)

// Values are the arguments of a block: text, numbers, bools, Values, slices and
// maps of those. What is left out is null.
type Values map[string]any

// Attribute is a block's schema, of a resource or of the provider.
type Attribute interface{ GetType() attr.Type }

// Object returns a block with these arguments.
func Object(tb testing.TB, attribute Attribute, values Values) types.Object {
	tb.Helper()
	t := attribute.GetType()
	v, err := valueOf(t.TerraformType(tb.Context()), values)
	if err != nil {
		tb.Fatalf("blocktest: %v", err)
	}
	got, err := t.ValueFromTerraform(tb.Context(), v)
	object, ok := got.(types.Object)
	if err != nil || !ok {
		tb.Fatalf("blocktest: %T: %v", got, err)
	}
	return object
}

// Open opens a block of a kind with these arguments.
func Open[T any](tb testing.TB, kind block.Kind[T], values Values) (T, error) {
	tb.Helper()
	return kind.Open(tb.Context(), nil, Object(tb, kind.Attribute(), values))
}

// MustOpen opens one that is sound.
func MustOpen[T any](tb testing.TB, kind block.Kind[T], values Values) T {
	tb.Helper()
	opened, err := Open(tb, kind, values)
	if err != nil {
		tb.Fatal(err)
	}
	return opened
}

func valueOf(t tftypes.Type, v any) (tftypes.Value, error) {
	if v == nil {
		return tftypes.NewValue(t, nil), nil
	}
	switch t := t.(type) {
	case tftypes.Object:
		values, ok := v.(Values)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("%T is not Values", v)
		}
		return objectOf(t, values)
	case tftypes.List:
		return listOf(t, reflect.ValueOf(v))
	case tftypes.Map:
		return mapOf(t, reflect.ValueOf(v))
	}
	if n, ok := v.(int); ok {
		v = int64(n)
	}
	if f, ok := v.(float64); ok {
		v = big.NewFloat(f)
	}
	if err := tftypes.ValidateValue(t, v); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(t, v), nil
}

func objectOf(t tftypes.Object, values Values) (tftypes.Value, error) {
	attributes := map[string]tftypes.Value{}
	for name, at := range t.AttributeTypes {
		v, err := valueOf(at, values[name])
		if err != nil {
			return v, fmt.Errorf("%s: %w", name, err)
		}
		attributes[name] = v
	}
	for name := range values {
		if _, ok := t.AttributeTypes[name]; !ok {
			return tftypes.Value{}, fmt.Errorf("there is no argument %s", name)
		}
	}
	return tftypes.NewValue(t, attributes), nil
}

func listOf(t tftypes.List, list reflect.Value) (tftypes.Value, error) {
	elements := make([]tftypes.Value, list.Len())
	for i := range elements {
		v, err := valueOf(t.ElementType, list.Index(i).Interface())
		if err != nil {
			return v, err
		}
		elements[i] = v
	}
	return tftypes.NewValue(t, elements), nil
}

func mapOf(t tftypes.Map, values reflect.Value) (tftypes.Value, error) {
	elements := map[string]tftypes.Value{}
	for _, key := range values.MapKeys() {
		v, err := valueOf(t.ElementType, values.MapIndex(key).Interface())
		if err != nil {
			return v, err
		}
		elements[key.String()] = v
	}
	return tftypes.NewValue(t, elements), nil
}
