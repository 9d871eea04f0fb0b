package plugin

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// spot is one attribute of a value on a walk.
type spot struct {
	path   string // "default_action.order": names, whichever of several blocks it is in
	schema *standin.Attribute
	value  tftypes.Value
	// beside is the attribute in the value that is gone through beside this one:
	// the configuration, or what a remote side made. It is null when there is no
	// such value, or no block in it that is this one.
	beside tftypes.Value
}

// rebuild goes through all attributes of a block's value and of the blocks in
// it, with another value beside it, and puts in each one's place what change
// returns.
func rebuild(b *standin.Block, value, beside tftypes.Value, change func(spot) (tftypes.Value, error)) (tftypes.Value, error) {
	return walker(change).block(b, "", value, beside)
}

type walker func(spot) (tftypes.Value, error)

func (w walker) block(b *standin.Block, prefix string, value, beside tftypes.Value) (tftypes.Value, error) {
	fields, ok := fieldsOf(value)
	if !ok {
		return value, nil
	}
	given, _ := fieldsOf(beside)
	for name, a := range b.Attributes {
		at := spot{path: prefix + name, schema: a, value: fields[name], beside: tftypes.NewValue(a.Type.Type, nil)}
		if v, ok := given[name]; ok {
			at.beside = v
		}
		changed, err := w(at)
		if err != nil {
			return value, err
		}
		fields[name] = changed
	}
	for name, nested := range b.Blocks {
		changed, err := w.nested(nested, prefix+name+".", fields[name], given[name])
		if err != nil {
			return value, err
		}
		fields[name] = changed
	}
	return tftypes.NewValue(value.Type(), fields), nil
}

func (w walker) nested(n *standin.Nested, prefix string, value, beside tftypes.Value) (tftypes.Value, error) {
	if n.Nesting == "single" {
		return w.block(n.Block, prefix, value, beside)
	}
	elements, ok := elementsOf(value)
	if !ok {
		return value, nil
	}
	given, _ := elementsOf(beside)
	for i, element := range elements {
		changed, err := w.block(n.Block, prefix, element, counterpart(n, given, i, element))
		if err != nil {
			return value, err
		}
		elements[i] = changed
	}
	return tftypes.NewValue(value.Type(), elements), nil
}

// counterpart is the block of the value beside that a block is: the one at its
// place in a list, and in a set one whose attributes it has.
func counterpart(n *standin.Nested, given []tftypes.Value, place int, element tftypes.Value) tftypes.Value {
	if n.Nesting == "list" {
		if place < len(given) {
			return given[place]
		}
		return tftypes.Value{}
	}
	fields, _ := fieldsOf(element)
	for _, candidate := range given {
		if arguments, ok := fieldsOf(candidate); ok && has(n.Block, fields, arguments) {
			return candidate
		}
	}
	return tftypes.Value{}
}

func has(b *standin.Block, fields, arguments map[string]tftypes.Value) bool {
	for name := range b.Attributes {
		if argument := arguments[name]; !argument.IsNull() && fields[name].IsKnown() && !argument.Equal(fields[name]) {
			return false
		}
	}
	return true
}

func fieldsOf(v tftypes.Value) (map[string]tftypes.Value, bool) {
	if v.Type() == nil || v.IsNull() || !v.IsKnown() {
		return nil, false
	}
	var fields map[string]tftypes.Value
	return fields, v.As(&fields) == nil
}

func elementsOf(v tftypes.Value) ([]tftypes.Value, bool) {
	if v.Type() == nil || v.IsNull() || !v.IsKnown() {
		return nil, false
	}
	var elements []tftypes.Value
	return elements, v.As(&elements) == nil
}
