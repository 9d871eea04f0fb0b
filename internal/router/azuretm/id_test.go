package azuretm

import (
	"strings"
	"testing"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
)

const (
	group   = "/subscriptions/0000-1/resourceGroups/Shop"
	profile = group + "/providers/Microsoft.Network/trafficManagerProfiles/shop"
)

func TestParseProfileID(t *testing.T) {
	for _, text := range []string{profile, strings.ToLower(profile), strings.Replace(profile, "trafficManager", "TRAFFICMANAGER", 1)} {
		id, err := parseProfileID(text)
		if err != nil || id.subscription != "0000-1" || !strings.EqualFold(id.group, "Shop") || id.name != "shop" || id.String() != text || id.Key() != "0000-1/shop/shop" {
			t.Errorf("parseProfileID(%q) = %+v, %v", text, id, err)
		}
	}
	for text, cure := range map[string]string{
		"":     "not an ID of Azure",
		"shop": "not an ID of Azure",
		group:  "looks like",
		"/providers/Microsoft.Network/trafficManagerProfiles/shop":                                         "in no resource group",
		"/subscriptions/0000-1/providers/Microsoft.Network/trafficManagerProfiles/shop":                    "in no resource group",
		group + "/providers/Microsoft.Web/sites/x/providers/Microsoft.Network/trafficManagerProfiles/shop": "in no resource group",
		profile + "/AzureEndpoints/blue":                                                                   "name its profile, " + profile,
		profile + "/heatMaps/default":                                                                      "looks like",
		group + "/providers/Microsoft.Network/loadBalancers/shop":                                          "is a Microsoft.Network/loadBalancers",
	} {
		if _, err := parseProfileID(text); err == nil || !strings.Contains(err.Error(), cure) {
			t.Errorf("parseProfileID(%q) = %v, want %q", text, err, cure)
		}
	}
}

func TestParseEndpointID(t *testing.T) {
	for text, kind := range map[string]tm.EndpointType{
		profile + "/AzureEndpoints/blue":                   tm.EndpointTypeAzureEndpoints,
		profile + "/externalEndpoints/blue":                tm.EndpointTypeExternalEndpoints,
		strings.ToLower(profile + "/nestedEndpoints/blue"): tm.EndpointTypeNestedEndpoints,
	} {
		id, err := parseEndpointID(text)
		if err != nil || id.kind != kind || id.name != "blue" || id.profile.Key() != "0000-1/shop/shop" {
			t.Errorf("parseEndpointID(%q) = %+v, %v", text, id, err)
		}
	}
	for text, cure := range map[string]string{
		"blue": "not an ID of Azure",
		"/subscriptions/0000-1/providers/Microsoft.Network/trafficManagerProfiles/shop/AzureEndpoints/blue": "in no resource group",
		profile:                       "is a profile",
		profile + "/heatMaps/default": "looks like",
		group + "/providers/Microsoft.Web/sites/blue":                     "is a Microsoft.Web/sites",
		group + "/providers/Microsoft.Network/loadBalancers/shop/rules/r": "looks like",
	} {
		if _, err := parseEndpointID(text); err == nil || !strings.Contains(err.Error(), cure) {
			t.Errorf("parseEndpointID(%q) = %v, want %q", text, err, cure)
		}
	}
}

func TestImport(t *testing.T) {
	if block, ok := parseImport(profile); !ok || block.ProfileIDs[0] != profile {
		t.Errorf("parseImport = %v, %t", block, ok)
	}
	if _, ok := parseImport(profile + "/AzureEndpoints/blue"); ok {
		t.Error("an endpoint was imported")
	}
}
