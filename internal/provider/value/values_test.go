package value

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

func TestWeightsRoundTrip(t *testing.T) {
	t.Parallel()
	want := traffic.Split(traffic.Green, 30)
	if got, ok := WeightsOf(Weights(want)); !ok || got != want {
		t.Errorf("got %s, %t", got, ok)
	}
	if _, ok := WeightsOf(types.ObjectNull(WeightsType)); ok {
		t.Error("null has weights")
	}
}

func TestLinesAreNeverNull(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	if v := Lines(t.Context(), nil, &diags); v.IsNull() || len(v.Elements()) != 0 || diags.HasError() {
		t.Errorf("got %s, %v", v, diags)
	}
}

func TestLastCutover(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 2, 3, 4, 5, 6, 7, time.FixedZone("", 3600))
	v := LastCutover(cutover.Outcome{
		From: traffic.Blue, To: traffic.Green, Result: cutover.Promoted, Started: at, Finished: at.Add(time.Minute),
	}, "").Attributes()
	want := map[string]attr.Value{
		"from": types.StringValue("blue"), "to": types.StringValue("green"), "result": types.StringValue("promoted"),
		"reason": types.StringNull(), "started_at": types.StringValue("2026-02-03T03:05:06Z"),
		"finished_at": types.StringValue("2026-02-03T03:06:06Z"),
	}
	for name, value := range want {
		if !v[name].Equal(value) {
			t.Errorf("%s is %s", name, v[name])
		}
	}
}
