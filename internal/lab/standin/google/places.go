package google

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// place is where resources of a type are in Google's API, and what is known of
// them.
type place struct {
	path  string // below the project, with ${region} and so on
	wired bool   // to a lab
	of    plugin.Type
}

var places = map[string]place{
	"google_compute_url_map":                       {"global/urlMaps/${name}", true, urlMapType},
	"google_compute_region_url_map":                {"regions/${region}/urlMaps/${name}", true, urlMapType},
	"google_compute_backend_service":               {"global/backendServices/${name}", true, serviceType},
	"google_compute_region_backend_service":        {"regions/${region}/backendServices/${name}", true, regionServiceType},
	"google_compute_health_check":                  {"global/healthChecks/${name}", true, checkType},
	"google_compute_region_health_check":           {"regions/${region}/healthChecks/${name}", true, checkType},
	"google_compute_region_network_endpoint_group": {"regions/${region}/networkEndpointGroups/${name}", true, groupType},

	"google_compute_autoscaler":                    {"zones/${zone}/autoscalers/${name}", false, plugin.Type{}},
	"google_compute_forwarding_rule":               {"regions/${region}/forwardingRules/${name}", false, plugin.Type{Computed: []string{"ip_address"}}},
	"google_compute_global_address":                {"global/addresses/${name}", false, plugin.Type{Computed: []string{"address"}}},
	"google_compute_global_forwarding_rule":        {"global/forwardingRules/${name}", false, plugin.Type{Computed: []string{"ip_address"}}},
	"google_compute_instance_group_manager":        {"zones/${zone}/instanceGroupManagers/${name}", false, plugin.Type{}},
	"google_compute_instance_template":             {"global/instanceTemplates/${name}", false, plugin.Type{ReplaceAll: true}},
	"google_compute_managed_ssl_certificate":       {"global/sslCertificates/${name}", false, plugin.Type{}},
	"google_compute_region_autoscaler":             {"regions/${region}/autoscalers/${name}", false, plugin.Type{}},
	"google_compute_region_instance_group_manager": {"regions/${region}/instanceGroupManagers/${name}", false, plugin.Type{}},
	"google_compute_target_http_proxy":             {"global/targetHttpProxies/${name}", false, plugin.Type{}},
	"google_compute_target_https_proxy":            {"global/targetHttpsProxies/${name}", false, plugin.Type{}},
	"google_cloud_run_v2_service":                  {"locations/${location}/services/${name}", false, plugin.Type{}},
	"google_dns_managed_zone":                      {"managedZones/${name}", false, plugin.Type{}},
	"google_dns_record_set":                        {"managedZones/${managed_zone}/rrsets/${name}/${type}", false, plugin.Type{}},
}

// sources are the data sources, of which none is wired. Their types have "data."
// before them.
var sources = map[string]place{
	"data.google_client_config":   {path: "regions/${region}/zones/${zone}"},
	"data.google_compute_network": {path: "global/networks/${name}", of: plugin.Type{Computed: []string{"project"}}},
	"data.google_project":         {of: plugin.Type{Computed: []string{"project_id"}}},
}

// The types that are wired, beyond what types adds to all.
var (
	urlMapType = plugin.Type{
		Conflicts: [][]string{{"default_service", "default_url_redirect"}, {"default_route_action", "default_url_redirect"}},
		Ranges: map[string][2]float64{
			"default_route_action.weighted_backend_services.weight":              {0, 1000},
			"path_matcher.default_route_action.weighted_backend_services.weight": {0, 1000},
		},
	}
	serviceType = plugin.Type{Defaults: map[string]any{
		"connection_draining_timeout_sec": 300, "load_balancing_scheme": "EXTERNAL",
		"backend.balancing_mode": "UTILIZATION", "backend.capacity_scaler": 1,
	}}
	regionServiceType = plugin.Type{Defaults: map[string]any{
		"connection_draining_timeout_sec": 0, "load_balancing_scheme": "INTERNAL", "backend.balancing_mode": "UTILIZATION",
	}}
	checkType = plugin.Type{
		Conflicts: [][]string{{
			"grpc_health_check", "http2_health_check", "http_health_check", "https_health_check", "ssl_health_check", "tcp_health_check",
		}},
		Defaults: map[string]any{
			"check_interval_sec": 5, "healthy_threshold": 2, "timeout_sec": 5, "unhealthy_threshold": 2,
			"http2_health_check.proxy_header": "NONE", "http2_health_check.request_path": "/",
			"http_health_check.proxy_header": "NONE", "http_health_check.request_path": "/",
			"https_health_check.proxy_header": "NONE", "https_health_check.request_path": "/",
			"ssl_health_check.proxy_header": "NONE", "tcp_health_check.proxy_header": "NONE",
		},
	}
	// Nothing of a group can be changed.
	groupType = plugin.Type{
		ReplaceAll: true, Keep: []string{"id", "timeouts"},
		Defaults: map[string]any{"network_endpoint_type": "SERVERLESS"},
	}
)

// expand puts the attributes of a resource into a path. What it leaves out is
// the provider's.
func (a *account) expand(path string, o plugin.Object) string {
	for name, otherwise := range map[string]string{
		"name": "standin-" + plugin.Hash("", o), "region": a.region, "zone": a.zone, "location": a.region, "managed_zone": "", "type": "",
	} {
		value := o.Text(name)
		if value == "" {
			value = otherwise
		}
		path = strings.ReplaceAll(path, "${"+name+"}", value[strings.LastIndex(value, "/")+1:])
	}
	return path
}

// id is a resource's ID in Terraform, which is its path in the API.
func (a *account) id(kind string, o plugin.Object) string {
	project := cmp.Or(o.Text("project"), o.Text("project_id"))
	if project == "" {
		project = a.project
	}
	at, ok := places[kind]
	if !ok {
		at = sources[kind]
	}
	return strings.TrimSuffix(fmt.Sprintf("projects/%s/%s", project, a.expand(at.path, o)), "/")
}

// invent makes a computed value up.
func (a *account) invent(kind, attribute string, o plugin.Object) any {
	switch attribute {
	case "id":
		return a.id(kind, o)
	case "project", "project_id":
		return a.project
	case "region":
		return a.region
	case "zone":
		return a.zone
	case "access_token":
		return a.token
	case "number", "numeric_id": // in digits, as Google has it
		return "123456789012"
	case "name":
		if project := o.Text("project_id"); kind == "data.google_project" {
			return cmp.Or(project, a.project)
		}
		return o.Text("name_prefix") + plugin.Hash(kind, o)
	case "name_prefix":
		return ""
	case "self_link", "self_link_unique":
		return link + a.id(kind, o)
	case "instance_group": // of a manager, which has the same name
		return strings.Replace(link+a.id(kind, o), "/instanceGroupManagers/", "/instanceGroups/", 1)
	case "ip_address", "address": // of the addresses that documentation uses
		return "203.0.113.1"
	default:
		return nil
	}
}

// link is the beginning of all self links.
const link = "https://www.googleapis.com/compute/v1/"
