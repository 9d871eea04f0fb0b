# What each argument does, and what it refuses. Offline: the provider is a mock.

mock_provider "bluegreen" {
  # OpenTofu makes up what a mock computes already in a plan, and a switch reads this.
  mock_resource "bluegreen_environment" {
    defaults = { fitness = "{\"format\":1}" }
  }
}

variables {
  name         = "shop"
  active_color = "blue"
  blue         = { version = "1.9.3", haproxy = { servers = ["app/blue1"] } }
  green        = { version = "2.0.0", haproxy = { servers = ["app/green1"] } }
  haproxy      = { sockets = ["unix:///run/haproxy/admin.sock"] }
}

run "defaults" {
  command = plan

  assert {
    condition     = bluegreen_environment.blue.name == "shop-blue" && bluegreen_environment.green.name == "shop-green"
    error_message = "the environments are not called after the service"
  }
  assert {
    condition     = bluegreen_environment.blue.version == "1.9.3" && bluegreen_environment.green.version == "2.0.0"
    error_message = "the versions are not those of the environments"
  }
  assert {
    condition     = bluegreen_switch.this.name == "shop" && bluegreen_switch.this.active_color == "blue"
    error_message = "the switch has another name or color"
  }
  assert {
    condition     = bluegreen_switch.this.steps == null && bluegreen_switch.this.bake == "2m"
    error_message = "without a profile the cutover is not instant"
  }
  assert {
    condition     = bluegreen_switch.this.drain == "60s" && bluegreen_switch.this.rollback_window == "1h" && bluegreen_switch.this.protect_active
    error_message = "a default is not what the documentation says"
  }
  assert {
    condition     = bluegreen_switch.this.analysis == null && bluegreen_switch.this.gates == null && bluegreen_switch.this.notify == null
    error_message = "something is set that nobody gave"
  }
}

run "the_other_color" {
  command = plan
  variables {
    active_color = "green"
  }
  assert {
    condition     = bluegreen_switch.this.active_color == "green"
    error_message = "active_color does not reach the switch"
  }
}

run "instant" {
  command = plan
  variables {
    release = "instant"
  }
  assert {
    condition     = bluegreen_switch.this.steps == null && bluegreen_switch.this.bake == "2m"
    error_message = "instant has steps, or another bake"
  }
}

run "canary" {
  command = plan
  variables {
    release = "canary"
  }
  assert {
    condition     = jsonencode(bluegreen_switch.this.steps) == jsonencode([{ pause = "5m", weight = 10 }]) && bluegreen_switch.this.bake == "5m"
    error_message = "canary is not 10 percent for 5 minutes, and 5 minutes of bake"
  }
}

run "linear" {
  command = plan
  variables {
    release = "linear"
  }
  assert {
    condition     = join(" ", [for s in bluegreen_switch.this.steps : "${s.weight}:${s.pause}"]) == "10:1m 20:1m 30:1m 40:1m 50:1m 60:1m 70:1m 80:1m 90:1m"
    error_message = "linear is not 10 percent more each minute"
  }
  assert {
    condition     = bluegreen_switch.this.bake == "5m" && bluegreen_switch.this.timeouts.update == null
    error_message = "linear has another bake, or a timeout of its own"
  }
}

run "cautious" {
  command = plan
  variables {
    release = "cautious"
  }
  assert {
    condition     = join(" ", [for s in bluegreen_switch.this.steps : "${s.weight}:${s.pause}"]) == "1:10m 5:10m 10:10m 25:10m 50:10m" && bluegreen_switch.this.bake == "30m"
    error_message = "cautious is not 1, 5, 10, 25 and 50 percent, and 30 minutes of bake"
  }
  assert {
    condition     = bluegreen_switch.this.timeouts.create == "3h" && bluegreen_switch.this.timeouts.update == "3h"
    error_message = "cautious takes longer than its timeout"
  }
}

