package azurerm

import (
	"os"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// ids are the IDs of types, below the subscription.
var ids = map[string]string{
	"azurerm_container_app":                   "${group}/Microsoft.App/containerApps/${name}",
	"azurerm_dns_cname_record":                "${group}/Microsoft.Network/dnsZones/${zone_name}/CNAME/${name}",
	"azurerm_dns_zone":                        "${group}/Microsoft.Network/dnsZones/${name}",
	"azurerm_lb":                              "${group}/Microsoft.Network/loadBalancers/${name}",
	"azurerm_linux_virtual_machine_scale_set": "${group}/Microsoft.Compute/virtualMachineScaleSets/${name}",
	"azurerm_linux_web_app":                   "${group}/Microsoft.Web/sites/${name}",
	"azurerm_public_ip":                       "${group}/Microsoft.Network/publicIPAddresses/${name}",
	"azurerm_resource_group":                  "/resourceGroups/${name}",
	"azurerm_service_plan":                    "${group}/Microsoft.Web/serverFarms/${name}",
	"azurerm_traffic_manager_profile":         "${group}/Microsoft.Network/trafficManagerProfiles/${name}",
	"data.azurerm_resource_group":             "/resourceGroups/${name}",
}

func (a *account) id(kind string, o plugin.Object) string {
	path := strings.Replace(ids[kind], "${group}", "/resourceGroups/${resource_group_name}/providers", 1)
	return "/subscriptions/" + a.subscription + os.Expand(path, o.Text)
}

// invent makes a computed value up.
func (a *account) invent(kind, attribute string, o plugin.Object) any {
	switch attribute {
	case "id":
		return a.id(kind, o)
	case "subscription_id":
		return a.subscription
	case "tenant_id":
		return a.tenant
	case "client_id", "object_id":
		return a.client
	case "location": // of what takes that of another resource
		return "westeurope"
	case "default_hostname":
		return o.Text("name") + ".azurewebsites.net"
	case "fqdn":
		return o.Text("name") + ".example.com"
	case "ip_address": // of the addresses that documentation uses
		return "203.0.113.1"
	default:
		return nil
	}
}
