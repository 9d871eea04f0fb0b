package awsquery

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// node is one element of the tree that dotted parameter names describe.
type node struct {
	value    string
	isSet    bool
	children map[string]*node
}

// Decode reads form parameters into the struct that into points to. A field left out by the caller
// stays as it is; a pointer therefore tells absent from zero. Parameters without a field are ignored,
// as AWS ignores them. An error means that a number or a boolean could not be read.
func Decode(form url.Values, into any) error {
	root := &node{}
	for name, values := range form {
		if len(values) > 0 {
			root.at(strings.Split(name, ".")).set(values[0])
		}
	}
	return root.decode(reflect.ValueOf(into).Elem())
}

func (n *node) set(value string) { n.value, n.isSet = value, true }

func (n *node) at(path []string) *node {
	for _, name := range path {
		if n.children == nil {
			n.children = map[string]*node{}
		}
		child := n.children[name]
		if child == nil {
			child = &node{}
			n.children[name] = child
		}
		n = child
	}
	return n
}

func (n *node) decode(into reflect.Value) error {
	switch into.Kind() {
	case reflect.Pointer:
		if into.IsNil() {
			into.Set(reflect.New(into.Type().Elem()))
		}
		return n.decode(into.Elem())
	case reflect.Struct:
		return n.decodeStruct(into)
	case reflect.Slice:
		return n.decodeList(into)
	case reflect.Map:
		return n.decodeMap(into)
	default:
		return n.decodeScalar(into)
	}
}

func (n *node) decodeStruct(into reflect.Value) error {
	for i := range into.NumField() {
		name := into.Type().Field(i).Name
		child := n.children[name]
		if child == nil {
			continue
		}
		if err := child.decode(into.Field(i)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// decodeList reads member.1, member.2 and so on; an empty list is sent as the bare name.
func (n *node) decodeList(into reflect.Value) error {
	into.Set(reflect.MakeSlice(into.Type(), 0, 0))
	return n.each("member", func(item *node) error {
		value := reflect.New(into.Type().Elem()).Elem()
		if err := item.decode(value); err != nil {
			return err
		}
		into.Set(reflect.Append(into, value))
		return nil
	})
}

func (n *node) decodeMap(into reflect.Value) error {
	into.Set(reflect.MakeMap(into.Type()))
	return n.each("entry", func(item *node) error {
		key, value := item.at([]string{"key"}), item.at([]string{"value"})
		into.SetMapIndex(reflect.ValueOf(key.value), reflect.ValueOf(value.value))
		return nil
	})
}

func (n *node) each(kind string, visit func(*node) error) error {
	list := n.children[kind]
	if list == nil {
		return nil
	}
	for i := 1; list.children[strconv.Itoa(i)] != nil; i++ {
		if err := visit(list.children[strconv.Itoa(i)]); err != nil {
			return fmt.Errorf("%s.%d: %w", kind, i, err)
		}
	}
	return nil
}

func (n *node) decodeScalar(into reflect.Value) error {
	if !n.isSet {
		return nil
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(n.value)
	case reflect.Bool:
		b, err := strconv.ParseBool(n.value)
		if err != nil {
			return fmt.Errorf("awsquery: %q is not a boolean", n.value)
		}
		into.SetBool(b)
	case reflect.Int, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(n.value, 10, into.Type().Bits())
		if err != nil {
			return fmt.Errorf("awsquery: %q is not a number in range", n.value)
		}
		into.SetInt(i)
	default:
		return fmt.Errorf("awsquery: cannot decode into %s", into.Type())
	}
	return nil
}
