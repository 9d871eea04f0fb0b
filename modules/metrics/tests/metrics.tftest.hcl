# What the analysis has for each kind, and what is refused. What the queries answer
# is tried with a real Prometheus, in internal/moduletest.

variables {
  kind       = "istio"
  labels     = { destination_workload = "shop-{{color}}" }
  prometheus = { url = "http://prometheus:9090" }
}

run "defaults" {
  command = plan
  assert {
    condition     = keys(output.analysis.metrics) == ["error_percent"] && output.analysis.metrics.error_percent.max == 1 && output.analysis.metrics.error_percent.min_samples == 20
    error_message = jsonencode(output.analysis)
  }
  assert {
    condition     = output.analysis.interval == "10s" && output.analysis.warm_up == "2m" && output.analysis.failure_limit == 1 && output.analysis.inconclusive_limit == 3 && output.analysis.on_failure == "rollback"
    error_message = jsonencode(output.analysis)
  }
  assert {
    condition     = output.analysis.metrics.error_percent.prometheus.sample_query == "sum(increase(istio_requests_total{destination_workload=\"shop-{{color}}\",reporter=\"destination\"}[2m]))"
    error_message = output.analysis.metrics.error_percent.prometheus.sample_query
  }
}

run "everything" {
  command = plan
  variables {
    max_error_percent  = 0.5
    max_latency        = "1.5s"
    max_latency_ratio  = 1.2
    latency_quantile   = 0.95
    min_requests       = 100
    window             = "1m30s"
    interval           = "30s"
    warm_up            = "0s"
    failure_limit      = 0
    inconclusive_limit = 6
    on_failure         = "hold"
    dry_run            = true
    prometheus = {
      url              = "https://mimir.example/prometheus"
      tenant           = "shop"
      timeout          = "5s"
      bearer_token_env = "METRICS_TOKEN"
      headers          = { "X-Team" = "shop" }
      headers_env      = { "X-Key" = "METRICS_KEY" }
      tls              = { ca_cert = "pem" }
    }
  }
  assert {
    condition     = output.analysis.metrics.latency.max == 1.5 && output.analysis.metrics.latency.max_ratio_to_other == 1.2 && output.analysis.metrics.latency.min_samples == 100 && output.analysis.metrics.latency.dry_run
    error_message = jsonencode(output.analysis)
  }
  assert {
    condition     = strcontains(output.analysis.metrics.latency.prometheus.query, "histogram_quantile(0.95, ") && strcontains(output.analysis.metrics.latency.prometheus.query, "[1m30s]")
    error_message = output.analysis.metrics.latency.prometheus.query
  }
  assert {
    condition     = output.analysis.metrics.error_percent.prometheus.tenant == "shop" && output.analysis.metrics.error_percent.prometheus.tls.ca_cert == "pem" && output.analysis.metrics.error_percent.prometheus.headers["X-Team"] == "shop"
    error_message = jsonencode(output.analysis)
  }
  assert {
    condition     = output.analysis.interval == "30s" && output.analysis.warm_up == "0s" && output.analysis.failure_limit == 0 && output.analysis.inconclusive_limit == 6 && output.analysis.on_failure == "hold"
    error_message = jsonencode(output.analysis)
  }
}

run "latency_alone" {
  command = plan
  variables {
    max_error_percent = null
    max_latency       = "250ms"
    min_requests      = 0
  }
  assert {
    condition     = keys(output.analysis.metrics) == ["latency"] && output.analysis.metrics.latency.max == 0.25 && output.analysis.metrics.latency.min_samples == null && output.analysis.metrics.latency.prometheus.sample_query == null
    error_message = jsonencode(output.analysis)
  }
}

run "names_without_a_color" {
  command = plan
  variables {
    labels       = {}
    color_labels = { blue = { destination_workload = "old" }, green = { destination_workload = "new" } }
  }
  assert {
    condition     = strcontains(output.analysis.metrics.error_percent.prometheus.query, "\"{{color}}\"")
    error_message = output.analysis.metrics.error_percent.prometheus.query
  }
}

