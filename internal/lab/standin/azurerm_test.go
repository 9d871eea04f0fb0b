package standin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/azurerm"
)

// azureConfig is the beginning of a configuration that is kept in a lab, and
// azureEnv says where.
const azureConfig = `
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

provider "azurerm" {
  subscription_id = "00000000-0000-0000-0000-000000000001"

  features {
    resource_group {
      prevent_deletion_if_contains_resources = true
    }
  }
}
`

func azureEnv(lab *azuretm.Lab) string { return azurerm.EndpointVariable + "=" + lab.URL() }

// trafficManager is a profile with two colors, and what is %s comes from the test.
const trafficManager = `
resource "azurerm_resource_group" "this" {
  name     = "shop"
  location = "westeurope"
}

resource "azurerm_traffic_manager_profile" "this" {
  name                   = "shop"
  resource_group_name    = azurerm_resource_group.this.name
  traffic_routing_method = "Weighted"
  tags                   = { team = "shop" }

  dns_config {
    relative_name = "shop"
    ttl           = 30
  }

  monitor_config {
    protocol                    = "HTTP"
    port                        = 80
    path                        = "/health"
    expected_status_code_ranges = ["200-204"]

    custom_header {
      name  = "host"
      value = "shop.example.net"
    }
  }
}

resource "azurerm_traffic_manager_external_endpoint" "this" {
  for_each = { blue = true, green = false }

  name       = each.key
  profile_id = azurerm_traffic_manager_profile.this.id
  target     = "shop-${each.key}.example.net"
  weight     = 100
  enabled    = each.value
  %s
}

output "fqdn" {
  value = azurerm_traffic_manager_profile.this.fqdn
}
`

