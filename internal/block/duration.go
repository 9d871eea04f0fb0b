package block

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Duration returns a duration argument, or otherwise when it is left out. Its
// form was validated by its type.
func Duration(d timetypes.GoDuration, otherwise time.Duration) time.Duration {
	if d.IsNull() || d.IsUnknown() {
		return otherwise
	}
	v, diags := d.ValueGoDuration()
	if diags.HasError() {
		return otherwise
	}
	return v
}

// DurationAttribute returns the schema of an optional duration of at least
// least.
func DurationAttribute(description string, least time.Duration) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, CustomType: timetypes.GoDurationType{}, MarkdownDescription: description,
		Validators: []validator.String{atLeast(least)},
	}
}

// atLeast refuses shorter durations. What is no duration at all is refused by
// the attribute's type.
type atLeast time.Duration

// Description implements validator.String.
func (least atLeast) Description(context.Context) string {
	return fmt.Sprintf("a duration of %s or more", time.Duration(least))
}

// MarkdownDescription implements validator.String.
func (least atLeast) MarkdownDescription(ctx context.Context) string { return least.Description(ctx) }

// ValidateString implements validator.String.
func (least atLeast) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	d, err := time.ParseDuration(req.ConfigValue.ValueString())
	if err == nil && d < time.Duration(least) {
		resp.Diagnostics.AddAttributeError(req.Path, "Duration Too Short",
			fmt.Sprintf("%s: %s is not %s.", req.Path, d, least.Description(ctx)))
	}
}
