# The names of each kind, and what is refused. What the queries answer is tried
# with a real Prometheus, in internal/moduletest.

variables {
  labels = { app = "shop-{{color}}" }
}

run "haproxy_backends" {
  command = plan
  variables {
    kind = "haproxy"
  }
  assert {
    condition     = output.measured.error_percent == "100 * ((sum(rate(haproxy_backend_http_responses_total{app=\"shop-{{color}}\",code=\"5xx\"}[2m])) or vector(0))) / ((sum(rate(haproxy_backend_http_responses_total{app=\"shop-{{color}}\"}[2m]))) > 0)"
    error_message = output.measured.error_percent
  }
  assert {
    condition     = output.latency_is == "average" && output.green.open == "sum(haproxy_backend_current_sessions{app=\"shop-green\"})"
    error_message = output.green.open
  }
}

run "haproxy_servers" {
  command = plan
  variables {
    kind   = "haproxy"
    labels = { proxy = "shop", server = "=~{{color}}[0-9]+" }
    window = "1m30s"
  }
  assert {
    condition     = strcontains(output.blue.errors_per_second, "sum(rate(haproxy_server_connection_errors_total{proxy=\"shop\",server=~\"blue[0-9]+\"}[1m30s]))")
    error_message = output.blue.errors_per_second
  }
}

run "nginx_ingress" {
  command = plan
  variables {
    kind = "nginx_ingress"
  }
  assert {
    condition     = output.blue.errors_per_second == "(sum(rate(nginx_ingress_controller_requests{app=\"shop-blue\",status=~\"5..\"}[2m])) or vector(0))"
    error_message = output.blue.errors_per_second
  }
}

run "nginx_vts" {
  command = plan
  variables {
    kind = "nginx_vts"
  }
  assert {
    condition     = output.blue.requests_per_second == "sum(rate(nginx_vts_upstream_requests_total{app=\"shop-blue\",code=~\"[1-5]xx\"}[2m]))"
    error_message = output.blue.requests_per_second
  }
}

run "envoy" {
  command = plan
  variables {
    kind      = "envoy"
    quantiles = [0.95]
  }
  assert {
    condition     = output.green.latency["0.95"] == "histogram_quantile(0.95, sum by (le) (rate(envoy_cluster_upstream_rq_time_bucket{app=\"shop-green\"}[2m]))) / 1000 and on () (sum(rate(envoy_cluster_upstream_rq_time_bucket{app=\"shop-green\",le=\"+Inf\"}[2m])) > 0)"
    error_message = output.green.latency["0.95"]
  }
  assert {
    condition     = keys(output.green.latency) == ["0.95"] && output.latency_is == "quantile"
    error_message = "quantiles"
  }
}

run "istio_counts_once" {
  command = plan
  variables {
    kind = "istio"
  }
  assert {
    condition     = output.green.requests == "sum(increase(istio_requests_total{app=\"shop-green\",reporter=\"destination\"}[2m]))" && output.green.open == null
    error_message = output.green.requests
  }
}

run "istio_by_another_reporter" {
  command = plan
  variables {
    kind   = "istio"
    labels = { reporter = "waypoint", destination_workload = "shop-{{color}}" }
  }
  assert {
    condition     = strcontains(output.green.requests, "reporter=\"waypoint\"") && !strcontains(output.green.requests, "destination\"")
    error_message = output.green.requests
  }
}

run "linkerd" {
  command = plan
  variables {
    kind = "linkerd"
  }
  assert {
    condition     = output.blue.open == "sum(tcp_open_connections{app=\"shop-blue\",direction=\"inbound\",route_name!=\"probe\",peer=\"src\"})"
    error_message = output.blue.open
  }
}

run "opentelemetry" {
  command = plan
  variables {
    kind   = "opentelemetry"
    window = "$__rate_interval"
  }
  assert {
    condition     = output.blue.requests_per_second == "sum(rate(http_server_request_duration_seconds_count{app=\"shop-blue\"}[$__rate_interval]))"
    error_message = output.blue.requests_per_second
  }
}

run "google" {
  command = plan
  variables {
    kind = "google_lb_regional"
  }
  assert {
    condition     = strcontains(output.blue.errors_per_second, "loadbalancing_googleapis_com:https_external_regional_backend_request_count{app=\"shop-blue\",monitored_resource=\"http_external_regional_lb_rule\",response_code_class=\"500\"}")
    error_message = output.blue.errors_per_second
  }
}

