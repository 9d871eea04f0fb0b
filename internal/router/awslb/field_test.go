package awslb_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestNetworkLoadBalancerWithoutWeights: where AWS has none for them, it says so
// when the idle group is attached, before traffic moves.
func TestNetworkLoadBalancerWithoutWeights(t *testing.T) {
	w, a := onListenerOf(still, awselb.ScenarioOptions{Network: true})(t)
	w.Lab.Inject(awselb.Fault{Action: "ModifyListener", Times: -1, Err: &awselb.APIError{
		Status: http.StatusBadRequest, Code: "ValidationError", Message: "You cannot specify a target group weight on load balancers of type 'network'",
	}})
	err := w.powers(t, a).Attach(t.Context(), traffic.Green)
	wantAttribute(t, err, router.InRouter, path.Root("listener_arns").AtListIndex(0), "Load Balancer Takes No Weights", "in this region", "by DNS")
}

// TestSharedRuleGroups: many rules, one for each host name, forward to the same
// two groups and move together.
func TestSharedRuleGroups(t *testing.T) {
	w, a := onListenerOf(still, awselb.ScenarioOptions{})(t)
	a.listeners = nil
	for i, path := range []string{"/a/*", "/b/*", "/c/*"} {
		arn, err := w.AddRule(t.Context(), int32(i+1), path, w.Blue, w.Green)
		if err != nil {
			t.Fatal(err)
		}
		a.rules = append(a.rules, arn)
	}
	members, err := w.open(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if err := work(t.Context(), m.Router.(powers)); err != nil {
			t.Fatal(err)
		}
		if got := w.live(t, m.Name); got != traffic.Split(traffic.Green, 40) {
			t.Errorf("%s has %s", m.Name, got)
		}
	}
}

// TestOneColorOfTwoGroups: a canary controller left the listener with green
// alone, and its group without weight.
func TestOneColorOfTwoGroups(t *testing.T) {
	w, a := onListenerOf(still, awselb.ScenarioOptions{})(t)
	w.modify(t, w.forward(share{w.Green.GroupARN, 0}, share{w.group(t, "old"), 100}))
	r := w.powers(t, a)
	if _, err := r.Refresh(t.Context()); !errors.Is(err, traffic.ErrNoWeight) {
		t.Errorf("Refresh = %v", err)
	}
	if err := r.SetWeights(t.Context(), traffic.Weights{}, traffic.All(traffic.Green)); err != nil {
		t.Fatal(err)
	}
	if got := w.live(t, w.ListenerARN); got != traffic.All(traffic.Green) {
		t.Errorf("weights are %s", got)
	}
}
