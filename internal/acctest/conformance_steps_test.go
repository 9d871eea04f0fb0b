package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	tfstate "github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/catalog"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// inProcess serves the provider to the framework's own test driver.
func inProcess() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"bluegreen": providerserver.NewProtocol6WithError(provider.New("test", catalog.New)()),
	}
}

// TestRoutersInSteps goes through configurations as users of the framework
// expect it: after each of them a second plan is empty, what is imported is
// what was applied, and whoever destroys the switch leaves traffic where it is.
func TestRoutersInSteps(t *testing.T) {
	eachRouter(t, func(t *testing.T, s fixture) {
		config := func(active traffic.Color, args string) string {
			c := projectConfigOf([]fixture{s}).with(args)
			return strings.Replace(c.String(), `default = "blue"`, fmt.Sprintf("default = %q", active), 1)
		}
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: inProcess(),
			CheckDestroy:             liveIs(s, traffic.All(traffic.Green)),
			Steps: []resource.TestStep{
				adopting(s, config(traffic.Blue, "")),
				moving(s, config(traffic.Green, ""), traffic.Green),
				moving(s, config(traffic.Blue, `rollback_window = "1h"`), traffic.Blue),
				lookingOnly(config(traffic.Blue, "rollback_window = \"2h\"\n  drain = \"1s\"")),
				importing(s, config(traffic.Blue, `rollback_window = "1h"`)),
				moving(s, config(traffic.Green, ""), traffic.Green),
			},
		})
	})
}

func liveIs(s fixture, want traffic.Weights) func(*tfstate.State) error {
	return func(*tfstate.State) error {
		if got := s.weights(); got != want {
			return fmt.Errorf("traffic is %s, want %s", got, want)
		}
		return nil
	}
}

// adopting creates the switch where blue has all traffic already.
func adopting(s fixture, config string) resource.TestStep {
	return resource.TestStep{
		Config:           config,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{switchIs(plancheck.ResourceActionCreate), timetable()}},
		ConfigStateChecks: []statecheck.StateCheck{
			switchHas("weights", weightsAre(traffic.All(traffic.Blue))), switchHas("last_cutover", knownvalue.Null()),
			switchHas("cutover", knownvalue.ListExact(nil)),
		},
		Check: liveIs(s, traffic.All(traffic.Blue)),
	}
}

// moving makes a color the active one.
func moving(s fixture, config string, active traffic.Color) resource.TestStep {
	return resource.TestStep{
		Config: config,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			switchIs(plancheck.ResourceActionUpdate), switchGets("active_color", colorIs(active)),
			timetable("found: "+traffic.All(active.Other()).String(), "promote: "+traffic.All(active).String()),
		}},
		ConfigStateChecks: []statecheck.StateCheck{
			switchHas("active_color", colorIs(active)), switchHas("idle_color", colorIs(active.Other())),
			switchHas("weights", weightsAre(traffic.All(active))), switchHas("last_cutover", resultIs("promoted")),
		},
		Check: liveIs(s, traffic.All(active)),
	}
}

// lookingOnly plans another configuration, which moves nothing.
func lookingOnly(config string) resource.TestStep {
	return resource.TestStep{
		Config: config, PlanOnly: true, ExpectNonEmptyPlan: true,
		ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
			switchIs(plancheck.ResourceActionUpdate), timetable(), timetableWithout("promote:"),
		}},
	}
}

// importing imports the switch by the router's identifier, and compares.
func importing(s fixture, config string) resource.TestStep {
	return resource.TestStep{
		Config: config, ResourceName: switchAddress, ImportState: true, ImportStateId: s.id(),
		ImportStateCheck: func(states []*tfstate.InstanceState) error {
			if len(states) != 1 || states[0].ID != s.id() || states[0].Attributes[s.kind()+".%"] == "" {
				return fmt.Errorf("imported was %v", states)
			}
			return nil
		},
	}
}
