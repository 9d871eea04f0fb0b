package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestUnknownIsNotJudged hides what a module gets by a variable, as
// terraform validate does. What it is said to be, or left out, is known later.
func TestUnknownIsNotJudged(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	root := tftypes.NewAttributePath().WithAttributeName
	errors := root("analysis").WithAttributeName("metrics").WithElementKeyString("errors")
	gate := root("gates").WithElementKeyString("one")
	for what, test := range map[string]struct {
		more map[string]any
		hide []*tftypes.AttributePath
	}{
		"bounds":      {watched(map[string]any{"within": []any{0, 1}}), []*tftypes.AttributePath{errors.WithAttributeName("within")}},
		"one bound":   {watched(map[string]any{"within": []any{0, 1}}), []*tftypes.AttributePath{errors.WithAttributeName("within").WithElementKeyInt(1)}},
		"max":         {watched(map[string]any{"max": 9, "min": 5}), []*tftypes.AttributePath{errors.WithAttributeName("max")}},
		"one of two":  {gated("ready", "steady"), []*tftypes.AttributePath{gate.WithAttributeName("steady")}},
		"either":      {gated("ready", "steady"), []*tftypes.AttributePath{gate.WithAttributeName("ready"), gate.WithAttributeName("steady")}},
		"no analysis": {map[string]any{"analysis": map[string]any{}}, []*tftypes.AttributePath{root("analysis")}},
		"no router": {
			map[string]any{"blue": map[string]any{"name": "blue", "version": "1", "fitness": `{"format":1}`}},
			[]*tftypes.AttributePath{root("memory")},
		},
	} {
		t.Run(what, func(t *testing.T) {
			config := value(t, i.typ, configured(t, traffic.Blue, test.more))
			for _, path := range test.hide {
				config = i.replaced(t, config, path)
			}
			wantClean(t, i.validate(t, config))
		})
	}
	wantSaid(t, i.validate(t, value(t, i.typ, configured(t, traffic.Blue, gated("ready", "steady")))), "exactly one kind, not 2")
	wantSaid(t, i.validate(t, value(t, i.typ, configured(t, traffic.Blue, gated()))), "exactly one kind, not 0")
}

// TestMetricWithoutACondition names the metric, of which there may be many.
func TestMetricWithoutACondition(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	said := i.validate(t, value(t, i.typ, configured(t, traffic.Blue, watched(map[string]any{}))))
	wantSaid(t, said, "Metric Without A Sound Condition", `The attribute is analysis.metrics["errors"]`)
}

// watched is an analysis with one metric.
func watched(condition map[string]any) map[string]any {
	condition["zero"] = map[string]any{}
	return map[string]any{"bake": "1s", "analysis": map[string]any{"metrics": map[string]any{"errors": condition}}}
}

// gated is one gate of these kinds.
func gated(kinds ...string) map[string]any {
	gate := map[string]any{}
	for _, kind := range kinds {
		gate[kind] = map[string]any{"url": "x"}
	}
	return map[string]any{"gates": map[string]any{"one": gate}}
}
