package acctest

import (
	"fmt"
	"strings"
	"testing"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

type badAzure = badRouterInput[*azureFixture]

func azureRouter(block string) string  { return "azure_traffic_manager = " + block }
func azureBackend(block string) string { return "azure_traffic_manager = " + block }

func pointer[T any](v T) *T { return &v }

// profileIs changes the profile by hand.
func profileIs(properties *tm.ProfileProperties) func(*testing.T, *azureFixture, *projectConfig) {
	return func(t *testing.T, s *azureFixture, _ *projectConfig) {
		t.Helper()
		if err := s.PatchProfile(t.Context(), properties); err != nil {
			t.Fatal(err)
		}
	}
}

// endpointIs changes endpoints by hand.
func endpointIs(properties *tm.EndpointProperties, names ...string) func(*testing.T, *azureFixture, *projectConfig) {
	return func(t *testing.T, s *azureFixture, _ *projectConfig) {
		t.Helper()
		for _, name := range names {
			if err := s.PatchEndpoint(t.Context(), name, properties); err != nil {
				t.Fatal(err)
			}
		}
	}
}

var badAzures = map[string]badAzure{
	"profile that does not exist": {
		change: func(_ *testing.T, s *azureFixture, c *projectConfig) {
			gone := s.ProfileID + "-gone"
			c.router = azureRouter(profileIDs(gone))
			c.blue = azureBackend(endpointIDs(strings.Replace(s.Blue.EndpointID, s.ProfileID, gone, 1)))
			c.green = azureBackend(endpointIDs(strings.Replace(s.Green.EndpointID, s.ProfileID, gone, 1)))
		},
		wants: []string{"Profile Not Found", "azure_traffic_manager", "create it, or correct the ID", "azure_traffic_manager.profile_ids[0]"},
	},
	"profile of another subscription": {
		change: func(_ *testing.T, s *azureFixture, c *projectConfig) {
			other := strings.NewReplacer(azuretm.Subscription, "00000000-0000-0000-0000-00000000000f")
			c.router = azureRouter(profileIDs(other.Replace(s.ProfileID)))
			c.blue = azureBackend(endpointIDs(other.Replace(s.Blue.EndpointID)))
			c.green = azureBackend(endpointIDs(other.Replace(s.Green.EndpointID)))
		},
		wants: []string{"Profile Not Found", "correct the ID"},
	},
	"endpoint that does not exist": {
		args: to(traffic.Green),
		change: func(_ *testing.T, s *azureFixture, c *projectConfig) {
			c.green = azureBackend(endpointIDs(s.Green.EndpointID + "-gone"))
		},
		wants: []string{"Endpoint Not Found", "green = bluegreen_environment.green", "create it, or correct the ID", "green.azure_traffic_manager.endpoint_ids[0]"},
	},
	"endpoint of another profile": {
		change: func(_ *testing.T, s *azureFixture, c *projectConfig) {
			c.green = azureBackend(endpointIDs(strings.Replace(s.Green.EndpointID, s.ProfileID, s.ProfileID+"-other", 1)))
		},
		wants: []string{
			"No Endpoint in the Profile", "green = bluegreen_environment.green", "The green environment has no endpoint in this profile",
			"add one to endpoint_ids",
		},
	},
	"one endpoint in both environments": {
		change: func(_ *testing.T, _ *azureFixture, c *projectConfig) { c.green = c.blue },
		wants:  []string{"Same Endpoint in Both Environments", "green = bluegreen_environment.green", "each environment needs its own"},
	},
	"endpoint among the profiles": {
		change: func(_ *testing.T, s *azureFixture, c *projectConfig) {
			c.router = azureRouter(profileIDs(s.Blue.EndpointID))
		},
		wants: []string{"Not the Right ID", "is an endpoint: name its profile"},
	},
	"profile among the endpoints": {
		change: func(_ *testing.T, s *azureFixture, c *projectConfig) {
			c.green = azureBackend(endpointIDs(s.ProfileID))
		},
		wants: []string{"Not the Right ID", "is a profile: name the endpoint that the environment has"},
	},
	"no ID": {
		change: func(_ *testing.T, _ *azureFixture, c *projectConfig) { c.router = azureRouter(profileIDs("shop")) },
		wants:  []string{"Not the Right ID", `"shop" is not an ID of Azure`, "a profile's looks like"},
	},
	"profile that is disabled": {
		args: to(traffic.Green), change: profileIs(&tm.ProfileProperties{ProfileStatus: pointer(tm.ProfileStatusDisabled)}),
		wants: []string{"Profile Is Disabled", "azure_traffic_manager", `set profile_status = "Enabled"`},
	},
	"profile that is not weighted": {
		args: to(traffic.Green), change: profileIs(&tm.ProfileProperties{TrafficRoutingMethod: pointer(tm.TrafficRoutingMethodPriority)}),
		wants: []string{"Profile Is Not Weighted", "azure_traffic_manager", "routes by the method Priority", `set traffic_routing_method = "Weighted"`},
	},
	"weights that are not ours": {
		args: to(traffic.Green),
		change: func(t *testing.T, s *azureFixture, c *projectConfig) {
			t.Helper()
			_, err := s.AddEndpoint(t.Context(), tm.EndpointTypeExternalEndpoints, "third", &tm.EndpointProperties{
				Target: &s.Blue.Target, EndpointStatus: pointer(tm.EndpointStatusEnabled), Weight: pointer(int64(7)),
			})
			if err != nil {
				t.Fatal(err)
			}
			endpointIs(&tm.EndpointProperties{Weight: pointer(int64(3))}, "blue")(t, s, c)
		},
		wants: []string{"Weights Cannot Be Divided", "azure_traffic_manager", "they have 3 together, beside third", "must be 100 to 1000", "multiply all weights of the profile"},
	},
	"steps that the sum cannot have": {
		args: to(traffic.Green),
		change: func(t *testing.T, s *azureFixture, c *projectConfig) {
			t.Helper()
			endpointIs(&tm.EndpointProperties{Weight: pointer(int64(333))}, "blue")(t, s, c)
			_, err := s.AddEndpoint(t.Context(), tm.EndpointTypeExternalEndpoints, "third", &tm.EndpointProperties{
				Target: &s.Blue.Target, EndpointStatus: pointer(tm.EndpointStatusEnabled), Weight: pointer(int64(666)),
			})
			if err != nil {
				t.Fatal(err)
			}
			*c = c.with("steps = [{ weight = 10 }]")
		},
		wants: []string{
			"Share Cannot Be Set Exactly", "steps = [{ weight = 10 }]", "A color gets all or nothing from", "third", "their sum, 333",
			"multiply all weights of the profile", "take out steps",
		},
	},
	"unknown token": {
		change: func(_ *testing.T, s *azureFixture, c *projectConfig) { c.provider = azureBlock(s.Lab.URL(), "expired") },
		wants:  []string{"Credentials Not Accepted", "azure_traffic_manager", "Azure refused them", "or renew the session (az login)"},
	},
	"token without rights": {
		change: func(_ *testing.T, s *azureFixture, c *projectConfig) {
			c.provider = azureBlock(s.Lab.URL(), azuretm.DeniedToken)
		},
		wants: []string{"Access Denied", "azure_traffic_manager", "a role with the action, such as Traffic Manager Contributor"},
	},
	"no credentials": {
		change: func(_ *testing.T, s *azureFixture, c *projectConfig) {
			c.provider = fmt.Sprintf("azure = { endpoint = %q, use_cli = false }", s.Lab.URL())
		},
		wants: []string{"Credentials Not Accepted", "azure_traffic_manager", "none are configured", "set client_secret, client_certificate_path, use_oidc, use_msi or use_cli"},
	},
	"nobody signed in": {
		change: func(_ *testing.T, s *azureFixture, c *projectConfig) {
			c.provider = fmt.Sprintf("azure = { endpoint = %q }", s.Lab.URL())
		},
		wants: []string{"Credentials Not Accepted", "azure_traffic_manager", "no token could be had", "renew the session (az login)"},
	},
	"client without a tenant": {
		change: func(_ *testing.T, s *azureFixture, c *projectConfig) {
			c.provider = fmt.Sprintf("azure = { endpoint = %q, client_secret = \"secret\" }", s.Lab.URL())
		},
		wants: []string{"azure.tenant_id", "set tenant_id in the provider's azure block, or ARM_TENANT_ID"},
	},
}

func TestAzureBadInput(t *testing.T) {
	eachBadRouterInput(t, func(t *testing.T) *azureFixture {
		t.Helper()
		return openAzure(t, azuretm.Options{}, azuretm.ScenarioOptions{TTL: noTTL})
	}, badAzures)
}
