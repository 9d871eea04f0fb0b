package plugin

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// blockValue is the value of a block. What the object leaves out is null; a
// list or set of blocks is empty.
func blockValue(b *standin.Block, o Object) (tftypes.Value, error) {
	for name := range o {
		if b.Attributes[name] == nil && b.Blocks[name] == nil {
			return tftypes.Value{}, fmt.Errorf("there is no %s", name)
		}
	}
	fields := map[string]tftypes.Value{}
	for name, a := range b.Attributes {
		value, err := typed(a.Type.Type, o[name])
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		fields[name] = value
	}
	for name, nested := range b.Blocks {
		value, err := nestedValue(nested, o.Blocks(name))
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		fields[name] = value
	}
	return tftypes.NewValue(b.Type(), fields), nil
}

func nestedValue(n *standin.Nested, blocks []Object) (tftypes.Value, error) {
	if n.Nesting == "single" {
		if len(blocks) == 0 {
			return tftypes.NewValue(n.Type(), nil), nil
		}
		return blockValue(n.Block, blocks[0])
	}
	elements := []tftypes.Value{}
	for _, o := range blocks {
		element, err := blockValue(n.Block, o)
		if err != nil {
			return tftypes.Value{}, err
		}
		elements = append(elements, element)
	}
	return tftypes.NewValue(n.Type(), elements), nil
}

// typed is the value of a type that a plain Go value stands for; nil is null.
// Any number of Go's is a number, and so on.
func typed(t tftypes.Type, v any) (tftypes.Value, error) {
	if v == nil {
		return tftypes.NewValue(t, nil), nil
	}
	switch t := t.(type) {
	case tftypes.List:
		return typedList(t, t.ElementType, v)
	case tftypes.Set:
		return typedList(t, t.ElementType, v)
	case tftypes.Map:
		return typedMap(t, v)
	case tftypes.Object:
		return typedObject(t, v)
	}
	if t.Is(tftypes.DynamicPseudoType) {
		return guessed(v)
	}
	if err := tftypes.ValidateValue(t, v); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(t, v), nil
}

func typedList(t, element tftypes.Type, v any) (tftypes.Value, error) {
	elements := []tftypes.Value{}
	for _, one := range anyList(v) {
		value, err := typed(element, one)
		if err != nil {
			return tftypes.Value{}, err
		}
		elements = append(elements, value)
	}
	return tftypes.NewValue(t, elements), nil
}

func anyList(v any) []any {
	switch v := v.(type) {
	case []string:
		all := make([]any, len(v))
		for i, text := range v {
			all[i] = text
		}
		return all
	case []Object:
		all := make([]any, len(v))
		for i, o := range v {
			all[i] = o
		}
		return all
	default:
		return as[[]any](v)
	}
}

func anyMap(v any) Object {
	texts, ok := v.(map[string]string)
	if !ok {
		return as[Object](v)
	}
	o := Object{}
	for key, text := range texts {
		o[key] = text
	}
	return o
}

func typedMap(t tftypes.Map, v any) (tftypes.Value, error) {
	elements := map[string]tftypes.Value{}
	for key, one := range anyMap(v) {
		value, err := typed(t.ElementType, one)
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", key, err)
		}
		elements[key] = value
	}
	return tftypes.NewValue(t, elements), nil
}

func typedObject(t tftypes.Object, v any) (tftypes.Value, error) {
	fields, o := map[string]tftypes.Value{}, anyMap(v)
	for name, of := range t.AttributeTypes {
		value, err := typed(of, o[name])
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		fields[name] = value
	}
	return tftypes.NewValue(t, fields), nil
}

// guessed is the value of an attribute of any type.
func guessed(v any) (tftypes.Value, error) {
	switch v := v.(type) {
	case string:
		return tftypes.NewValue(tftypes.String, v), nil
	case bool:
		return tftypes.NewValue(tftypes.Bool, v), nil
	case float64:
		return tftypes.NewValue(tftypes.Number, v), nil
	case []any:
		return guessedTuple(v)
	case Object:
		return guessedObject(v)
	default:
		return tftypes.Value{}, fmt.Errorf("a value of %T", v)
	}
}

func guessedTuple(list []any) (tftypes.Value, error) {
	var types []tftypes.Type
	elements := []tftypes.Value{}
	for _, one := range list {
		value, err := guessed(one)
		if err != nil {
			return tftypes.Value{}, err
		}
		types, elements = append(types, value.Type()), append(elements, value)
	}
	return tftypes.NewValue(tftypes.Tuple{ElementTypes: types}, elements), nil
}

func guessedObject(o Object) (tftypes.Value, error) {
	types, fields := map[string]tftypes.Type{}, map[string]tftypes.Value{}
	for name, one := range o {
		value, err := guessed(one)
		if err != nil {
			return tftypes.Value{}, err
		}
		types[name], fields[name] = value.Type(), value
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: types}, fields), nil
}

// something is a value for a computed attribute that nobody has a better one
// for: empty, or a text made of a seed.
func something(t tftypes.Type, seed string) (tftypes.Value, error) {
	switch t := t.(type) {
	case tftypes.List, tftypes.Set, tftypes.Map:
		if _, isMap := t.(tftypes.Map); isMap {
			return typed(t, Object{})
		}
		return typed(t, []any{})
	case tftypes.Object:
		return typed(t, Object{})
	}
	switch {
	case t.Is(tftypes.Number):
		return typed(t, 0)
	case t.Is(tftypes.Bool):
		return typed(t, false)
	case t.Is(tftypes.String):
		return typed(t, seed)
	default:
		return typed(t, nil)
	}
}
