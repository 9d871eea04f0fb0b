package value

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The types of the computed objects.
var (
	WeightsType = map[string]attr.Type{"blue": types.Int64Type, "green": types.Int64Type}

	LastCutoverType = map[string]attr.Type{
		"from": types.StringType, "to": types.StringType, "result": types.StringType, "reason": types.StringType,
		"started_at": types.StringType, "finished_at": types.StringType,
	}
)

func unknownOf(ctx context.Context, t attr.Type) tftypes.Value {
	return tftypes.NewValue(t.TerraformType(ctx), tftypes.UnknownValue)
}

// Weights are weights as state has them.
func Weights(w traffic.Weights) types.Object {
	return types.ObjectValueMust(WeightsType, map[string]attr.Value{
		"blue": types.Int64Value(int64(w.Blue)), "green": types.Int64Value(int64(w.Green)),
	})
}

// WeightsOf reads weights back from a value; false when they are null.
func WeightsOf(v types.Object) (traffic.Weights, bool) {
	blue, okBlue := v.Attributes()["blue"].(types.Int64)
	green, okGreen := v.Attributes()["green"].(types.Int64)
	if !okBlue || !okGreen {
		return traffic.Weights{}, false
	}
	return traffic.Weights{Blue: int(blue.ValueInt64()), Green: int(green.ValueInt64())}, true
}

// Lines are lines of text, none when there are none.
func Lines(ctx context.Context, lines []string, diags *diag.Diagnostics) types.List {
	if lines == nil {
		lines = []string{}
	}
	v, d := types.ListValueFrom(ctx, types.StringType, lines)
	diags.Append(d...)
	return v
}

// LastCutover is what state keeps of a cutover that moved traffic.
func LastCutover(o cutover.Outcome, reason string) types.Object {
	reasonValue := types.StringNull()
	if reason != "" {
		reasonValue = types.StringValue(reason)
	}
	return types.ObjectValueMust(LastCutoverType, map[string]attr.Value{
		"from":        types.StringValue(o.From.String()),
		"to":          types.StringValue(o.To.String()),
		"result":      types.StringValue(string(o.Result)),
		"reason":      reasonValue,
		"started_at":  types.StringValue(o.Started.UTC().Format(time.RFC3339)),
		"finished_at": types.StringValue(o.Finished.UTC().Format(time.RFC3339)),
	})
}
