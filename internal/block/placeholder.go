package block

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// ErrPlaceholder reports a placeholder of a metric's subject in an argument
// that nothing is put into: it would be sent as it is, and find nothing.
var ErrPlaceholder = pkg.New("a placeholder where nothing is put in")

// placeholder matches those of metrics.
var placeholder = regexp.MustCompile(`(?i)\{\{\s*(?:color|environment|version)\s*\}\}`)

// expanded are the arguments of a block that placeholders are put into, by
// their own names, however deep they are.
type expanded []string

// refuse returns an *AttributeError for the first placeholder in any other
// argument, or in the key of a map.
func (e expanded) refuse(ctx context.Context, block types.Object) error {
	return e.object(ctx, path.Empty(), block)
}

func (e expanded) object(ctx context.Context, at path.Path, block types.Object) error {
	attributes := block.Attributes()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := e.value(ctx, at.AtName(name), name, attributes[name]); err != nil {
			return err
		}
	}
	return nil
}

// value looks at one value of the argument name, or below it.
func (e expanded) value(ctx context.Context, at path.Path, name string, v attr.Value) error {
	switch v := v.(type) {
	case basetypes.StringValuable:
		text, diags := v.ToStringValue(ctx)
		if diags.HasError() || slices.Contains(e, name) {
			return nil
		}
		return e.text(at, text.ValueString())
	case basetypes.ObjectValuable:
		object, diags := v.ToObjectValue(ctx)
		if diags.HasError() {
			return nil
		}
		return e.object(ctx, at, object)
	case basetypes.ListValuable:
		list, diags := v.ToListValue(ctx)
		if diags.HasError() {
			return nil
		}
		for i, element := range list.Elements() {
			if err := e.value(ctx, at.AtListIndex(i), name, element); err != nil {
				return err
			}
		}
	case basetypes.MapValuable:
		return e.mapping(ctx, at, name, v)
	}
	return nil
}

func (e expanded) mapping(ctx context.Context, at path.Path, name string, v basetypes.MapValuable) error {
	mapping, diags := v.ToMapValue(ctx)
	if diags.HasError() {
		return nil
	}
	elements := mapping.Elements()
	for _, key := range slices.Sorted(maps.Keys(elements)) {
		if err := errors.Join(e.text(at, key), e.value(ctx, at.AtMapKey(key), name, elements[key])); err != nil {
			return err
		}
	}
	return nil
}

// text looks at a text as it is, and with the encoding of URLs undone, once and
// twice.
func (e expanded) text(at path.Path, text string) error {
	for range 3 {
		if found := placeholder.FindString(text); found != "" {
			return &AttributeError{
				Path: at, Summary: "Placeholder Not Put In",
				Err: fmt.Errorf("%w: nothing is put in for %s here%s; write what it stands for, as by ${…} of Terraform", ErrPlaceholder, found, e.where()),
			}
		}
		text = unescaped(text)
	}
	return nil
}

// unescaped is a text without the encoding of URLs, or as it is when it has none.
func unescaped(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// where says where it would be.
func (e expanded) where() string {
	if len(e) == 0 {
		return ""
	}
	return ", only in " + strings.Join(e, ", ")
}
