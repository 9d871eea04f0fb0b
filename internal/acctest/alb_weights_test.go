package acctest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// setRaw sets the weights of the listener's groups as the API has them, past it.
func (sh *shop) setRaw(t *testing.T, weights map[string]int) {
	t.Helper()
	if err := sh.s.Lab.SetWeights(sh.s.ListenerARN, weights); err != nil {
		t.Error(err)
	}
}

func (sh *shop) wantRaw(t *testing.T, blue, green int) {
	t.Helper()
	w := sh.s.Lab.Weights(sh.s.ListenerARN)
	if w[sh.s.Blue.GroupARN] != blue || w[sh.s.Green.GroupARN] != green {
		t.Errorf("the weights are %v, want blue %d and green %d", w, blue, green)
	}
}

// TestALBRollsBackToExactWeights: of 999 and 1, percent say no more than 99 and
// 1, which is ten times as much for green.
func TestALBRollsBackToExactWeights(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, func(c *config) { *c = c.with(watched) })
	sh.setRaw(t, map[string]int{sh.s.Blue.GroupARN: 999, sh.s.Green.GroupARN: 1})
	remove := sh.at(50, func() { sh.setHealth(t, awselb.StateUnhealthy) })
	_, err := sh.Apply(t.Context(), to(traffic.Green)...)
	remove()
	failed(t, err, "Cutover Rolled Back")
	sh.wantRaw(t, 999, 1)
}

// TestALBZeroWeightsInAPause: another hand takes all weight from both colors.
// Nobody is served, and the found weights are written back at once.
func TestALBZeroWeightsInAPause(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, func(c *config) { *c = c.with(watched) })
	none := map[string]int{sh.s.Blue.GroupARN: 0, sh.s.Green.GroupARN: 0}
	remove := sh.at(50, func() { sh.setRaw(t, none) })
	_, err := sh.Apply(t.Context(), to(traffic.Green)...)
	remove()
	t.Log(failed(t, err, "Cutover Rolled Back"))
	sh.wantRaw(t, 100, 0)
}

// TestALBBesideAnotherGroup: a step that cannot be set beside another target
// group names that, the sum, and weights that can be divided.
func TestALBBesideAnotherGroup(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{}, nil)
	other, err := sh.s.AddGroup(t.Context(), "shop-other")
	if err != nil {
		t.Fatal(err)
	}
	sh.rewrite(t, func(c *config) { *c = c.with("steps = [{ weight = 10 }]") })
	sh.setRaw(t, map[string]int{sh.s.Blue.GroupARN: 333, other: 666})
	_, _, err = sh.Plan(t.Context(), to(traffic.Green)...)
	t.Log(failed(t, err, "Share Cannot Be Set Exactly", other, "666", "stay 333 together", "with weight 200"))
	sh.setRaw(t, map[string]int{sh.s.Blue.GroupARN: 100, other: 200})
	sh.apply(t, to(traffic.Green)...)
	sh.wantRaw(t, 0, 100)
}

// TestALBSeveralGroups: an environment serves the web and gRPC, on one listener
// and its rule. Which group is meant is told by the action.
func TestALBSeveralGroups(t *testing.T) {
	t.Parallel()
	sh := open(t, cli.Options{}, awselb.ScenarioOptions{}, nil)
	rpc := map[string]string{}
	for _, name := range []string{"blue-rpc", "green-rpc"} {
		made, err := sh.s.Client.CreateTargetGroup(t.Context(), &elbv2.CreateTargetGroupInput{
			Name: &name, Protocol: types.ProtocolEnumHttp, ProtocolVersion: aws.String("GRPC"), Port: aws.Int32(80), TargetType: types.TargetTypeEnumIp,
		})
		if err != nil {
			t.Fatal(err)
		}
		rpc[name] = *made.TargetGroups[0].TargetGroupArn
	}
	rule, err := sh.s.AddRule(t.Context(), 1, "/shop.Orders/*", &awselb.Side{GroupARN: rpc["blue-rpc"]}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sh.rewrite(t, func(c *config) {
		c.blue, c.green = groups(sh.s.Blue.GroupARN, rpc["blue-rpc"]), groups(rpc["green-rpc"], sh.s.Green.GroupARN)
		c.lb = "{ listener_arns = " + list([]string{sh.s.ListenerARN}) + ", rule_arns = " + list([]string{rule}) + " }"
	})
	for _, c := range sh.s.Green.Apps {
		_, err := sh.s.Client.RegisterTargets(t.Context(), &elbv2.RegisterTargetsInput{TargetGroupArn: aws.String(rpc["green-rpc"]), Targets: []types.TargetDescription{
			{Id: aws.String("127.0.0.1"), Port: aws.Int32(c.Port())},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	sh.apply(t)
	sh.apply(t, to(traffic.Green)...)
	sh.wantWeights(t, traffic.All(traffic.Green))
	if got := sh.s.Lab.Weights(rule); got[rpc["blue-rpc"]] != 0 || got[rpc["green-rpc"]] != 100 || len(got) != 2 {
		t.Errorf("the rule has %v", got)
	}
	another, err := sh.s.AddGroup(t.Context(), "shop-another")
	if err != nil {
		t.Fatal(err)
	}
	sh.rewrite(t, func(c *config) { c.blue = groups(sh.s.Blue.GroupARN, rpc["blue-rpc"], another) })
	sh.apply(t, to(traffic.Green)...) // both are attached by now, so that nothing is in doubt
}
