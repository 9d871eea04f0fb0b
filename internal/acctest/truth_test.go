package acctest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// silenced has all calls of a fixture from the nth on refused.
func silenced(s fixture, n int) (remove func()) {
	return s.watch(observer{befall: func(c apiCall) failure {
		if c.index+1 >= n {
			return denial
		}
		return nothing
	}})
}

// TestSilentIsNotRemembered has a router answer the plan, and not the apply:
// state does not say where it is, and a plan without a refresh asks it.
func TestSilentIsNotRemembered(t *testing.T) {
	t.Parallel()
	s := openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{})
	tr := newRepeated(t, s)
	for n := 1; ; n++ {
		tr.bring(t, tr.begin)
		tr.forget()
		remove := silenced(s, n)
		_, err := tr.Apply(t.Context(), to(traffic.Green)...)
		remove()
		if err == nil {
			t.Fatal("the router was silent, and the cutover was done")
		}
		if !strings.Contains(cli.Flat(err.Error()), "Traffic now: not known") {
			continue // the plan did not get an answer
		}
		tr.wantState(t, "weights", "null")
		break
	}
	s.setWeights(t, traffic.All(traffic.Green))
	if text := tr.plan(t, "-refresh=false"); !strings.Contains(text, "found: blue 0, green 100") {
		t.Errorf("the plan without a refresh does not ask:\n%s", text)
	}
}

// TestRegionDown has the API of one router refuse every call. The refresh warns;
// the plan fails as long as the configuration names that router. Without it, what
// is left is returned to at once.
func TestRegionDown(t *testing.T) {
	t.Parallel()
	dead := openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{})
	live := openAWS(t)
	window := `rollback_window = "1h"`
	e := adopted(t, cli.Options{}, func(c *projectConfig) { *c = c.with(window) }, live, dead)
	e.apply(t, to(traffic.Green)...)
	remove := silenced(dead, 0)
	defer remove()
	text, _, err := e.Plan(t.Context(), to(traffic.Blue)...)
	if err == nil {
		t.Fatalf("it was planned:\n%s", text)
	}
	wantText(t, err.Error(), "Warning: Weights Not Read", "Error: Access Denied")
	alone := projectConfigOf([]fixture{live})
	alone.provider = e.config.provider
	e.rewrite(t, func(c *projectConfig) { *c = alone.with(window) })
	wantText(t, e.apply(t, to(traffic.Blue)...), "since blue was active a short while ago")
	if w := live.weights(); w != traffic.All(traffic.Blue) {
		t.Errorf("traffic is %s", w)
	}
	e.wantNoChanges(t, to(traffic.Blue)...)
}

// TestReturnIsEarnedByHalves leaves blue in two cutovers, the first of which was
// cut short: it had everything, and is returned to at once.
func TestReturnIsEarnedByHalves(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
		*c = c.with(`steps = [{ weight = 10 }, { weight = 50 }]`).with(`rollback_window = "1h"`)
	})
	sh.setWeights(t, traffic.Split(traffic.Green, 50)) // as a kill leaves it
	sh.apply(t, to(traffic.Green)...)
	wantText(t, sh.plan(t, to(traffic.Blue)...), "since blue was active a short while ago")
}

// TestNobodyKnowsHealth has an endpoint that is always served, so that nobody
// looks whether it is healthy: its environment needs checks.
func TestNobodyKnowsHealth(t *testing.T) {
	t.Parallel()
	s := openAzure(t, azuretm.Options{}, azuretm.ScenarioOptions{TTL: noTTL})
	e := adopted(t, cli.Options{}, nil, s)
	always := &armtrafficmanager.EndpointProperties{AlwaysServe: pointer(armtrafficmanager.AlwaysServeEnabled)}
	if err := s.PatchEndpoint(t.Context(), "green", always); err != nil {
		t.Fatal(err)
	}
	_, _, err := e.Plan(t.Context(), to(traffic.Green)...)
	t.Log(failed(t, err, "Environment Needs Checks", "No router can tell whether green is healthy", "always_serve_enabled", "Add checks to it"))
	e.rewrite(t, func(c *projectConfig) {
		c.green += fmt.Sprintf("\n  health = { min_healthy = 2 }\n  checks = { health = { http = { url = \"http://%s/health\" } } }", s.Green.App.Addr())
	})
	wantText(t, e.plan(t, to(traffic.Green)...), "Health Is Not Judged", "min_healthy does not count", "health of green not known in "+s.ProfileID)
}

// TestUpdateLooksWhereTrafficIs has traffic move between the plan and the apply
// of an update that moves none.
func TestUpdateLooksWhereTrafficIs(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := adopted(t, cli.Options{}, nil, s)
		e.rewrite(t, func(c *projectConfig) { *c = c.with(`drain = "5s"`) })
		p := e.checkPlan(t, nil)
		e.setLive(t, traffic.All(traffic.Green))
		t.Log(failed(t, e.applySaved(t.Context(), p), "Traffic Is Not Where The Plan Has It", "it is now blue 0, green 100"))
		e.wantState(t, "weights", `{"blue":0,"green":100}`)
		e.wantState(t, "active_color", `"green"`)
		e.wantWeights(t, traffic.All(traffic.Green))
	})
}

