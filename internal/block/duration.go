package block

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// DurationType is the type of durations as people write them: "30s", "1h30m".
type DurationType struct{ basetypes.StringType }

var _ basetypes.StringTypable = DurationType{}

// String implements attr.Type.
func (DurationType) String() string { return "block.DurationType" }

// ValueType implements attr.Type.
func (DurationType) ValueType(context.Context) attr.Value { return DurationValue{} }

// Equal implements attr.Type.
func (DurationType) Equal(o attr.Type) bool {
	_, ok := o.(DurationType)
	return ok
}

// ValueFromString implements basetypes.StringTypable.
func (DurationType) ValueFromString(_ context.Context, s basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return DurationValue{s}, nil
}

// ValueFromTerraform implements attr.Type.
func (t DurationType) ValueFromTerraform(ctx context.Context, v tftypes.Value) (attr.Value, error) {
	got, err := t.StringType.ValueFromTerraform(ctx, v)
	s, _ := got.(basetypes.StringValue)
	return DurationValue{s}, err
}

// DurationValue is a duration as it was written. The framework validates it
// wherever it is read, so that one which is known late is refused as well.
type DurationValue struct{ basetypes.StringValue }

var _ xattr.ValidateableAttribute = DurationValue{}

// Type implements attr.Value.
func (DurationValue) Type(context.Context) attr.Type { return DurationType{} }

// Equal implements attr.Value.
func (d DurationValue) Equal(o attr.Value) bool {
	other, ok := o.(DurationValue)
	return ok && d.StringValue.Equal(other.StringValue)
}

// ValidateAttribute implements xattr.ValidateableAttribute.
func (d DurationValue) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if d.IsNull() || d.IsUnknown() {
		return
	}
	if _, err := time.ParseDuration(d.ValueString()); err != nil {
		resp.Diagnostics.Append(notADuration(req.Path, d.ValueString()))
	}
}

// Duration returns a duration argument, or otherwise when it is left out. Its
// form was validated by its type.
func Duration(d DurationValue, otherwise time.Duration) time.Duration {
	if v, err := time.ParseDuration(d.ValueString()); err == nil {
		return v
	}
	return otherwise
}

// DurationAttribute returns the schema of an optional duration of at least
// least.
func DurationAttribute(description string, least time.Duration) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, CustomType: DurationType{}, MarkdownDescription: description,
		Validators: []validator.String{AtLeast(least)},
	}
}

// AtLeast refuses what is no duration, and shorter ones.
type AtLeast time.Duration

// Description implements validator.String.
func (least AtLeast) Description(context.Context) string {
	return fmt.Sprintf("a duration of %s or more", time.Duration(least))
}

// MarkdownDescription implements validator.String.
func (least AtLeast) MarkdownDescription(ctx context.Context) string { return least.Description(ctx) }

// ValidateString implements validator.String.
func (least AtLeast) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text := req.ConfigValue.ValueString()
	switch d, err := time.ParseDuration(text); {
	case err != nil:
		resp.Diagnostics.Append(notADuration(req.Path, text))
	case d < time.Duration(least):
		resp.Diagnostics.AddAttributeError(Outermost(req.Path), "Duration Too Short",
			fmt.Sprintf("%s: %q is not %s.", req.Path, text, least.Description(ctx)))
	}
}

func notADuration(at path.Path, text string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(Outermost(at), "Not A Duration",
		fmt.Sprintf("%s: %q is not a duration. Write a number and a unit: \"30s\", \"5m\", \"1h30m\".", at, text))
}
