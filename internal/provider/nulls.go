package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
)

// readConfig reads a configuration whole, as readObject does, and refuses null
// elements in it: no list or map of ours has a meaning for one, whatever kind
// it belongs to.
func readConfig(ctx context.Context, s value.Source, diags *diag.Diagnostics) *value.Object {
	config := value.Read(ctx, s, diags)
	if config == nil {
		return nil
	}
	for _, name := range sortedKeys(config.Values) {
		refuseNulls(path.Root(name), config.Values[name], diags)
	}
	if diags.HasError() {
		return nil
	}
	return config
}

// refuseNulls looks below a value. Attributes that are null are left out; it is
// elements that must not be.
func refuseNulls(at path.Path, v attr.Value, diags *diag.Diagnostics) {
	element := func(at path.Path, v attr.Value) {
		if v.IsNull() {
			diags.Append(diagnose.ErrorAt(at, "Element Is Null",
				fmt.Sprintf("%s is null. Leave the element out; compact() or a for expression with an if does that for a list.", at)))
			return
		}
		refuseNulls(at, v, diags)
	}
	switch v := v.(type) {
	case types.Object:
		for _, name := range sortedKeys(v.Attributes()) {
			refuseNulls(at.AtName(name), v.Attributes()[name], diags)
		}
	case types.List:
		for i, e := range v.Elements() {
			element(at.AtListIndex(i), e)
		}
	case types.Map:
		for _, key := range sortedKeys(v.Elements()) {
			element(at.AtMapKey(key), v.Elements()[key])
		}
	}
}
