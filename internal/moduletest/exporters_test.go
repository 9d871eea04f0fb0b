package moduletest

import (
	"fmt"
	"strings"
)

// exporter is one whose metrics the modules know, as it writes them.
type exporter struct {
	kind   string
	labels map[string]string // what tells its colors apart
	custom map[string]any
	shape  func(color, pod string) shape
	mean   bool // its latency is an average
}

// exporters are written by the names and labels that each has in its own
// documentation and in what people run; see the sources in modules/queries.
var exporters = map[string]exporter{
	"haproxy_backend": {
		kind: "haproxy", labels: map[string]string{"proxy": "{{color}}-backend"}, mean: true,
		shape: func(color, pod string) shape {
			series := func(name, more string) string {
				return fmt.Sprintf(`haproxy_backend_%s{job="haproxy",instance=%q,proxy="%s-backend"%s}`, name, pod, color, more)
			}
			return shape{
				good: series("http_responses_total", `,code="2xx"`), bad: []string{series("http_responses_total", `,code="5xx"`)},
				average: series("response_time_average_seconds", ""), open: series("current_sessions", ""),
				noise: []string{
					fmt.Sprintf(`haproxy_backend_http_responses_total{job="haproxy",instance=%q,proxy="%s-backend-of-another",code="5xx"}`, pod, color),
					fmt.Sprintf(`haproxy_server_http_responses_total{job="haproxy",instance=%q,proxy="%s-backend",server="one",code="5xx"}`, pod, color),
				},
			}
		},
	},
	"haproxy_server": {
		kind: "haproxy", labels: map[string]string{"proxy": "shop", "server": "=~{{color}}-[a-z]"}, mean: true,
		shape: func(color, pod string) shape {
			series := func(name, more string) string {
				return fmt.Sprintf(`haproxy_server_%s{job="haproxy",instance="lb1",proxy="shop",server="%s-%s"%s}`, name, color, pod, more)
			}
			return shape{
				good:    series("http_responses_total", `,code="2xx"`),
				bad:     []string{series("http_responses_total", `,code="5xx"`), series("connection_errors_total", ""), series("response_errors_total", "")},
				average: series("response_time_average_seconds", ""), open: series("current_sessions", ""),
				noise: []string{fmt.Sprintf(`haproxy_backend_http_responses_total{job="haproxy",instance="lb1",proxy="shop",color="%s-%s",code="5xx"}`, color, pod)},
			}
		},
	},
	"nginx_ingress": {
		kind: "nginx_ingress", labels: map[string]string{"exported_namespace": "shop", "exported_service": "shop-{{color}}"},
		shape: func(color, pod string) shape {
			common := fmt.Sprintf(`controller_class="k8s.io/ingress-nginx",controller_pod=%q,exported_namespace="shop",ingress="shop",exported_service="shop-%s",canary="",host="shop.example",method="GET",path="/"`, pod, color)
			return shape{
				good: fmt.Sprintf(`nginx_ingress_controller_requests{%s,status="200"}`, common),
				bad:  []string{fmt.Sprintf(`nginx_ingress_controller_requests{%s,status="503"}`, common)},
				buckets: func(le string) string {
					return fmt.Sprintf(`nginx_ingress_controller_request_duration_seconds_bucket{%s,status="200",le=%q}`, common, le)
				},
				unit:  1,
				noise: []string{fmt.Sprintf(`nginx_ingress_controller_requests{controller_pod=%q,exported_namespace="other",exported_service="shop-%s",status="500"}`, pod, color)},
			}
		},
	},
	"nginx_vts": {
		kind: "nginx_vts", labels: map[string]string{"upstream": "{{color}}_backend"},
		shape: func(color, pod string) shape {
			common := fmt.Sprintf(`job="nginx",upstream="%s_backend",backend=%q`, color, pod)
			return shape{
				good: fmt.Sprintf(`nginx_vts_upstream_requests_total{%s,code="2xx"}`, common),
				bad:  []string{fmt.Sprintf(`nginx_vts_upstream_requests_total{%s,code="5xx"}`, common)},
				buckets: func(le string) string {
					return fmt.Sprintf(`nginx_vts_upstream_response_duration_seconds_bucket{%s,le=%q}`, common, le)
				},
				unit:  1,
				noise: []string{fmt.Sprintf(`nginx_vts_upstream_requests_total{%s,code="total"}`, common)},
			}
		},
	},
	"envoy": {
		kind: "envoy", labels: map[string]string{"envoy_cluster_name": "shop_{{color}}"},
		shape: func(color, pod string) shape {
			common := fmt.Sprintf(`job="envoy",instance=%q,envoy_cluster_name="shop_%s"`, pod, color)
			return shape{
				good: fmt.Sprintf(`envoy_cluster_upstream_rq_xx{%s,envoy_response_code_class="2"}`, common),
				bad:  []string{fmt.Sprintf(`envoy_cluster_upstream_rq_xx{%s,envoy_response_code_class="5"}`, common)},
				buckets: func(le string) string {
					return fmt.Sprintf(`envoy_cluster_upstream_rq_time_bucket{%s,le=%q}`, common, le)
				},
				unit: 1000, open: fmt.Sprintf(`envoy_cluster_upstream_cx_active{%s}`, common),
				noise: []string{fmt.Sprintf(`envoy_cluster_external_upstream_rq_xx{%s,envoy_response_code_class="5"}`, common)},
			}
		},
	},
	"istio": {
		kind: "istio", labels: map[string]string{"destination_workload_namespace": "shop", "destination_workload": "shop-{{color}}"},
		shape: func(color, pod string) shape {
			common := fmt.Sprintf(`pod=%q,source_workload="gateway",destination_workload_namespace="shop",destination_workload="shop-%s",request_protocol="http",connection_security_policy="mutual_tls"`, pod, color)
			return shape{
				good: fmt.Sprintf(`istio_requests_total{reporter="destination",%s,response_code="200",response_flags="-"}`, common),
				bad:  []string{fmt.Sprintf(`istio_requests_total{reporter="destination",%s,response_code="500",response_flags="-"}`, common), fmt.Sprintf(`istio_requests_total{reporter="destination",%s,response_code="503",response_flags="UF"}`, common)},
				buckets: func(le string) string {
					return fmt.Sprintf(`istio_request_duration_milliseconds_bucket{reporter="destination",%s,response_code="200",le=%q}`, common, le)
				},
				unit:  1000,
				noise: []string{fmt.Sprintf(`istio_requests_total{reporter="source",%s,response_code="503",response_flags="UH"}`, common)},
			}
		},
	},
	"linkerd": {
		kind: "linkerd", labels: map[string]string{"namespace": "shop", "deployment": "shop-{{color}}"},
		shape: func(color, pod string) shape {
			common := fmt.Sprintf(`pod=%q,namespace="shop",deployment="shop-%s",tls="true"`, pod, color)
			return shape{
				good: fmt.Sprintf(`response_total{direction="inbound",%s,classification="success",status_code="200"}`, common),
				bad:  []string{fmt.Sprintf(`response_total{direction="inbound",%s,classification="failure",status_code="500"}`, common)},
				buckets: func(le string) string {
					return fmt.Sprintf(`response_latency_ms_bucket{direction="inbound",%s,status_code="200",le=%q}`, common, le)
				},
				unit: 1000, open: fmt.Sprintf(`tcp_open_connections{direction="inbound",%s,peer="src"}`, common),
				noise: []string{
					fmt.Sprintf(`response_total{direction="inbound",%s,classification="success",status_code="200",route_kind="default",route_name="probe"}`, common),
					fmt.Sprintf(`response_total{direction="outbound",%s,classification="failure",status_code="503",dst_service="db"}`, common),
					fmt.Sprintf(`tcp_open_connections{direction="inbound",%s,peer="dst"}`, common),
				},
			}
		},
	},
	"opentelemetry": {
		kind: "opentelemetry", labels: map[string]string{"job": "shop", "deployment_environment_name": "{{color}}"},
		shape: func(color, pod string) shape {
			common := fmt.Sprintf(`job="shop",instance=%q,deployment_environment_name=%q,http_request_method="GET",http_route="/",network_protocol_version="1.1",url_scheme="http"`, pod, color)
			return shape{
				good: fmt.Sprintf(`http_server_request_duration_seconds_count{%s,http_response_status_code="200"}`, common),
				bad:  []string{fmt.Sprintf(`http_server_request_duration_seconds_count{%s,http_response_status_code="500",error_type="500"}`, common)},
				buckets: func(le string) string {
					return fmt.Sprintf(`http_server_request_duration_seconds_bucket{%s,http_response_status_code="200",le=%q}`, common, le)
				},
				unit: 1, open: fmt.Sprintf(`http_server_active_requests{%s}`, common),
				noise: []string{fmt.Sprintf(`http_client_request_duration_seconds_count{%s,http_response_status_code="500"}`, common)},
			}
		},
	},
	"custom": {
		kind: "custom", labels: map[string]string{"environment": "{{color}}"},
		custom: map[string]any{
			"requests": "http_requests_total", "errors": map[string]string{"status": "=~5.."}, "latency": "http_request_duration_seconds", "open": "http_requests_open",
		},
		shape: func(color, pod string) shape {
			common := fmt.Sprintf(`instance=%q,environment=%q`, pod, color)
			return shape{
				good: fmt.Sprintf(`http_requests_total{%s,status="200"}`, common),
				bad:  []string{fmt.Sprintf(`http_requests_total{%s,status="500"}`, common)},
				buckets: func(le string) string {
					return fmt.Sprintf(`http_request_duration_seconds_bucket{%s,le=%q}`, common, le)
				},
				unit: 1, open: fmt.Sprintf(`http_requests_open{%s}`, common),
			}
		},
	},
	"google_lb":          google("google_lb", "https_lb_rule", "https_backend_request_count", "https_backend_latencies"),
	"google_lb_regional": google("google_lb_regional", "http_external_regional_lb_rule", "https_external_regional_backend_request_count", "https_external_regional_backend_latencies"),
	"google_lb_internal": google("google_lb_internal", "internal_http_lb_rule", "https_internal_request_count", "https_internal_backend_latencies"),
}