run "custom" {
  command = plan
  variables {
    kind   = "custom"
    labels = { color = "{{color}}" }
    custom = { requests = "hits_total", errors = { status = "=~5.." } }
  }
  assert {
    condition     = strcontains(output.analysis.metrics.error_percent.prometheus.query, "hits_total{color=\"{{color}}\",status=~\"5..\"}")
    error_message = output.analysis.metrics.error_percent.prometheus.query
  }
}

run "google" {
  command = plan
  variables {
    kind        = "google_lb"
    prometheus  = null
    labels      = { backend_target_name = "shop-{{color}}" }
    google      = { project = "shop", timeout = "5s" }
    max_latency = "1s"
  }
  assert {
    condition     = output.analysis.metrics.latency.google_cloud_monitoring.project == "shop" && strcontains(output.analysis.metrics.latency.google_cloud_monitoring.query, "loadbalancing_googleapis_com:https_backend_latencies_bucket{backend_target_name=\"shop-{{color}}\",monitored_resource=\"https_lb_rule\"}[5m]")
    error_message = jsonencode(output.analysis)
  }
  assert {
    condition     = output.analysis.warm_up == "5m" && !can(output.analysis.metrics.error_percent.prometheus)
    error_message = jsonencode(output.analysis)
  }
}

run "cloudwatch_alb" {
  command = plan
  variables {
    kind       = "cloudwatch_alb"
    labels     = {}
    prometheus = null
    cloudwatch = {
      load_balancer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/0123456789abcdef"
      target_groups = { blue = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/b/1", green = "targetgroup/g/2" }
      region        = "eu-west-1"
    }
    max_latency      = "2s"
    latency_quantile = 0.999
  }
  assert {
    condition     = output.analysis.metrics.error_percent.cloudwatch.expression == "100 * (FILL({{color}}_errors, 0) + FILL({{color}}_unreached, 0)) / ({{color}}_requests)" && output.analysis.metrics.error_percent.cloudwatch.sample_expression == "{{color}}_requests"
    error_message = jsonencode(output.analysis)
  }
  assert {
    condition     = output.analysis.metrics.latency.cloudwatch.metrics.blue_latency == { namespace = "AWS/ApplicationELB", name = "TargetResponseTime", stat = "p99.9", dimensions = { LoadBalancer = "app/shop/0123456789abcdef", TargetGroup = "targetgroup/b/1" } }
    error_message = jsonencode(output.analysis.metrics.latency.cloudwatch.metrics.blue_latency)
  }
  assert {
    condition     = keys(output.analysis.metrics.latency.cloudwatch.metrics) == ["blue_latency", "blue_requests", "green_latency", "green_requests"]
    error_message = jsonencode(keys(output.analysis.metrics.latency.cloudwatch.metrics))
  }
}

run "cloudwatch_ecs" {
  command = plan
  variables {
    kind        = "cloudwatch_ecs"
    labels      = {}
    prometheus  = null
    cloudwatch  = { discovery_names = { blue = "shop-blue", green = "shop-green" }, period = "5m" }
    max_latency = "2s"
  }
  assert {
    condition     = output.analysis.metrics.error_percent.cloudwatch.expression == "100 * (FILL({{color}}_5xx, 0)) / (FILL({{color}}_2xx, 0) + FILL({{color}}_3xx, 0) + FILL({{color}}_4xx, 0) + FILL({{color}}_5xx, 0))"
    error_message = output.analysis.metrics.error_percent.cloudwatch.expression
  }
  assert {
    condition     = output.analysis.metrics.latency.cloudwatch.expression == "{{color}}_latency / 1000" && output.analysis.metrics.latency.cloudwatch.metrics.green_latency.dimensions == { TargetDiscoveryName = "shop-green" }
    error_message = jsonencode(output.analysis.metrics.latency)
  }
}

run "azure_app_service" {
  command = plan
  variables {
    kind        = "azure_app_service"
    labels      = {}
    prometheus  = null
    azure       = { resource_id = "/subscriptions/0/resourceGroups/shop/providers/Microsoft.Web/sites/shop-{{color}}" }
    max_latency = "2s"
  }
  assert {
    condition     = output.analysis.metrics.error_percent.azure_monitor.metric == "Http5xx" && output.analysis.metrics.error_percent.azure_monitor.percent_of == "Requests" && output.analysis.metrics.error_percent.min_samples == 20
    error_message = jsonencode(output.analysis)
  }
  assert {
    condition     = output.analysis.metrics.latency.max == 2 && output.analysis.metrics.latency.min_samples == null && output.latency_is == "average"
    error_message = jsonencode(output.analysis)
  }
}

run "azure_application_gateway" {
  command = plan
  variables {
    kind       = "azure_application_gateway"
    labels     = {}
    prometheus = null
    azure = {
      resource_id    = "/subscriptions/0/resourceGroups/shop/providers/Microsoft.Network/applicationGateways/shop"
      filter         = "BackendSettingsPool eq 'shop-{{color}}~https'"
      latency_filter = "BackendPool eq 'shop-{{color}}'"
    }
    max_latency = "2s"
  }
  assert {
    condition     = output.analysis.metrics.latency.max == 2000 && output.analysis.metrics.latency.azure_monitor.filter == "BackendPool eq 'shop-{{color}}'" && output.analysis.metrics.error_percent.azure_monitor.filter == "BackendSettingsPool eq 'shop-{{color}}~https'"
    error_message = jsonencode(output.analysis)
  }
}

run "haproxy_socket" {
  command = plan
  variables {
    kind        = "haproxy_socket"
    labels      = {}
    prometheus  = null
    haproxy     = { sockets = ["unix:///run/haproxy/admin.sock"], servers = ["app/{{color}}1"], window = "2s" }
    max_latency = "500ms"
  }
  assert {
    condition     = output.analysis.metrics.latency.max == 500 && output.analysis.metrics.latency.haproxy.of == "response_ms" && output.analysis.metrics.error_percent.haproxy.min_requests == 20 && output.analysis.metrics.error_percent.min_samples == null && output.analysis.warm_up == "0s"
    error_message = jsonencode(output.analysis)
  }
}

run "unknown_kind" {
  command = plan
  variables {
    kind = "apache"
  }
  expect_failures = [var.kind]
}

run "no_prometheus" {
  command = plan
  variables {
    prometheus = null
  }
  expect_failures = [output.analysis]
}

run "prometheus_url" {
  command = plan
  variables {
    prometheus = { url = "prometheus:9090" }
  }
  expect_failures = [var.prometheus]
}

run "nothing_measured" {
  command = plan
  variables {
    max_error_percent = null
  }
  expect_failures = [output.analysis]
}

run "latency_of_nothing" {
  command = plan
  variables {
    kind        = "custom"
    custom      = { requests = "hits_total", errors = { status = "=~5.." } }
    max_latency = "1s"
  }
  expect_failures = [output.analysis]
}

run "max_error_percent" {
  command = plan
  variables {
    max_error_percent = 100
  }
  expect_failures = [var.max_error_percent]
}

run "max_latency" {
  command = plan
  variables {
    max_latency = "500"
  }
  expect_failures = [var.max_latency]
}

run "max_latency_ratio" {
  command = plan
  variables {
    max_latency_ratio = 0
  }
  expect_failures = [var.max_latency_ratio]
}

run "latency_quantile" {
  command = plan
  variables {
    latency_quantile = 99
  }
  expect_failures = [var.latency_quantile]
}

run "min_requests" {
  command = plan
  variables {
    min_requests = 1.5
  }
  expect_failures = [var.min_requests]
}

run "window" {
  command = plan
  variables {
    window = "soon"
  }
  expect_failures = [var.window]
}

run "interval" {
  command = plan
  variables {
    interval = "0s"
  }
  expect_failures = [var.interval]
}

run "warm_up" {
  command = plan
  variables {
    warm_up = "2"
  }
  expect_failures = [var.warm_up]
}

run "failure_limit" {
  command = plan
  variables {
    failure_limit = -1
  }
  expect_failures = [var.failure_limit]
}

run "inconclusive_limit" {
  command = plan
  variables {
    inconclusive_limit = 0.5
  }
  expect_failures = [var.inconclusive_limit]
}

run "on_failure" {
  command = plan
  variables {
    on_failure = "pray"
  }
  expect_failures = [var.on_failure]
}

run "load_balancer" {
  command = plan
  variables {
    kind       = "cloudwatch_alb"
    labels     = {}
    prometheus = null
    cloudwatch = { load_balancer = "net/shop/1", target_groups = { blue = "targetgroup/b/1", green = "targetgroup/g/2" } }
  }
  expect_failures = [var.cloudwatch]
}

run "target_group" {
  command = plan
  variables {
    kind       = "cloudwatch_alb"
    labels     = {}
    prometheus = null
    cloudwatch = { load_balancer = "app/shop/1", target_groups = { blue = "shop-blue", green = "targetgroup/g/2" } }
  }
  expect_failures = [var.cloudwatch]
}

run "one_target_group" {
  command = plan
  variables {
    kind       = "cloudwatch_alb"
    labels     = {}
    prometheus = null
    cloudwatch = { load_balancer = "app/shop/1", target_groups = { blue = "targetgroup/g/2", green = "targetgroup/g/2" } }
  }
  expect_failures = [var.cloudwatch]
}

run "one_discovery_name" {
  command = plan
  variables {
    kind       = "cloudwatch_ecs"
    labels     = {}
    prometheus = null
    cloudwatch = { discovery_names = { blue = "shop", green = "shop" } }
  }
  expect_failures = [var.cloudwatch]
}

run "no_target_groups" {
  command = plan
  variables {
    kind       = "cloudwatch_alb"
    labels     = {}
    prometheus = null
    cloudwatch = { load_balancer = "app/shop/1" }
  }
  expect_failures = [output.analysis]
}

run "no_discovery_names" {
  command = plan
  variables {
    kind       = "cloudwatch_ecs"
    labels     = {}
    prometheus = null
  }
  expect_failures = [output.analysis]
}

run "no_azure" {
  command = plan
  variables {
    kind       = "azure_app_service"
    labels     = {}
    prometheus = null
  }
  expect_failures = [output.analysis]
}

run "azure_resource" {
  command = plan
  variables {
    kind       = "azure_app_service"
    labels     = {}
    prometheus = null
    azure      = { resource_id = "shop-{{color}}" }
  }
  expect_failures = [var.azure]
}

run "azure_without_a_color" {
  command = plan
  variables {
    kind       = "azure_app_service"
    labels     = {}
    prometheus = null
    azure      = { resource_id = "/subscriptions/0/resourceGroups/shop/providers/Microsoft.Web/sites/shop" }
  }
  expect_failures = [output.analysis]
}

run "no_haproxy" {
  command = plan
  variables {
    kind       = "haproxy_socket"
    labels     = {}
    prometheus = null
  }
  expect_failures = [output.analysis]
}

run "haproxy_sockets" {
  command = plan
  variables {
    kind       = "haproxy_socket"
    labels     = {}
    prometheus = null
    haproxy    = { sockets = [], backend = "{{color}}" }
  }
  expect_failures = [var.haproxy]
}

run "haproxy_backend_and_servers" {
  command = plan
  variables {
    kind       = "haproxy_socket"
    labels     = {}
    prometheus = null
    haproxy    = { sockets = ["tcp://127.0.0.1:9999"], backend = "{{color}}", servers = ["app/{{color}}"] }
  }
  expect_failures = [var.haproxy]
}

run "haproxy_without_a_color" {
  command = plan
  variables {
    kind       = "haproxy_socket"
    labels     = {}
    prometheus = null
    haproxy    = { sockets = ["tcp://127.0.0.1:9999"], servers = ["app/{{color}}1", "app/two"] }
  }
  expect_failures = [var.haproxy]
}

run "labels_that_nobody_reads" {
  command = plan
  variables {
    kind       = "haproxy_socket"
    prometheus = null
    haproxy    = { sockets = ["tcp://127.0.0.1:9999"], backend = "{{color}}" }
  }
  expect_failures = [output.analysis]
}

run "a_source_that_nobody_asks" {
  command = plan
  variables {
    cloudwatch = { discovery_names = { blue = "shop-blue", green = "shop-green" } }
  }
  expect_failures = [output.analysis]
}
