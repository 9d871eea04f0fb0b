package provider_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// zero is a metric that is 0.
type zero struct{}

func (zero) Read(context.Context, metric.Subject) (metric.Reading, error) { return metric.Of(0) }

func zeroKind() block.Kind[metric.Metric] {
	return block.New("zero", schema.SingleNestedAttribute{Attributes: map[string]schema.Attribute{}},
		func(context.Context, *session.Sessions, struct{}) (metric.Metric, error) { return zero{}, nil })
}

// TestAnalysisThatNeverMeasures has no weight that is held, or none at which
// there is anything to compare with.
func TestAnalysisThatNeverMeasures(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	analysis := func(metric map[string]any) map[string]any {
		metric["zero"] = map[string]any{}
		return map[string]any{"metrics": map[string]any{"errors": metric}}
	}
	bounds := analysis(map[string]any{"max": 1})
	ratio := analysis(map[string]any{"max_ratio_to_other": 2})
	both := analysis(map[string]any{"max_ratio_to_other": 2, "within": []any{0, 1}})
	step := []any{map[string]any{"weight": 10}}
	bake := tftypes.NewAttributePath().WithAttributeName("bake")
	for _, tt := range []struct {
		more map[string]any
		hide *tftypes.AttributePath // is unknown
		want []string
	}{
		{map[string]any{}, nil, []string{"Analysis Never Measures", "Add steps with a pause, or a bake"}},
		{map[string]any{"bake": "0s", "steps": []any{}}, nil, []string{"Analysis Never Measures"}},
		{map[string]any{"bake": "0s"}, bake, nil},
		{map[string]any{"bake": "1s"}, nil, nil},
		{map[string]any{"steps": step}, nil, nil},
		{map[string]any{"bake": "1s", "analysis": ratio}, nil, []string{"Metric Never Judged", `analysis.metrics["errors"].max_ratio_to_other`}},
		{map[string]any{"bake": "1s", "analysis": ratio}, tftypes.NewAttributePath().WithAttributeName("analysis"), nil},
		{map[string]any{"bake": "1s", "analysis": both}, nil, nil},
		{map[string]any{"bake": "1s", "analysis": ratio, "steps": step}, nil, nil},
	} {
		if tt.more["analysis"] == nil {
			tt.more["analysis"] = bounds
		}
		config := value(t, i.typ, configured(t, traffic.Green, tt.more))
		if tt.hide != nil {
			config = i.replaced(t, config, tt.hide)
		}
		said := i.validate(t, config)
		wantSaid(t, said, tt.want...)
		if tt.want == nil {
			wantClean(t, said)
		}
	}
}
