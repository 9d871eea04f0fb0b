package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// notNegative refuses durations below zero. What is no duration at all is
// refused by the attribute's type.
type notNegative struct{}

var _ validator.String = notNegative{}

// Description implements validator.String.
func (notNegative) Description(context.Context) string { return "a duration of 0s or more" }

// MarkdownDescription implements validator.String.
func (v notNegative) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements validator.String.
func (notNegative) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	d, err := time.ParseDuration(req.ConfigValue.ValueString())
	if err == nil && d < 0 {
		resp.Diagnostics.Append(errorAt(req.Path, "Negative Duration",
			fmt.Sprintf("%s is before it began. Give a duration of 0s or more, such as \"5m\".", d)))
	}
}
