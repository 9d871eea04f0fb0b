package gcplb

import (
	"encoding/json"
	"slices"
	"testing"
)

// TestStatesOfTargets counts what Google tells of targets, which may have an
// address of either kind.
func TestStatesOfTargets(t *testing.T) {
	t.Parallel()
	var targets []target
	err := json.Unmarshal([]byte(`[
		{"instance":"projects/p/zones/z/instances/web-1","ipAddress":"10.0.0.7","port":80,"healthState":"HEALTHY"},
		{"ipAddress":"10.0.0.8","port":80,"healthState":"UNHEALTHY","ipv6Address":"fd00::8","ipv6HealthState":"HEALTHY"},
		{"ipv6Address":"fd00::9","port":80,"ipv6HealthState":"HEALTHY"},
		{"ipv6Address":"fd00::a","port":80,"ipv6HealthState":"DRAINING"},
		{"instance":"projects/p/zones/z/instances/web-5"}
	]`), &targets)
	if err != nil {
		t.Fatal(err)
	}
	h := backend{}.count(targets)
	want := []string{"10.0.0.8:80 is UNHEALTHY", "[fd00::a]:80 is DRAINING", "web-5 is UNKNOWN"}
	if h.Healthy != 2 || h.Total != 5 || !slices.Equal(h.Unhealthy, want) {
		t.Errorf("%+v", h)
	}
}
