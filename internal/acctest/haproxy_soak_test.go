package acctest

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestHAProxySoak cuts over to and fro under steady load, with a reload of
// HAProxy after each cutover, and counts what becomes of every request.
func TestHAProxySoak(t *testing.T) {
	t.Parallel()
	eachMode(t, func(t *testing.T, mode haproxyMode) {
		ti := openedTier(t, tierOptions{mode: mode, keepState: true}, func(ti *tier) { ti.config = ti.config.with(mode.steps()) })
		loads := map[string]*load.Load{}
		for name, fresh := range map[string]bool{"kept-alive": false, "fresh": true} {
			l, err := load.Start(t.Context(), load.Options{URL: ti.proxies[0].url(), Rate: 100, Concurrency: 4, Fresh: fresh})
			if err != nil {
				t.Fatal(err)
			}
			loads[name] = l
		}
		n := soakCutovers(t)
		color := traffic.Blue
		for range n {
			color = color.Other()
			ti.apply(t, to(color)...)
			ti.wantAll(t, traffic.All(color))
			ti.reload(t)
		}
		for name, l := range loads {
			total := l.Stop()
			if total.Failures > 0 {
				t.Errorf("%d of %d requests failed: %v", total.Failures, total.Requests, total.Errors)
			}
			if total.Colors["blue"] == 0 || total.Colors["green"] == 0 {
				t.Errorf("the load did not see both colors: %v", total.Colors)
			}
			report(t, "%d cutovers and reloads of HAProxy under load, %s connections: %d requests, %d to blue, %d to green, %d failed",
				n, name, total.Requests, total.Colors["blue"], total.Colors["green"], total.Failures)
		}
		ti.wantAll(t, traffic.All(color))
	})
}
