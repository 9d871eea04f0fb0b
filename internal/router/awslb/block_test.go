package awslb_test

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// object is a block whose attributes are lists of text; nil is null.
func object(of attr.Type, lists map[string][]string) types.Object {
	values := make(map[string]attr.Value, len(lists))
	for name, list := range lists {
		values[name] = textList(list)
	}
	return types.ObjectValueMust(of.(types.ObjectType).AttrTypes, values) //nolint:forcetypeassert // a block is an object
}

func textList(list []string) types.List {
	if list == nil {
		return types.ListNull(types.StringType)
	}
	values := make([]attr.Value, len(list))
	for i, text := range list {
		values[i] = types.StringValue(text)
	}
	return types.ListValueMust(types.StringType, values)
}

func nullOf(ctx context.Context, of attr.Type) tftypes.Value {
	return tftypes.NewValue(of.TerraformType(ctx), nil)
}
