package moduletest

import (
	"fmt"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/azurerm"
)

func TestURLMapModule(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		lab := gcplb.StartT(t, gcplb.Options{})
		s := &shop{}
		s.blue, s.green = startApps(t)
		group := func(name string) string {
			return "projects/" + gcplb.Project + "/zones/europe-west1-b/networkEndpointGroups/" + name
		}
		for i, name := range []string{"blue", "green"} {
			var ports []int
			for _, a := range [][]*app.App{s.blue, s.green}[i] {
				ports = append(ports, int(a.Port()))
			}
			if err := lab.Insert(group(name), map[string]any{"networkEndpointType": "GCE_VM_IP_PORT"}); err != nil {
				t.Fatal(err)
			}
			if err := lab.Attach(group(name), ports...); err != nil {
				t.Fatal(err)
			}
		}
		s.call(t, binary, fmt.Sprintf(`
variable "active_color" { default = "blue" }
module "shop" {
  source       = "./modules/gcp-url-map"
  name         = "web"
  active_color = var.active_color
  health_check = { request_path = "/health" }
  blue         = { version = "1.9.3", backends = [{ group = %q, balancing_mode = "RATE", max_rate_per_endpoint = 100 }] }
  green        = { version = "2.0.0", backends = [{ group = %q, balancing_mode = "RATE", max_rate_per_endpoint = 100 }], health = { timeout = "3s" } }
  steps        = [{ weight = 10, pause = "2s" }]
  bake         = "1s"
  drain        = "1s"
}
`, group("blue"), group("green")), "GOOGLE_PROJECT="+gcplb.Project, "GOOGLE_COMPUTE_CUSTOM_ENDPOINT="+lab.URL()+"/compute/v1/", "GOOGLE_OAUTH_ACCESS_TOKEN=lab")
		s.wantLines(t, 15)
		s.cutOver(t, life{inSteps: true, loses: true, url: func() string { return lab.Serving(s.output(t, "url_map_id")) }})
	})
}

func TestTrafficManagerModule(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		lab := azuretm.StartT(t, azuretm.Options{})
		s := &shop{fresh: true, dial: lab.Resolver().DialContext}
		s.blue, s.green = []*app.App{startApp(t, "blue")}, []*app.App{startApp(t, "green")}
		lab.Host("blue.example.net", s.blue[0].Addr())
		lab.Host("green.example.net", s.green[0].Addr())
		s.call(t, binary, `
variable "active_color" { default = "blue" }
module "shop" {
  source              = "./modules/azure-traffic-manager"
  name                = "web"
  active_color        = var.active_color
  resource_group_name = "shop"
  ttl                 = 0
  monitor_config      = { protocol = "HTTP", port = 80, path = "/health" }
  blue                = { version = "1.9.3", external_endpoint = { target = "blue.example.net", endpoint_location = "westeurope" } }
  green               = { version = "2.0.0", external_endpoint = { target = "green.example.net", endpoint_location = "westeurope" }, health = { timeout = "3s" } }
  steps               = [{ weight = 10, pause = "2s" }]
  bake                = "1s"
  drain               = "1s"
}
`, azurerm.EndpointVariable+"="+lab.URL())
		s.wantLines(t, 15)
		s.configure(t, fmt.Sprintf(`
terraform {
  required_providers {
    bluegreen = {
      source = "terraform-bluegreen/bluegreen"
    }
  }
}

provider "azurerm" {
  subscription_id = %q
  features {}
}

provider "bluegreen" {
  azure = { endpoint = %q, access_token = %q }
}
`, azuretm.Subscription, lab.URL(), azuretm.Token))
		s.cutOver(t, life{inSteps: true, unfit: []string{"Degraded"}, url: func() string { return "http://" + s.output(t, "fqdn") }})
	})
}
