package plugin

import (
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Object is the value of a block in Go's plain types: string, bool, float64,
// []any, and Object for a block, an object or a map. What is null or unknown
// is left out.
type Object map[string]any

// Text is a string, empty when there is none.
func (o Object) Text(name string) string { return as[string](o[name]) }

// Bool is a bool, false when there is none.
func (o Object) Bool(name string) bool { return as[bool](o[name]) }

// Number is a number, 0 when there is none.
func (o Object) Number(name string) float64 { return as[float64](o[name]) }

// Has tells whether there is a value that is known.
func (o Object) Has(name string) bool { return o[name] != nil }

// Texts are the strings of a list or a set.
func (o Object) Texts(name string) []string {
	var texts []string
	for _, element := range anyList(o[name]) {
		texts = append(texts, as[string](element))
	}
	return texts
}

// Map is a map of strings.
func (o Object) Map(name string) map[string]string {
	m := map[string]string{}
	for key, value := range anyMap(o[name]) {
		m[key] = as[string](value)
	}
	return m
}

// Blocks are the blocks of a name.
func (o Object) Blocks(name string) []Object {
	if single, ok := o[name].(Object); ok {
		return []Object{single}
	}
	var blocks []Object
	for _, element := range anyList(o[name]) {
		blocks = append(blocks, as[Object](element))
	}
	return blocks
}

// Block is the first block of a name, or nil.
func (o Object) Block(name string) Object {
	if blocks := o.Blocks(name); len(blocks) > 0 {
		return blocks[0]
	}
	return nil
}

func as[T any](v any) T {
	value, _ := v.(T)
	return value
}

// plain turns a value into Go's plain types. Null and unknown are nil.
func plain(v tftypes.Value) (any, error) {
	if v.IsNull() || !v.IsKnown() {
		return nil, nil
	}
	var list []tftypes.Value
	var fields map[string]tftypes.Value
	var text string
	var number big.Float
	var truth bool
	switch {
	case v.Type().Is(tftypes.String):
		err := v.As(&text)
		return text, err
	case v.Type().Is(tftypes.Number):
		err := v.As(&number)
		f, _ := number.Float64()
		return f, err
	case v.Type().Is(tftypes.Bool):
		err := v.As(&truth)
		return truth, err
	case v.As(&list) == nil:
		return plainList(list)
	}
	if err := v.As(&fields); err != nil {
		return nil, fmt.Errorf("standin: %w", err)
	}
	return plainFields(fields)
}

func plainList(list []tftypes.Value) ([]any, error) {
	all := make([]any, 0, len(list))
	for _, element := range list {
		value, err := plain(element)
		if err != nil {
			return nil, err
		}
		all = append(all, value)
	}
	return all, nil
}

func plainFields(fields map[string]tftypes.Value) (Object, error) {
	o := Object{}
	for name, field := range fields {
		value, err := plain(field)
		if err != nil {
			return nil, err
		}
		if value != nil {
			o[name] = value
		}
	}
	return o, nil
}

// object is plain for the value of a block; that of null is nil.
func object(v tftypes.Value) (Object, error) {
	value, err := plain(v)
	return as[Object](value), err
}

// FromJSON is an object of a text in JSON, null left out.
func FromJSON(fields map[string]any) Object {
	o := Object{}
	for name, value := range fields {
		if value != nil {
			o[name] = fromJSON(value)
		}
	}
	return o
}

func fromJSON(value any) any {
	switch value := value.(type) {
	case map[string]any:
		return FromJSON(value)
	case []any:
		all := make([]any, len(value))
		for i, element := range value {
			all[i] = fromJSON(element)
		}
		return all
	default:
		return value
	}
}