run "own_steps" {
  command = plan
  variables {
    steps = [{ weight = 25, pause = "30s" }, { weight = 75 }]
  }
  assert {
    condition     = jsonencode(bluegreen_switch.this.steps) == jsonencode([{ pause = "30s", weight = 25 }, { pause = null, weight = 75 }])
    error_message = "the steps are not those given"
  }
  assert {
    condition     = bluegreen_switch.this.bake == "5m"
    error_message = "own steps have another bake than the documentation says"
  }
}

run "times" {
  command = plan
  variables {
    release         = "cautious"
    bake            = "10s"
    drain           = "3s"
    rollback_window = "0s"
    timeouts        = { create = "4h" }
  }
  assert {
    condition     = bluegreen_switch.this.bake == "10s" && bluegreen_switch.this.drain == "3s" && bluegreen_switch.this.rollback_window == "0s"
    error_message = "a time is not that given"
  }
  assert {
    condition     = bluegreen_switch.this.timeouts.create == "4h" && bluegreen_switch.this.timeouts.update == "3h"
    error_message = "a timeout is neither that given nor that of the profile"
  }
}

run "window_and_gates" {
  command = plan
  variables {
    gates  = { schema = { sql = { driver = "postgres", dsn_env = "DSN", query = "select 1", equals = "1" } } }
    window = { timezone = "Europe/Berlin", allow = [{ days = ["mon", "tue"], from = "09:00", to = "16:00" }], deny = [{ from = "2026-12-20", to = "2027-01-04" }], within_window = "end" }
  }
  assert {
    condition     = join(" ", sort(keys(bluegreen_switch.this.gates))) == "schema window"
    error_message = "the gates are not those given and the window"
  }
  assert {
    condition     = bluegreen_switch.this.gates["window"].window.timezone == "Europe/Berlin" && bluegreen_switch.this.gates["window"].window.within_window == "end"
    error_message = "the window is not that given"
  }
  assert {
    condition     = bluegreen_switch.this.gates["window"].window.allow[0].from == "09:00" && bluegreen_switch.this.gates["window"].window.deny[0].to == "2027-01-04"
    error_message = "the hours of the window are not those given"
  }
}

run "analysis" {
  command = plan
  variables {
    analysis = {
      interval      = "5s"
      failure_limit = 2
      metrics = {
        errors = { prometheus = { url = "http://prometheus.internal:9090", query = "vector(1)" }, max = 5 }
        busy   = { haproxy = { sockets = ["unix:///run/haproxy/admin.sock"], backend = "{{color}}-backend", value = "error_percent" }, max = 5 }
      }
    }
  }
  assert {
    condition     = bluegreen_switch.this.analysis.interval == "5s" && bluegreen_switch.this.analysis.failure_limit == 2
    error_message = "the analysis is not that given"
  }
  assert {
    condition     = bluegreen_switch.this.analysis.metrics["errors"].prometheus.query == "vector(1)" && bluegreen_switch.this.analysis.metrics["busy"].haproxy != null
    error_message = "metrics of two kinds do not both reach the switch"
  }
}

run "notify" {
  command = plan
  variables {
    notify         = { oncall = { slack = { webhook_url_env = "SLACK" }, on = ["stuck"] }, board = { grafana = { url = "https://grafana.internal", token_env = "GRAFANA" } } }
    protect_active = false
  }
  assert {
    condition     = bluegreen_switch.this.notify["oncall"].slack.webhook_url_env == "SLACK" && bluegreen_switch.this.notify["board"].grafana.token_env == "GRAFANA"
    error_message = "notifications of two kinds do not both reach the switch"
  }
  assert {
    condition     = !bluegreen_switch.this.protect_active
    error_message = "protect_active does not reach the switch"
  }
}