// changeNotes changes what the provider noted of the switch in state.
func changeNotes(t *testing.T, w *cli.Workspace, change func(string) string) {
	t.Helper()
	text, err := os.ReadFile(stateFile(w))
	if err != nil {
		t.Fatal(err)
	}
	var state map[string]any
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatal(err)
	}
	for _, r := range state["resources"].([]any) {
		r := r.(map[string]any)
		if r["type"] != "bluegreen_switch" {
			continue
		}
		instance := r["instances"].([]any)[0].(map[string]any)
		private, err := base64.StdEncoding.DecodeString(instance["private"].(string))
		var keys map[string]string
		if err != nil || json.Unmarshal(private, &keys) != nil || len(keys) != 1 {
			t.Fatalf("%v: %s", err, private)
		}
		notes, _ := base64.StdEncoding.DecodeString(keys["memory"])
		keys["memory"] = base64.StdEncoding.EncodeToString([]byte(change(string(notes))))
		private, _ = json.Marshal(keys)
		instance["private"] = base64.StdEncoding.EncodeToString(private)
	}
	text, err = json.Marshal(state)
	if err != nil || os.WriteFile(stateFile(w), text, 0o600) != nil {
		t.Fatal(err)
	}
}

// TestNotesOfAnotherVersion are forgotten, with a warning, and made anew.
func TestNotesOfAnotherVersion(t *testing.T) {
	t.Parallel()
	e := adopted(t, cli.Options{}, nil, openAWS(t))
	for _, kept := range []string{`{"version":2}`, `{"version":1,"served":"blue"}`, `7`} {
		changeNotes(t, e.Workspace, func(string) string { return kept })
		wantText(t, e.plan(t, to(traffic.Green)...), "Warning: Notes On The Switch Forgotten", "found: blue 100, green 0")
	}
	e.apply(t, to(traffic.Green)...)
	e.wantWeights(t, traffic.All(traffic.Green))
	e.wantNoChanges(t, to(traffic.Green)...)
}

// TestRouterOfTwoSwitches has a copy of the switch over the same router.
func TestRouterOfTwoSwitches(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		e := adopted(t, cli.Options{}, nil, s)
		e.rewrite(t, func(c *projectConfig) {
			c.rest = fmt.Sprintf(`
resource "bluegreen_switch" "copy" {
  for_each     = toset(["cart"])
  name         = each.key
  active_color = "green"
  blue         = bluegreen_environment.blue
  green        = bluegreen_environment.green
%s
}
`, c.router)
		})
		_, _, err := e.Plan(t.Context())
		t.Log(failed(t, err, "Router Of Two Switches", `The switches "cart" and "shop" both move`, "Take it out of one of them"))
		e.rewrite(t, func(c *projectConfig) { c.rest = "" })
		e.wantNoChanges(t)
	})
}

// TestStickinessSincePlan has a hand change how long clients stay, between a
// saved plan and its apply.
func TestStickinessSincePlan(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, nil)
	p := sh.checkPlan(t, to(traffic.Green))
	forward := func(arn string, weight int32) types.TargetGroupTuple {
		return types.TargetGroupTuple{TargetGroupArn: aws.String(arn), Weight: aws.Int32(weight)}
	}
	_, err := sh.s.Client.ModifyListener(t.Context(), &elbv2.ModifyListenerInput{
		ListenerArn: &sh.s.ListenerARN,
		DefaultActions: []types.Action{{Type: types.ActionTypeEnumForward, ForwardConfig: &types.ForwardActionConfig{
			TargetGroups:                []types.TargetGroupTuple{forward(sh.s.Blue.GroupARN, 100), forward(sh.s.Green.GroupARN, 0)},
			TargetGroupStickinessConfig: &types.TargetGroupStickinessConfig{Enabled: aws.Bool(true), DurationSeconds: aws.Int32(3600)},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(failed(t, sh.applySaved(t.Context(), p), "Routers Changed Since The Plan", "clients stay with a color for 1h, not 0s", "Plan again"))
	sh.wantWeights(t, traffic.All(traffic.Blue))
	sh.apply(t, to(traffic.Green)...)
}

// TestMapFileSincePlan has a hand change the map's file, between a saved plan
// and its apply.
func TestMapFileSincePlan(t *testing.T) {
	t.Parallel()
	ti := openTier(t, tierOptions{mode: byMap})
	ti.apply(t)
	p := ti.checkPlan(t, to(traffic.Green))
	text := ti.proxies[0].fileText(t)
	if err := os.WriteFile(ti.proxies[0].file, []byte(strings.Replace(text, "blue", "green", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Log(failed(t, ti.applySaved(t.Context(), p), "Routers Changed Since The Plan", "after a restart:", "it was: the same weights"))
	if err := os.WriteFile(ti.proxies[0].file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ti.apply(t, to(traffic.Green)...)
}
