package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// numberPrecision is that of the numbers of Terraform, in bits.
const numberPrecision = 512

// encodeJSON writes a fitness: its names in order, on one line, and legible
// where it has URLs.
func encodeJSON(said map[string]any) (string, error) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(said)
	return strings.TrimSuffix(text.String(), "\n"), err
}

// decodeJSON reads a fitness, which is one object and nothing besides.
func decodeJSON(text string) (map[string]any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var said map[string]any
	if err := decoder.Decode(&said); err != nil {
		return nil, fmt.Errorf("%w: not a JSON object", errFitness)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: there is more than one JSON object", errFitness)
	}
	return said, nil
}

// plain is a value that is wholly known as encoding/json takes it, without
// what is null.
func plain(v tftypes.Value) (any, error) {
	switch t := v.Type(); {
	case t.Is(tftypes.String):
		var s string
		return s, v.As(&s)
	case t.Is(tftypes.Bool):
		var b bool
		return b, v.As(&b)
	case t.Is(tftypes.Number):
		return plainNumber(v)
	case t.Is(tftypes.List{}):
		return plainList(v)
	default: // an object or a map; what is neither has no such elements, and says so
		return plainMap(v)
	}
}

func plainNumber(v tftypes.Value) (any, error) {
	n := new(big.Float)
	if err := v.As(&n); err != nil {
		return nil, err
	}
	if n.IsInt() {
		return json.Number(n.Text('f', 0)), nil
	}
	return json.Number(n.Text('g', -1)), nil
}

func plainList(v tftypes.Value) (any, error) {
	var elements []tftypes.Value
	if err := v.As(&elements); err != nil {
		return nil, err
	}
	list := make([]any, len(elements))
	for i, e := range elements {
		var err error
		if list[i], err = plain(e); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func plainMap(v tftypes.Value) (any, error) {
	var elements map[string]tftypes.Value
	if err := v.As(&elements); err != nil {
		return nil, err
	}
	said := make(map[string]any, len(elements))
	for name, e := range elements {
		if e.IsNull() {
			continue
		}
		var err error
		if said[name], err = plain(e); err != nil {
			return nil, err
		}
	}
	return said, nil
}

// typed is the value of a type that JSON gives. Its errors begin with where in
// the value the fault is.
func typed(t tftypes.Type, v any) (tftypes.Value, error) {
	switch v := v.(type) {
	case string:
		if t.Is(tftypes.String) {
			return tftypes.NewValue(t, v), nil
		}
	case bool:
		if t.Is(tftypes.Bool) {
			return tftypes.NewValue(t, v), nil
		}
	case json.Number:
		n, _, err := big.ParseFloat(v.String(), 10, numberPrecision, big.ToNearestEven)
		if t.Is(tftypes.Number) && err == nil {
			return tftypes.NewValue(t, n), nil
		}
	case []any:
		if list, ok := t.(tftypes.List); ok {
			return typedList(list, v)
		}
	case map[string]any:
		return typedMap(t, v)
	}
	return tftypes.Value{}, fmt.Errorf(": %s expected", kindOf(t))
}

func typedList(t tftypes.List, list []any) (tftypes.Value, error) {
	elements := make([]tftypes.Value, len(list))
	for i, e := range list {
		var err error
		if elements[i], err = typed(t.ElementType, e); err != nil {
			return tftypes.Value{}, fmt.Errorf("[%d]%w", i, err)
		}
	}
	return tftypes.NewValue(t, elements), nil
}

func typedMap(t tftypes.Type, said map[string]any) (tftypes.Value, error) {
	attributes := map[string]tftypes.Type{}
	switch t := t.(type) {
	case tftypes.Object:
		attributes = t.AttributeTypes
	case tftypes.Map:
		for name := range said {
			attributes[name] = t.ElementType
		}
	default:
		return tftypes.Value{}, fmt.Errorf(": %s expected", kindOf(t))
	}
	elements := make(map[string]tftypes.Value, len(attributes))
	for name, of := range attributes {
		elements[name] = tftypes.NewValue(of, nil)
	}
	for _, name := range sortedKeys(said) {
		of, ok := attributes[name]
		if !ok {
			return tftypes.Value{}, fmt.Errorf(".%s: this version of the provider knows no such argument", name)
		}
		var err error
		if elements[name], err = typed(of, said[name]); err != nil {
			return tftypes.Value{}, fmt.Errorf(".%s%w", name, err)
		}
	}
	return tftypes.NewValue(t, elements), nil
}

// kindOf is a type in words.
func kindOf(t tftypes.Type) string {
	switch {
	case t.Is(tftypes.String):
		return "a string is"
	case t.Is(tftypes.Number):
		return "a number is"
	case t.Is(tftypes.Bool):
		return "true or false is"
	case t.Is(tftypes.List{}):
		return "a list is"
	default:
		return "an object is"
	}
}