run "environment" {
  command = plan
  variables {
    blue = {
      version = "1.9.3"
      haproxy = { servers = ["app/blue1"] }
      health  = { min_healthy = 2, min_healthy_percent = 50, stable_for = "10s", timeout = "1m", failure_limit = 3 }
      checks  = { smoke = { http = { url = "https://blue.internal/health" } }, port = { tcp = { address = "blue.internal:443" } } }
      prewarm = { urls = ["https://blue.internal/"], requests = 10, tls = { server_name = "blue" } }
      schema  = { min_version = "41", not_applied = ["drop_old"] }
    }
    green = {
      version = "2.0.0"
      haproxy = { servers = ["app/green1"] }
      health  = { min_healthy = 3 }
      checks  = { smoke = { grpc = { address = "green.internal:443" } } }
      prewarm = { urls = ["https://green.internal/"], rate = 5 }
      schema  = { one_of = ["42", "43"] }
    }
    haproxy = { sockets = ["unix:///run/haproxy/admin.sock"], shares = true }
  }
  assert {
    condition     = bluegreen_environment.blue.health.min_healthy == 2 && bluegreen_environment.blue.health.stable_for == "10s" && bluegreen_environment.green.health.min_healthy == 3
    error_message = "health does not reach its environment"
  }
  assert {
    condition     = bluegreen_environment.blue.checks["smoke"].http.url == "https://blue.internal/health" && bluegreen_environment.blue.checks["port"].tcp.address == "blue.internal:443" && bluegreen_environment.green.checks["smoke"].grpc.address == "green.internal:443"
    error_message = "checks do not reach their environment"
  }
  assert {
    condition     = bluegreen_environment.blue.prewarm.tls.server_name == "blue" && bluegreen_environment.green.prewarm.rate == 5
    error_message = "prewarm does not reach its environment"
  }
  assert {
    condition     = bluegreen_environment.blue.schema.min_version == "41" && bluegreen_environment.green.schema.one_of[1] == "43"
    error_message = "schema does not reach its environment"
  }
  assert {
    condition     = bluegreen_switch.this.haproxy.shares && bluegreen_environment.blue.haproxy.servers[0] == "app/blue1" && bluegreen_environment.green.haproxy.servers[0] == "app/green1"
    error_message = "servers do not reach their environment"
  }
}

