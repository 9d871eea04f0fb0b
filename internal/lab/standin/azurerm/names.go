package azurerm

import (
	"slices"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// How the API calls what the provider's arguments are.
var (
	profileKeys = map[string]string{
		"max_return": "maxReturn", "profile_status": "profileStatus", "traffic_routing_method": "trafficRoutingMethod",
	}
	dnsKeys     = map[string]string{"relative_name": "relativeName", "ttl": "ttl"}
	monitorKeys = map[string]string{
		"interval_in_seconds": "intervalInSeconds", "path": "path", "port": "port", "protocol": "protocol",
		"timeout_in_seconds": "timeoutInSeconds", "tolerated_number_of_failures": "toleratedNumberOfFailures",
	}
	endpointKeys = map[string]string{
		"endpoint_location": "endpointLocation", "geo_mappings": "geoMapping", "minimum_child_endpoints": "minChildEndpoints",
		"minimum_required_child_endpoints_ipv4": "minChildEndpointsIPv4", "minimum_required_child_endpoints_ipv6": "minChildEndpointsIPv6",
		"priority": "priority", "target": "target", "target_resource_id": "targetResourceId", "weight": "weight",
	}
)

// nested is the family of endpoints that are profiles.
const nested = "NestedEndpoints"

// families are the arguments that only some endpoints have.
var families = map[string][]string{
	"endpoint_location":                     {"ExternalEndpoints", nested},
	"minimum_child_endpoints":               {nested},
	"minimum_required_child_endpoints_ipv4": {nested},
	"minimum_required_child_endpoints_ipv6": {nested},
	"target":                                {"ExternalEndpoints"},
	"target_resource_id":                    {"AzureEndpoints", nested},
}

func has(family, argument string) bool {
	only, ok := families[argument]
	return !ok || slices.Contains(only, family)
}

// move is what is given of a block, under the API's names; unmove is the way
// back.
func move(o plugin.Object, names map[string]string) plugin.Object {
	moved := plugin.Object{}
	for name, key := range names {
		if o.Has(name) {
			moved[key] = o[name]
		}
	}
	return moved
}

func unmove(o plugin.Object, names map[string]string) plugin.Object {
	moved := plugin.Object{}
	for name, key := range names {
		moved[name] = o[key]
	}
	return moved
}

func headers(o plugin.Object) []plugin.Object {
	return append([]plugin.Object{}, o.Blocks("custom_header")...)
}

// enabled is how the API says that something is on.
const enabled = "Enabled"

func status(on bool) string {
	if on {
		return enabled
	}
	return "Disabled"
}
