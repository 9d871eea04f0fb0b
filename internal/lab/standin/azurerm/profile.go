package azurerm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// profiles are azurerm_traffic_manager_profile.
type profiles struct{ *account }

var profileType = plugin.Type{
	Replace:  []string{"name", "resource_group_name", "dns_config.relative_name"},
	Computed: []string{"profile_status"},
	Defaults: map[string]any{
		"traffic_view_enabled": false, "monitor_config.interval_in_seconds": 30, "monitor_config.timeout_in_seconds": 10,
		"monitor_config.tolerated_number_of_failures": 3,
	},
	Ranges: map[string][2]float64{
		"dns_config.ttl": {0, 2147483647}, "monitor_config.port": {1, 65535}, "max_return": {1, 8},
		"monitor_config.tolerated_number_of_failures": {0, 9}, "monitor_config.timeout_in_seconds": {5, 10},
	},
}

// Create implements plugin.Remote.
func (p profiles) Create(ctx context.Context, o plugin.Object) (plugin.Object, error) {
	id := p.id("azurerm_traffic_manager_profile", o)
	made, err := p.call(ctx, http.MethodPut, id, profileBody(o))
	if err != nil {
		return nil, err
	}
	return profileObject(id, made), nil
}

func profileBody(o plugin.Object) plugin.Object {
	dns, monitor := o.Block("dns_config"), o.Block("monitor_config")
	checks := move(monitor, monitorKeys)
	checks["customHeaders"] = headers(monitor)
	ranges := []plugin.Object{}
	for _, text := range monitor.Texts("expected_status_code_ranges") {
		low, high, _ := strings.Cut(text, "-")
		ranges = append(ranges, plugin.Object{"min": number(low), "max": number(high)})
	}
	checks["expectedStatusCodeRanges"] = ranges
	properties := move(o, profileKeys)
	properties["dnsConfig"], properties["monitorConfig"] = move(dns, dnsKeys), checks
	properties["trafficViewEnrollmentStatus"] = status(o.Bool("traffic_view_enabled"))
	return plugin.Object{"location": "global", "tags": o.Map("tags"), "properties": properties}
}

func number(text string) int {
	n, _ := strconv.Atoi(text) // what is no number the API refuses
	return n
}

// Read implements plugin.Remote.
func (p profiles) Read(ctx context.Context, state plugin.Object) (plugin.Object, error) {
	found, err := p.call(ctx, http.MethodGet, state.Text("id"), nil)
	switch {
	case errors.Is(err, errNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	o := profileObject(state.Text("id"), found)
	if len(o.Map("tags")) == 0 && !state.Has("tags") {
		delete(o, "tags")
	}
	return o, nil
}

func profileObject(id string, found plugin.Object) plugin.Object {
	properties := found.Block("properties")
	dns, monitor := properties.Block("dnsConfig"), properties.Block("monitorConfig")
	checks := unmove(monitor, monitorKeys)
	checks["custom_header"] = monitor.Blocks("customHeaders")
	ranges := []string{}
	for _, one := range monitor.Blocks("expectedStatusCodeRanges") {
		ranges = append(ranges, fmt.Sprintf("%g-%g", one.Number("min"), one.Number("max")))
	}
	if len(ranges) > 0 {
		checks["expected_status_code_ranges"] = ranges
	}
	o := unmove(properties, profileKeys)
	o["id"], o["name"], o["resource_group_name"] = id, found.Text("name"), segment(id, "resourceGroups")
	o["fqdn"], o["tags"] = dns.Text("fqdn"), found.Map("tags")
	o["traffic_view_enabled"] = properties.Text("trafficViewEnrollmentStatus") == enabled
	o["dns_config"], o["monitor_config"] = []plugin.Object{unmove(dns, dnsKeys)}, []plugin.Object{checks}
	return o
}

// Update implements plugin.Remote. A profile's endpoints stay as they are.
func (p profiles) Update(ctx context.Context, _, planned plugin.Object) (plugin.Object, error) {
	_, err := p.call(ctx, http.MethodPatch, planned.Text("id"), profileBody(planned))
	return nil, err
}

// Delete implements plugin.Remote.
func (p profiles) Delete(ctx context.Context, state plugin.Object) error {
	return p.remove(ctx, state.Text("id"))
}