run "several_routers" {
  command = plan
  variables {
    blue = {
      version               = "1"
      aws_lb                = { target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-blue/73e2d6bc24d8a067"] }
      gcp_lb                = { backend_services = ["projects/shop/global/backendServices/blue"] }
      azure_traffic_manager = { endpoint_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop/AzureEndpoints/blue"] }
      haproxy               = { servers = ["app/blue1"] }
    }
    green = {
      version               = "2"
      aws_lb                = { target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-green/73e2d6bc24d8a067"] }
      gcp_lb                = { backend_services = ["projects/shop/global/backendServices/green"] }
      azure_traffic_manager = { endpoint_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop/AzureEndpoints/green"] }
      haproxy               = { servers = ["app/green1"] }
    }
    aws_lb                = { listener_arns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"], rule_arns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"] }
    gcp_lb                = { url_maps = ["projects/shop/global/urlMaps/shop"], path_matcher = "api", route_rule = 10 }
    azure_traffic_manager = { profile_ids = ["/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop"] }
  }
  assert {
    condition     = bluegreen_switch.this.aws_lb.rule_arns[0] == "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee" && bluegreen_switch.this.gcp_lb.route_rule == 10 && bluegreen_switch.this.azure_traffic_manager.profile_ids[0] == "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop"
    error_message = "a router does not reach the switch"
  }
  assert {
    condition     = bluegreen_environment.green.aws_lb.target_group_arns[0] == "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-green/73e2d6bc24d8a067" && bluegreen_environment.blue.gcp_lb.backend_services[0] == "projects/shop/global/backendServices/blue" && bluegreen_environment.green.azure_traffic_manager.endpoint_ids[0] == "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop/AzureEndpoints/green"
    error_message = "a backend does not reach its environment"
  }
}

run "no_name" {
  command = plan
  variables {
    name = " "
  }
  expect_failures = [var.name]
}

run "no_such_color" {
  command = plan
  variables {
    active_color = "red"
  }
  expect_failures = [var.active_color]
}

run "no_such_profile" {
  command = plan
  variables {
    release = "rolling"
  }
  expect_failures = [var.release]
}

run "a_profile_and_steps" {
  command = plan
  variables {
    release = "canary"
    steps   = [{ weight = 10 }]
  }
  expect_failures = [bluegreen_switch.this]
}

run "a_weight_of_100" {
  command = plan
  variables {
    steps = [{ weight = 10 }, { weight = 100 }]
  }
  expect_failures = [var.steps]
}

run "half_a_percent" {
  command = plan
  variables {
    steps = [{ weight = 0.5 }]
  }
  expect_failures = [var.steps]
}

run "steps_that_fall" {
  command = plan
  variables {
    steps = [{ weight = 50 }, { weight = 10 }]
  }
  expect_failures = [var.steps]
}

run "no_version_of_blue" {
  command = plan
  variables {
    blue = { version = "", haproxy = { servers = ["app/blue1"] } }
  }
  expect_failures = [var.blue]
}

run "no_version_of_green" {
  command = plan
  variables {
    green = { version = "", haproxy = { servers = ["app/green1"] } }
  }
  expect_failures = [var.green]
}

run "no_router" {
  command = plan
  variables {
    blue    = { version = "1.9.3" }
    green   = { version = "2.0.0" }
    haproxy = null
  }
  expect_failures = [bluegreen_environment.blue, bluegreen_environment.green]
}

run "a_router_missing_in_green" {
  command = plan
  variables {
    green = { version = "2.0.0" }
  }
  expect_failures = [bluegreen_environment.blue, bluegreen_environment.green]
}

run "a_router_too_many_in_blue" {
  command = plan
  variables {
    blue = { version = "1.9.3", haproxy = { servers = ["app/blue1"] }, gcp_lb = { backend_services = ["blue"] } }
  }
  expect_failures = [bluegreen_environment.blue, bluegreen_environment.green]
}

run "a_misspelt_analysis" {
  command = plan
  variables {
    analysis = { metric = { errors = { max = 5 } }, metrics = { errors = { max = 5 } } }
  }
  expect_failures = [var.analysis]
}

run "an_analysis_of_nothing" {
  command = plan
  variables {
    analysis = { interval = "5s" }
  }
  expect_failures = [var.analysis]
}

run "an_analysis_that_is_no_object" {
  command = plan
  variables {
    analysis = "5s"
  }
  expect_failures = [var.analysis]
}

run "gates_that_are_a_list" {
  command = plan
  variables {
    gates = [{ window = { timezone = "UTC" } }]
  }
  expect_failures = [var.gates]
}

run "a_gate_that_is_called_window" {
  command = plan
  variables {
    gates = { window = { http = { url = "https://calendar.internal" } } }
  }
  expect_failures = [var.gates]
}

run "a_notification_that_is_a_text" {
  command = plan
  variables {
    notify = "oncall"
  }
  expect_failures = [var.notify]
}

run "no_time_zone" {
  command = plan
  variables {
    window = { timezone = "" }
  }
  expect_failures = [var.window]
}

run "a_map_in_steps" {
  command = plan
  variables {
    release = "linear"
    blue    = { version = "1.9.3", haproxy = { backend = "blue-backend" } }
    green   = { version = "2.0.0", haproxy = { backend = "green-backend" } }
    haproxy = { sockets = ["unix:///run/haproxy/admin.sock"], map = { file = "/etc/haproxy/backend.map", key = "shop" } }
  }
  expect_failures = [bluegreen_switch.this]
}

run "a_map_and_servers" {
  command = plan
  variables {
    haproxy = { sockets = ["unix:///run/haproxy/admin.sock"], map = { file = "/etc/haproxy/backend.map", key = "shop" } }
  }
  expect_failures = [bluegreen_switch.this]
}

run "a_backend_without_a_map" {
  command = plan
  variables {
    green = { version = "2.0.0", haproxy = { backend = "green-backend" } }
  }
  expect_failures = [bluegreen_switch.this]
}