run "custom" {
  command = plan
  variables {
    kind   = "custom"
    custom = { requests = "hits_total", errors = { code = "=~5..|error", path = "!=/health" }, latency = "hit_seconds", open = "hits_open" }
  }
  assert {
    condition     = output.blue.errors_per_second == "(sum(rate(hits_total{app=\"shop-blue\",code=~\"5..|error\",path!=\"/health\"}[2m])) or vector(0))"
    error_message = output.blue.errors_per_second
  }
}

run "custom_without_latency" {
  command = plan
  variables {
    kind   = "custom"
    custom = { requests = "hits_total", errors = { code = "=~5.." } }
  }
  assert {
    condition     = output.latency_is == "none" && length(output.blue.latency) == 0 && output.blue.open == null
    error_message = output.latency_is
  }
}

run "names_without_a_color" {
  command = plan
  variables {
    kind         = "linkerd"
    labels       = { namespace = "shop" }
    color_labels = { blue = { deployment = "old" }, green = { deployment = "=~new-.*" } }
  }
  assert {
    condition     = output.green.open == "sum(tcp_open_connections{deployment=~\"new-.*\",direction=\"inbound\",namespace=\"shop\",route_name!=\"probe\",peer=\"src\"})"
    error_message = output.green.open
  }
  assert {
    condition     = strcontains(output.measured.open, "deployment=\"old\"") && strcontains(output.measured.open, "deployment=~\"new-.*\"") && strcontains(output.measured.open, "\"{{color}}\"")
    error_message = output.measured.open
  }
}

run "quotes_stay_inside" {
  command = plan
  variables {
    kind   = "envoy"
    labels = { envoy_cluster_name = "a\"} or vector(0) #{{color}}\\" }
  }
  assert {
    condition     = output.blue.open == "sum(envoy_cluster_upstream_cx_active{envoy_cluster_name=\"a\\\"} or vector(0) #blue\\\\\"})"
    error_message = output.blue.open
  }
}

run "unknown_kind" {
  command = plan
  variables {
    kind = "apache"
  }
  expect_failures = [var.kind]
}

run "label_name" {
  command = plan
  variables {
    kind   = "envoy"
    labels = { "envoy-cluster" = "{{color}}" }
  }
  expect_failures = [var.labels]
}

run "label_of_two_lines" {
  command = plan
  variables {
    kind   = "envoy"
    labels = { cluster = "{{color}}\n" }
  }
  expect_failures = [var.labels]
}

run "misspelt_placeholder" {
  command = plan
  variables {
    kind   = "envoy"
    labels = { cluster = "{{colour}}" }
  }
  expect_failures = [var.labels]
}

run "nothing_tells_apart" {
  command = plan
  variables {
    kind   = "envoy"
    labels = { cluster = "shop" }
  }
  expect_failures = [output.measured]
}

run "color_label_name" {
  command = plan
  variables {
    kind         = "envoy"
    color_labels = { blue = { "a b" = "1" }, green = { a = "2" } }
  }
  expect_failures = [var.color_labels]
}

run "color_labels_alike" {
  command = plan
  variables {
    kind         = "envoy"
    color_labels = { blue = { a = "1" }, green = { a = "1" } }
  }
  expect_failures = [var.color_labels]
}

run "color_labels_with_placeholder" {
  command = plan
  variables {
    kind         = "envoy"
    color_labels = { blue = { a = "{{color}}" }, green = { a = "1" } }
  }
  expect_failures = [var.color_labels]
}

run "custom_missing" {
  command = plan
  variables {
    kind = "custom"
  }
  expect_failures = [output.measured]
}

run "custom_with_another_kind" {
  command = plan
  variables {
    kind   = "envoy"
    custom = { requests = "hits_total", errors = { code = "500" } }
  }
  expect_failures = [output.measured]
}

run "custom_name" {
  command = plan
  variables {
    kind   = "custom"
    custom = { requests = "rate(hits_total[1m])", errors = { code = "500" } }
  }
  expect_failures = [var.custom]
}

run "custom_errors" {
  command = plan
  variables {
    kind   = "custom"
    custom = { requests = "hits_total", errors = {} }
  }
  expect_failures = [var.custom]
}

run "custom_unit" {
  command = plan
  variables {
    kind   = "custom"
    custom = { requests = "hits_total", errors = { code = "500" }, latency_unit = "us" }
  }
  expect_failures = [var.custom]
}

run "window" {
  command = plan
  variables {
    kind   = "envoy"
    window = "1.5m"
  }
  expect_failures = [var.window]
}

run "window_of_nothing" {
  command = plan
  variables {
    kind   = "envoy"
    window = ""
  }
  expect_failures = [var.window]
}

run "quantiles" {
  command = plan
  variables {
    kind      = "envoy"
    quantiles = [0.5, 99]
  }
  expect_failures = [var.quantiles]
}
