# What each argument does, and what it refuses. Offline: the providers are mocks.

mock_provider "bluegreen" {
  # OpenTofu makes up what a mock computes already in a plan, and others read this.
  mock_resource "bluegreen_environment" {
    defaults = { fitness = "{\"format\":1}" }
  }
  mock_resource "bluegreen_switch" {
    defaults = { serving_color = "blue", idle_color = "green", weights = { blue = 100, green = 0 } }
  }
}

mock_provider "google" {
  mock_resource "google_compute_backend_service" {
    defaults = { id = "projects/shop/global/backendServices/shop" }
  }
  mock_resource "google_compute_url_map" {
    defaults = { id = "projects/shop/global/urlMaps/shop" }
  }
}

variables {
  name         = "shop"
  active_color = "blue"
  blue         = { version = "1.9.3" }
  green        = { version = "2.0.0" }
}

# Before anything is applied: later the weights are the switch's, and a plan leaves them.
run "green_first" {
  command = plan
  variables {
    active_color = "green"
  }
  assert {
    condition     = join(" ", [for w in google_compute_url_map.this.default_route_action[0].weighted_backend_services : w.weight]) == "0 100"
    error_message = "the URL map does not begin with all traffic on green"
  }
}

run "it_begins_with_the_active_color" {
  command = plan
  assert {
    condition     = join(" ", [for w in google_compute_url_map.this.default_route_action[0].weighted_backend_services : w.weight]) == "100 0"
    error_message = "the URL map does not begin with all traffic on blue"
  }
  assert {
    condition     = google_compute_backend_service.this["blue"].name == "shop-blue" && google_compute_backend_service.this["green"].name == "shop-green" && google_compute_url_map.this.name == "shop"
    error_message = "what is made is not called after the service"
  }
  assert {
    condition     = google_compute_backend_service.this["blue"].load_balancing_scheme == "EXTERNAL_MANAGED" && google_compute_backend_service.this["blue"].protocol == "HTTP" && google_compute_backend_service.this["blue"].connection_draining_timeout_sec == 300
    error_message = "a default of the backend services is not what the documentation says"
  }
  assert {
    condition     = google_compute_health_check.this.http_health_check[0].port_specification == "USE_SERVING_PORT" && google_compute_health_check.this.http_health_check[0].request_path == "/"
    error_message = "a default of the health check is not what the documentation says"
  }
  assert {
    condition     = output.test_hosts.blue == "blue.shop.invalid" && output.test_hosts.green == "green.shop.invalid"
    error_message = "no host leads to one color, and Google would not check it"
  }
}

run "all_arguments" {
  command = plan
  variables {
    project                         = "team"
    load_balancing_scheme           = "INTERNAL_MANAGED"
    protocol                        = "HTTP2"
    port_name                       = "http"
    timeout_sec                     = 10
    connection_draining_timeout_sec = 0
    health_check                    = { request_path = "/health", port = 8080, check_interval_sec = 2, timeout_sec = 1, healthy_threshold = 1, unhealthy_threshold = 3 }
    test_hosts                      = { blue = "blue.example.com", green = "green.example.com" }
    blue                            = { version = "1.9.3", backends = [{ group = "zones/a/networkEndpointGroups/blue", balancing_mode = "RATE", max_rate_per_endpoint = 100, capacity_scaler = 1 }], health = { min_healthy = 2 }, checks = { smoke = { http = { url = "http://127.0.0.1:8080/health" } } }, prewarm = { urls = ["http://127.0.0.1:8080/"] }, schema = { min_version = "41" } }
    green                           = { version = "2.0.0", backends = [{ group = "zones/a/instanceGroups/green", balancing_mode = "UTILIZATION", max_utilization = 0.8 }] }
  }
  assert {
    condition     = google_compute_backend_service.this["blue"].project == "team" && google_compute_health_check.this.project == "team" && google_compute_url_map.this.project == "team"
    error_message = "project does not reach all that is made"
  }
  assert {
    condition     = jsonencode([for s in values(google_compute_backend_service.this) : [s.load_balancing_scheme, s.protocol, s.port_name, s.timeout_sec, s.connection_draining_timeout_sec]]) == jsonencode([for c in ["blue", "green"] : ["INTERNAL_MANAGED", "HTTP2", "http", 10, 0]])
    error_message = "an argument does not reach both backend services"
  }
  assert {
    condition     = one(google_compute_backend_service.this["blue"].backend).max_rate_per_endpoint == 100 && one(google_compute_backend_service.this["green"].backend).max_utilization == 0.8
    error_message = "backends do not reach their backend service"
  }
  assert {
    condition     = google_compute_health_check.this.http2_health_check[0].port == 8080 && google_compute_health_check.this.http2_health_check[0].port_specification == null && google_compute_health_check.this.check_interval_sec == 2 && google_compute_health_check.this.unhealthy_threshold == 3
    error_message = "the health check has other arguments"
  }
  assert {
    condition     = output.test_hosts.green == "green.example.com" && length(google_compute_url_map.this.host_rule) == 2 && length(google_compute_url_map.this.path_matcher) == 2
    error_message = "the test hosts are others"
  }
}

