package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
)

// judge refuses what the arguments of an environment refuse, since a fitness
// may have been written by hand: an argument that is missing or out of range.
// base leads to it.
func (f *fitness) judge(ctx context.Context, said map[string]attr.Value, base path.Path, diags *diag.Diagnostics) {
	whole, d := types.ObjectValue(f.types, said)
	raw, err := whole.ToTerraformValue(ctx)
	if d.HasError() || err != nil {
		diags.Append(diagnose.ErrorAt(base, "Fitness Not Read", "Its parts do not go together."))
		return
	}
	j := judge{config: tfsdk.Config{Raw: raw, Schema: schema.Schema{Attributes: f.attributes}}, base: base, diags: diags}
	j.all(ctx, path.Empty(), f.attributes, said)
}

// judge goes through a value and has each attribute judge its own.
type judge struct {
	config tfsdk.Config
	base   path.Path // leads to the value
	diags  *diag.Diagnostics
}

func (j judge) all(ctx context.Context, at path.Path, attributes map[string]schema.Attribute, values map[string]attr.Value) {
	for _, name := range sortedKeys(values) {
		switch a, v := attributes[name], values[name]; {
		case v.IsUnknown():
		case !v.IsNull():
			j.validators(ctx, at.AtName(name), a, v)
			j.below(ctx, at.AtName(name), a, v)
		case a.IsRequired():
			j.diags.Append(diagnose.ErrorAt(block.Extend(j.base, at.AtName(name)), "Argument Missing", fmt.Sprintf("%s must be given.", name)))
		}
	}
}

// below judges what an attribute has nested in it.
func (j judge) below(ctx context.Context, at path.Path, a schema.Attribute, v attr.Value) {
	switch a := a.(type) {
	case schema.SingleNestedAttribute:
		j.all(ctx, at, a.Attributes, attributesOf(v))
	case schema.MapNestedAttribute:
		elements, _ := v.(types.Map)
		for _, key := range sortedKeys(elements.Elements()) {
			j.all(ctx, at.AtMapKey(key), a.NestedObject.Attributes, attributesOf(elements.Elements()[key]))
		}
	case schema.ListNestedAttribute:
		elements, _ := v.(types.List)
		for i, e := range elements.Elements() {
			j.all(ctx, at.AtListIndex(i), a.NestedObject.Attributes, attributesOf(e))
		}
	}
}

func attributesOf(v attr.Value) map[string]attr.Value {
	object, _ := v.(types.Object)
	return object.Attributes()
}

// validators has an attribute's own validators judge it. Only those of the
// types that arguments of an environment have are here.
func (j judge) validators(ctx context.Context, at path.Path, a schema.Attribute, v attr.Value) {
	var told diag.Diagnostics
	expression := at.Expression()
	switch a := a.(type) {
	case interface{ StringValidators() []validator.String }:
		s, _ := v.(basetypes.StringValuable).ToStringValue(ctx) //nolint:forcetypeassert // by the attribute's type
		for _, one := range a.StringValidators() {
			resp := validator.StringResponse{}
			one.ValidateString(ctx, validator.StringRequest{Path: at, PathExpression: expression, Config: j.config, ConfigValue: s}, &resp)
			told.Append(resp.Diagnostics...)
		}
	case interface{ Int64Validators() []validator.Int64 }:
		n, _ := v.(types.Int64)
		for _, one := range a.Int64Validators() {
			resp := validator.Int64Response{}
			one.ValidateInt64(ctx, validator.Int64Request{Path: at, PathExpression: expression, Config: j.config, ConfigValue: n}, &resp)
			told.Append(resp.Diagnostics...)
		}
	case interface{ Float64Validators() []validator.Float64 }:
		n, _ := v.(types.Float64)
		for _, one := range a.Float64Validators() {
			resp := validator.Float64Response{}
			one.ValidateFloat64(ctx, validator.Float64Request{Path: at, PathExpression: expression, Config: j.config, ConfigValue: n}, &resp)
			told.Append(resp.Diagnostics...)
		}
	case interface{ ListValidators() []validator.List }:
		l, _ := v.(types.List)
		for _, one := range a.ListValidators() {
			resp := validator.ListResponse{}
			one.ValidateList(ctx, validator.ListRequest{Path: at, PathExpression: expression, Config: j.config, ConfigValue: l}, &resp)
			told.Append(resp.Diagnostics...)
		}
	case interface{ MapValidators() []validator.Map }:
		m, _ := v.(types.Map)
		for _, one := range a.MapValidators() {
			resp := validator.MapResponse{}
			one.ValidateMap(ctx, validator.MapRequest{Path: at, PathExpression: expression, Config: j.config, ConfigValue: m}, &resp)
			told.Append(resp.Diagnostics...)
		}
	}
	for _, d := range told.Errors() {
		j.diags.Append(diagnose.ErrorAt(block.Extend(j.base, at), d.Summary(), d.Detail()))
	}
}
