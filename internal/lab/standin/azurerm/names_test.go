package azurerm

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	tm "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// Azure's SDK knows every name under which an argument is sent: what it read
// and wrote again is what was sent.
func TestNamesAreAzures(t *testing.T) {
	header := []plugin.Object{{"name": "host", "value": "example.com"}}
	through(t, profileBody(plugin.Object{
		"max_return": 2.0, "profile_status": "Enabled", "tags": plugin.Object{"a": "b"}, "traffic_routing_method": "MultiValue",
		"traffic_view_enabled": true, "dns_config": []plugin.Object{{"relative_name": "shop", "ttl": 30.0}},
		"monitor_config": []plugin.Object{{
			"expected_status_code_ranges": []any{"200-204"}, "interval_in_seconds": 30.0, "path": "/", "port": 80.0, "protocol": "HTTP",
			"timeout_in_seconds": 10.0, "tolerated_number_of_failures": 3.0, "custom_header": header,
		}},
	}), &tm.Profile{})
	through(t, endpointBody(plugin.Object{
		"always_serve_enabled": true, "enabled": false, "endpoint_location": "westeurope", "geo_mappings": []any{"WORLD"},
		"minimum_child_endpoints": 1.0, "minimum_required_child_endpoints_ipv4": 2.0, "minimum_required_child_endpoints_ipv6": 3.0,
		"priority": 4.0, "target": "example.com", "target_resource_id": "/subscriptions/1", "weight": 5.0, "custom_header": header,
		"subnet": []plugin.Object{{"first": "10.0.0.0", "last": "10.0.0.9", "scope": 8.0}},
	}), &tm.Endpoint{})
}

func through(t *testing.T, sent plugin.Object, model any) {
	t.Helper()
	text, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, model); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(model)
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(again, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("Azure's SDK makes of it\n%s\nand it was\n%s", again, text)
	}
}

// Every resource has its ID.
func TestEveryTypeHasAnID(t *testing.T) {
	facts, err := standin.Load("azurerm")
	if err != nil {
		t.Fatal(err)
	}
	for kind := range facts.Resources {
		if ids[kind] == "" && !strings.HasSuffix(kind, "_endpoint") {
			t.Errorf("%s has none", kind)
		}
	}
}

// The IDs are those that the provider gives.
func TestIDs(t *testing.T) {
	a := &account{subscription: "1"}
	o := plugin.Object{"name": "shop", "resource_group_name": "web", "zone_name": "example.com"}
	for kind, want := range map[string]string{
		"azurerm_resource_group":          "/subscriptions/1/resourceGroups/shop",
		"azurerm_linux_web_app":           "/subscriptions/1/resourceGroups/web/providers/Microsoft.Web/sites/shop",
		"azurerm_dns_cname_record":        "/subscriptions/1/resourceGroups/web/providers/Microsoft.Network/dnsZones/example.com/CNAME/shop",
		"azurerm_traffic_manager_profile": "/subscriptions/1/resourceGroups/web/providers/Microsoft.Network/trafficManagerProfiles/shop",
	} {
		if got := a.id(kind, o); got != want {
			t.Errorf("%s is %s, not %s", kind, got, want)
		}
		if got := segment(want, "RESOURCEGROUPS"); got != "web" && kind != "azurerm_resource_group" {
			t.Errorf("%s is in %q", want, got)
		}
	}
	if got := segment("/subscriptions/1", "resourceGroups"); got != "" {
		t.Errorf("there is a group %s", got)
	}
}
