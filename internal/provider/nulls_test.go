package provider_test

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic/traffictest"
)

// TestNullElements has elements that a module's conditional left null.
func TestNullElements(t *testing.T) {
	t.Parallel()
	i := newInstance(t, traffictest.NewMemory(traffic.All(traffic.Blue)))
	for want, more := range map[string]map[string]any{
		`steps[0] is null`:                             {"steps": []any{nil}},
		`gates["one"] is null`:                         {"gates": map[string]any{"one": nil}},
		`analysis.metrics["errors"].within[1] is null`: watched(map[string]any{"within": []any{0, nil}}),
		`analysis.metrics["latency"] is null`:          {"bake": "1s", "analysis": map[string]any{"metrics": map[string]any{"latency": nil}}},
	} {
		wantSaid(t, i.validate(t, value(t, i.typ, configured(t, traffic.Blue, more))), "Element Is Null", want)
	}
}
