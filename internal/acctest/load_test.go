package acctest

import (
	"os"
	"strconv"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// soakVariable is how many cutovers are made under load; make soak sets it.
const soakVariable = "BLUEGREEN_SOAK_CUTOVERS"

// cutovers is how many are made under load when nobody says.
const cutovers = 6

func soakCutovers(t *testing.T) int {
	t.Helper()
	text := os.Getenv(soakVariable)
	if text == "" {
		return cutovers
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q, which is no number of cutovers", soakVariable, text)
	}
	return n
}

// TestSoak cuts over to and fro under steady load, kept-alive connections and
// fresh ones alike, and counts what becomes of every request.
func TestSoak(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Targets: 2}, func(c *config) { *c = c.with(threeSteps) })
	loads := map[string]*load.Load{}
	for name, fresh := range map[string]bool{"kept-alive": false, "fresh": true} {
		l, err := load.Start(t.Context(), load.Options{URL: sh.s.URL(), Rate: 100, Concurrency: 4, Fresh: fresh})
		if err != nil {
			t.Fatal(err)
		}
		loads[name] = l
	}
	n := soakCutovers(t)
	color := traffic.Blue
	for range n {
		color = color.Other()
		sh.apply(t, to(color)...)
	}
	for name, l := range loads {
		total := l.Stop()
		if total.Failures > 0 {
			t.Errorf("%d of %d requests failed: %v", total.Failures, total.Requests, total.Errors)
		}
		if total.Colors["blue"] == 0 || total.Colors["green"] == 0 {
			t.Errorf("the load did not see both colors: %v", total.Colors)
		}
		report(t, "%d cutovers of an ALB under load, %s connections: %d requests, %d to blue, %d to green, %d failed",
			n, name, total.Requests, total.Colors["blue"], total.Colors["green"], total.Failures)
	}
	sh.wantWeights(t, traffic.All(color))
}
