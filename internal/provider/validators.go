package provider

import (
	"context"
	"fmt"
	"math"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
)

// wholeWeight refuses a step's weight with a fraction. The attribute is no
// integer, since the framework would call that an error of the provider's.
type wholeWeight struct{}

var _ validator.Float64 = wholeWeight{}

// Description implements validator.Float64.
func (wholeWeight) Description(context.Context) string { return "a whole number from 1 to 99" }

// MarkdownDescription implements validator.Float64.
func (v wholeWeight) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateFloat64 implements validator.Float64.
func (wholeWeight) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	refuseFraction(req.Path, req.ConfigValue.ValueFloat64(), &resp.Diagnostics)
}

func refuseFraction(at path.Path, weight float64, diags *diag.Diagnostics) {
	if weight != math.Trunc(weight) {
		diags.Append(diagnose.ErrorAt(at, "Invalid Step", fmt.Sprintf("A step's weight is a whole number from 1 to 99, not %v.", weight)))
	}
}