run "what_speaks_tls_is_asked_by_it" {
  command = plan
  variables {
    protocol = "HTTPS"
  }
  assert {
    condition     = one(google_compute_health_check.this.https_health_check).port_specification == "USE_SERVING_PORT" && length(google_compute_health_check.this.http_health_check) == 0
    error_message = "backends of HTTPS are asked by another protocol"
  }
}

run "a_check_by_another_protocol" {
  command = plan
  variables {
    protocol     = "HTTPS"
    health_check = { protocol = "HTTP", port = 8080, port_specification = "USE_FIXED_PORT" }
  }
  assert {
    condition     = one(google_compute_health_check.this.http_health_check).port_specification == "USE_FIXED_PORT" && length(google_compute_health_check.this.https_health_check) == 0
    error_message = "the health check has another protocol"
  }
}

run "an_endpoint_group_is_balanced_by_rate" {
  command = plan
  variables {
    protocol = "H2C"
    blue     = { version = "1.9.3", backends = [{ group = "zones/a/networkEndpointGroups/blue", max_rate_per_endpoint = 100 }] }
    green    = { version = "2.0.0", backends = [{ group = "zones/a/instanceGroups/green", max_utilization = 0.8 }] }
  }
  assert {
    condition     = one(google_compute_backend_service.this["blue"].backend).balancing_mode == "RATE"
    error_message = "Google refuses a group of endpoints that is balanced by utilization"
  }
  assert {
    condition     = one(google_compute_health_check.this.http_health_check).request_path == "/"
    error_message = "H2C is not asked by HTTP"
  }
}

run "no_such_check" {
  command = plan
  variables {
    health_check = { protocol = "GRPC" }
  }
  expect_failures = [var.health_check]
}

run "the_core" {
  command = plan
  variables {
    bake            = "10s"
    drain           = "1s"
    rollback_window = "5m"
    window          = { timezone = "UTC", allow = [{ days = ["mon"], from = "09:00" }] }
    analysis        = { metrics = { errors = { prometheus = { url = "http://prometheus.internal:9090", query = "vector(1)" }, max = 1 } } }
    gates           = { calendar = { http = { url = "https://calendar.internal/shop" } } }
    notify          = { oncall = { slack = { webhook_url_env = "SLACK" } } }
    protect_active  = false
    timeouts        = { create = "10m", update = "20m" }
    steps           = [{ weight = 10, pause = "1m" }]
  }
}

run "no_such_profile" {
  command = plan
  variables {
    release = "fast"
  }
  expect_failures = [var.release]
}

run "no_weights" {
  command = plan
  variables {
    load_balancing_scheme = "EXTERNAL"
  }
  expect_failures = [var.load_balancing_scheme]
}

run "no_such_protocol" {
  command = plan
  variables {
    protocol = "TCP"
  }
  expect_failures = [var.protocol]
}

run "no_time" {
  command = plan
  variables {
    timeout_sec = 0
  }
  expect_failures = [var.timeout_sec]
}

run "too_long_a_drain" {
  command = plan
  variables {
    connection_draining_timeout_sec = 3601
  }
  expect_failures = [var.connection_draining_timeout_sec]
}

run "a_path_without_a_slash" {
  command = plan
  variables {
    health_check = { request_path = "health" }
  }
  expect_failures = [var.health_check]
}

run "a_timeout_above_its_interval" {
  command = plan
  variables {
    health_check = { check_interval_sec = 2 }
  }
  expect_failures = [var.health_check]
}

run "one_host_for_both" {
  command = plan
  variables {
    test_hosts = { blue = "next.example.com", green = "next.example.com" }
  }
  expect_failures = [var.test_hosts]
}

run "no_versions" {
  command = plan
  variables {
    blue  = { version = "" }
    green = { version = " " }
  }
  expect_failures = [var.blue, var.green]
}

run "a_name_that_google_refuses" {
  command = plan
  variables {
    name = "Shop"
  }
  expect_failures = [google_compute_health_check.this]
}
