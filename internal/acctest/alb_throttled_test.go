package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestALBHundredSwitchesAtPublishedLimits moves a hundred listeners, fifty at a
// time, at the rate at which AWS throttles: none is refused for it.
func TestALBHundredSwitchesAtPublishedLimits(t *testing.T) {
	t.Parallel()
	const many, atOnce = 100, "-parallelism=50"
	lab := awselb.StartT(t, awselb.Options{Limits: awselb.Limits{ListenersPerBalancer: many + 1}})
	s := lab.ScenarioT(t, awselb.ScenarioOptions{Attach: true})
	arns := make([]string, many)
	for i := range arns {
		var err error
		if arns[i], err = s.AddListener(t.Context(), int32(1000+i), s.Blue, s.Green); err != nil {
			t.Fatal(err)
		}
	}
	c := configOf(s)
	c.lb = "{ listener_arns = [each.value] }"
	text := strings.Replace(c.String(), `resource "bluegreen_switch" "shop" {`, fmt.Sprintf("resource \"bluegreen_switch\" \"shop\" {\n  for_each = toset(%s)", list(arns)), 1)
	sh := &shop{s: s, config: c}
	sh.Workspace = workspace(t, cli.Options{Binary: terraform(t)}, text)
	sh.apply(t, atOnce)
	lab.ForgetCalls()
	lab.SetThrottling(awselb.PublishedThrottling())
	sh.apply(t, append(to(traffic.Green), atOnce)...)
	lab.SetThrottling(nil)
	throttled := 0
	for _, c := range lab.Calls() {
		if c.Code == awselb.Throttled().Code {
			throttled++
		}
	}
	t.Logf("%d calls, %d of them throttled: %v", len(lab.Calls()), throttled, lab.CallCounts())
	if throttled == 0 {
		t.Error("nothing was throttled: the test proves nothing")
	}
	for _, arn := range arns {
		if got := weightsOf(s, arn); got != traffic.All(traffic.Green) {
			t.Errorf("%s has %s", arn, got)
		}
	}
}