func TestAzure(t *testing.T) {
	t.Parallel()
	lab := azuretm.StartT(t, azuretm.Options{})
	for _, color := range []string{"blue", "green"} {
		lab.Host("shop-"+color+".example.net", startApp(t, color).Addr())
	}
	s := initialise(t, cli.TerraformT(t), azureConfig+fmt.Sprintf(trafficManager, ""), azureEnv(lab))
	if text := s.apply(); !strings.Contains(text, `fqdn = "shop.trafficmanager.net"`) {
		t.Errorf("an apply does not tell the name:\n%s", text)
	}
	s.settled()
	profile := s.attribute("azurerm_traffic_manager_profile.this", "id").(string)
	if want := "/subscriptions/" + azuretm.Subscription + "/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop"; profile != want {
		t.Errorf("the profile is %s, not %s", profile, want)
	}
	answered := func(want string) {
		t.Helper()
		client := http.Client{Transport: &http.Transport{DialContext: lab.Resolver().DialContext, DisableKeepAlives: true}}
		response, err := client.Get("http://shop.trafficmanager.net")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if got := response.Header.Get(app.ColorHeader); got != want {
			t.Errorf("%s answers, not %s", got, want)
		}
	}
	online := func(color string) {
		t.Helper()
		if err := lab.WaitStatus(t.Context(), profile, color, tm.EndpointMonitorStatusOnline); err != nil {
			t.Fatal(err)
		}
	}
	online("blue")
	answered("blue")

	// Somebody else moves all traffic: a plan sees it, and goes back.
	clients, err := lab.Clients(azuretm.Subscription)
	if err != nil {
		t.Fatal(err)
	}
	move := func() {
		t.Helper()
		for color, status := range map[string]tm.EndpointStatus{"blue": tm.EndpointStatusDisabled, "green": tm.EndpointStatusEnabled} {
			if _, err := clients.NewEndpointsClient().Update(t.Context(), "shop", "shop", tm.EndpointTypeExternalEndpoints, color,
				tm.Endpoint{Properties: &tm.EndpointProperties{EndpointStatus: &status}}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	move()
	online("green")
	answered("green")
	s.plans("2 to change", "enabled")
	s.apply()
	online("blue")
	answered("blue")

	s.write(azureConfig + fmt.Sprintf(trafficManager, "lifecycle {\n ignore_changes = [enabled, weight]\n}"))
	move()
	s.settled()

	// A change of the profile leaves its endpoints alone.
	s.write(strings.Replace(azureConfig+fmt.Sprintf(trafficManager, "lifecycle {\n ignore_changes = [enabled, weight]\n}"),
		"ttl           = 30", "ttl           = 5", 1))
	s.plans("0 to add, 1 to change, 0 to destroy")
	s.apply()
	s.settled()
	answered("green")
	s.destroy()
	if _, err := clients.NewProfilesClient().Get(t.Context(), "shop", "shop", nil); err == nil {
		t.Error("the profile is still there")
	}
}

func TestAzureReplacesAndImports(t *testing.T) {
	t.Parallel()
	lab := azuretm.StartT(t, azuretm.Options{})
	config := azureConfig + fmt.Sprintf(trafficManager, "") + `
resource "azurerm_traffic_manager_profile" "child" {
  name                   = "child"
  resource_group_name    = azurerm_resource_group.this.name
  traffic_routing_method = "Priority"

  dns_config {
    relative_name = "child"
    ttl           = 30
  }

  monitor_config {
    protocol = "TCP"
    port     = 443
  }
}

resource "azurerm_traffic_manager_nested_endpoint" "this" {
  name                    = "child"
  profile_id              = azurerm_traffic_manager_profile.this.id
  target_resource_id      = azurerm_traffic_manager_profile.child.id
  minimum_child_endpoints = 1
  priority                = 3
}

resource "azurerm_traffic_manager_azure_endpoint" "this" {
  name               = "app"
  profile_id         = azurerm_traffic_manager_profile.this.id
  target_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shop/providers/Microsoft.Web/sites/shop"
  geo_mappings       = ["WORLD"]

  subnet {
    first = "10.0.0.0"
    scope = 8
  }
}
`
	s := initialise(t, cli.TerraformT(t), config, azureEnv(lab))
	s.apply()
	s.settled()
	for _, address := range []string{
		"azurerm_traffic_manager_profile.this", `azurerm_traffic_manager_external_endpoint.this["blue"]`,
		"azurerm_traffic_manager_nested_endpoint.this", "azurerm_traffic_manager_azure_endpoint.this",
	} {
		id := s.attribute(address, "id").(string)
		for _, args := range [][]string{{"state", "rm", address}, {"import", "-no-color", address, id}} {
			if _, err := s.Run(t.Context(), args...); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.settled()
	s.write(strings.Replace(config, `relative_name = "child"`, `relative_name = "kid"`, 1))
	s.plans("azurerm_traffic_manager_profile.child must be replaced", `"child" -> "kid" # forces replacement`)
	s.write(strings.Replace(config, `path                        = "/health"`, `path                        = "/"`, 1))
	s.plans("0 to add, 1 to change, 0 to destroy")
}

func TestAzureRefuses(t *testing.T) {
	t.Parallel()
	lab := azuretm.StartT(t, azuretm.Options{})
	group := "resource \"azurerm_traffic_manager_external_endpoint\" \"this\" {\n name = \"blue\"\n profile_id = \"/p\"\n target = \"t\"\n weight = %d\n}\n"
	for name, test := range map[string]struct{ config, env, says string }{
		"no features":     {strings.Replace(azureConfig, "features {", "default {", 1) + fmt.Sprintf(group, 1), azureEnv(lab), `Unsupported block type`},
		"no subscription": {strings.Replace(azureConfig, "subscription_id", "# ", 1) + fmt.Sprintf(group, 1), azureEnv(lab), "no subscription"},
		"no endpoint":     {azureConfig + fmt.Sprintf(group, 1), azurerm.EndpointVariable + "=", "no endpoint"},
		"a real one":      {azureConfig + fmt.Sprintf(group, 1), azurerm.EndpointVariable + "=https://management.azure.com", "is not on loopback"},
		"a weight of 0":   {azureConfig + fmt.Sprintf(group, 0), azureEnv(lab), "weight is between 1 and 1000, not 0."},
		"no profile":      {azureConfig + fmt.Sprintf(group, 1), azureEnv(lab), "not found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := initialise(t, cli.TerraformT(t), test.config, test.env, "ARM_SUBSCRIPTION_ID=")
			s.refuses([]string{"apply", "-auto-approve", "-no-color"}, test.says)
		})
	}
}
