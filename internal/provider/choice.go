package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// choices is a map of things that the user names, each of one kind among
// several: checks, gates, metrics, notifications.
type choices[T any] struct {
	name  string // of the attribute: "checks"
	kinds []block.Kind[T]
}

// chosen is one of them, opened.
type chosen[T any] struct {
	name    string // the user's
	kind    string
	thing   T
	element *value.Object // with the attributes that all kinds share
}

// attribute is the schema of the map. Shared are attributes that an element
// has whatever its kind.
func (c choices[T]) attribute(description string, shared map[string]schema.Attribute) schema.MapNestedAttribute {
	attributes := make(map[string]schema.Attribute, len(c.kinds)+len(shared))
	for name, a := range shared {
		attributes[name] = a
	}
	for _, k := range c.kinds {
		attributes[k.Name()] = k.Attribute()
	}
	return schema.MapNestedAttribute{
		Optional:            true,
		MarkdownDescription: description,
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}

// open opens what is known of the map, in the order of its names, and adds a
// diagnostic on the attribute for each that cannot be. base leads to the
// object that has the map.
func (c choices[T]) open(ctx context.Context, sessions *session.Sessions, in *value.Object, base path.Path, diags *diag.Diagnostics) []chosen[T] {
	return c.openFor(ctx, sessions, in, base, func(error) *diag.Diagnostics { return diags })
}

// openFor is open with a place for the diagnostics of each error.
func (c choices[T]) openFor(ctx context.Context, sessions *session.Sessions, in *value.Object, base path.Path, place func(error) *diag.Diagnostics) []chosen[T] {
	elements, ok := in.Values[c.name].(types.Map)
	if !ok || elements.IsNull() || elements.IsUnknown() {
		return nil
	}
	var opened []chosen[T]
	for _, name := range sortedKeys(elements.Elements()) {
		element, ok := elements.Elements()[name].(types.Object)
		if !ok || element.IsNull() || element.IsUnknown() {
			continue
		}
		one, err := c.openOne(ctx, sessions, name, element)
		if sessions == nil && notToTell(err) {
			continue
		}
		if err != nil {
			addErrorAt(place(err), base.AtName(c.name).AtMapKey(name), one.kind, err)
			continue
		}
		if one.kind != "" {
			opened = append(opened, one)
		}
	}
	return opened
}

// notToTell tells whether a configuration that is only validated has nothing
// to say of an error: perhaps it is far from its secrets, and what an attribute
// refuses that attribute tells itself.
func notToTell(err error) bool {
	var attribute *block.AttributeError
	return errors.Is(err, block.ErrUnset) || errors.Is(err, block.ErrForm) || errors.As(err, &attribute) && attribute.Outside
}

// openOne opens an element. What is not known yet has no kind, and no error.
func (c choices[T]) openOne(ctx context.Context, sessions *session.Sessions, name string, element types.Object) (chosen[T], error) {
	one := chosen[T]{name: name, element: value.New(ctx, element)}
	kinds, err := c.given(name, one.element)
	if err != nil || len(kinds) == 0 || !value.WhollyKnown(ctx, element) {
		return one, err
	}
	kind := kinds[0]
	one.kind = kind.Name()
	thing, err := kind.Open(ctx, sessions, one.element.Object(kind.Name()))
	one.thing = thing
	return one, err
}

// given returns the kind that an element is of: none while that is not known,
// and an error when it cannot be exactly one.
func (c choices[T]) given(name string, element *value.Object) ([]block.Kind[T], error) {
	var kinds []block.Kind[T]
	var names []string
	possible := false
	for _, k := range c.kinds {
		names = append(names, k.Name())
		possible = possible || element.IsSet(k.Name())
		if element.IsGiven(k.Name()) {
			kinds = append(kinds, k)
		}
	}
	if len(kinds) > 1 || !possible {
		return nil, fmt.Errorf("%s.%s must be of exactly one kind, not %d: give one of %s",
			c.name, name, len(kinds), strings.Join(names, ", "))
	}
	return kinds, nil
}

func sortedKeys[V any](elements map[string]V) []string {
	names := make([]string, 0, len(elements))
	for name := range elements {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// addErrorAt adds a diagnostic for each error that err joins, on the attribute
// of the block at base that causes it.
func addErrorAt(diags *diag.Diagnostics, base path.Path, kind string, err error) {
	if kind != "" {
		base = base.AtName(kind)
	}
	for _, one := range diagnose.Flatten(err) {
		var attribute *block.AttributeError
		if errors.As(one, &attribute) {
			diags.Append(diagnose.ErrorAt(block.Extend(base, attribute.Path), attribute.Summary, diagnose.Sentence(attribute.Err)))
			continue
		}
		diags.Append(diagnose.ErrorAt(base, "Block Not Valid", diagnose.Sentence(one)))
	}
}