// google is Google Cloud Monitoring, as its PromQL has the metrics of a load
// balancer.
func google(kind, resource, requests, latencies string) exporter {
	return exporter{
		kind: kind, labels: map[string]string{"backend_target_name": "shop-{{color}}"},
		shape: func(color, zone string) shape {
			common := fmt.Sprintf(`monitored_resource=%q,project_id="shop",backend_target_name="shop-%s",backend_scope=%q,url_map_name="shop"`, resource, color, zone)
			prefix := "loadbalancing_googleapis_com:"
			return shape{
				good: fmt.Sprintf(`%s%s{%s,response_code_class="200"}`, prefix, requests, common),
				bad:  []string{fmt.Sprintf(`%s%s{%s,response_code_class="500"}`, prefix, requests, common)},
				buckets: func(le string) string {
					return fmt.Sprintf(`%s%s_bucket{%s,response_code_class="200",le=%q}`, prefix, latencies, common, le)
				},
				unit:  1000,
				noise: []string{fmt.Sprintf(`%s%s{%s,response_code_class="500"}`, prefix, requests, strings.Replace(common, resource, "another_resource", 1))},
			}
		},
	}
}

// apart are the labels of an exporter as of one whose names have no color in them:
// those that both colors have, and each color's own.
func (e exporter) apart() (both map[string]string, colors map[string]any) {
	both = map[string]string{}
	own := map[string]map[string]string{"blue": {}, "green": {}}
	for name, value := range e.labels {
		if !strings.Contains(value, "{{color}}") {
			both[name] = value
			continue
		}
		for color := range own {
			own[color][name] = strings.ReplaceAll(value, "{{color}}", color)
		}
	}
	return both, map[string]any{"blue": own["blue"], "green": own["green"]}
}

// arguments are those of a call of a module that asks for an exporter's metrics.
func (e exporter) arguments() call {
	arguments := call{"kind": e.kind, "labels": e.labels}
	if e.custom != nil {
		arguments["custom"] = e.custom
	}
	return arguments
}

// server is where an exporter's metrics are asked for; nil where that is known.
func (e exporter) server() any {
	if strings.HasPrefix(e.kind, "google_") {
		return nil
	}
	return map[string]any{"url": "http://prometheus.example"}
}
