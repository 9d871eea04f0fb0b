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

mock_provider "aws" {
  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/73e2d6bc24d8a067", arn_suffix = "targetgroup/shop/73e2d6bc24d8a067" }
  }
  mock_resource "aws_lb_listener" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/net/shop/50dc6c495c0c9188/f2f7dc8efc522ab2" }
  }
  mock_resource "aws_lb_listener_rule" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee" }
  }
}

# A mock makes both target groups the same.
override_module {
  target = module.target_groups
  outputs = {
    arns         = { blue = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-blue/73e2d6bc24d8a067", green = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-green/83e2d6bc24d8a067" }
    arn_suffixes = { blue = "targetgroup/shop-blue/73e2d6bc24d8a067", green = "targetgroup/shop-green/83e2d6bc24d8a067" }
  }
}

variables {
  name              = "shop"
  active_color      = "blue"
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/shop/50dc6c495c0c9188"
  port              = 443
  protocol          = "TCP"
  vpc_id            = "vpc-0a1b2c3d"
  target_groups     = { port = 8080 }
  blue              = { version = "1.9.3" }
  green             = { version = "2.0.0" }
}

# Before anything is applied: later the weights are the switch's, and a plan leaves them.
run "green_first" {
  command = plan
  variables {
    active_color = "green"
  }
  assert {
    condition     = one([for t in aws_lb_listener.this.default_action[0].forward[0].target_group : t.weight if strcontains(t.arn, "/shop-green/")]) == 100
    error_message = "the listener does not begin with all traffic on green"
  }
}

run "it_begins_with_the_active_color" {
  assert {
    condition     = output.serving_color == "blue" && output.idle_color == "green" && output.weights.blue == 100 && output.weights.green == 0
    error_message = "an output is not what the switch says"
  }
  assert {
    condition     = output.target_group_arns.green != "" && output.target_group_arn_suffixes.blue != "" && output.timetable != "" && output.last_cutover != ""
    error_message = "an output is empty"
  }
}

run "its_listener" {
  command = plan
  variables {
    protocol        = "TLS"
    certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    ssl_policy      = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    alpn_policy     = "HTTP2Preferred"
  }
  assert {
    condition     = aws_lb_listener.this.port == 443 && aws_lb_listener.this.protocol == "TLS" && aws_lb_listener.this.certificate_arn == var.certificate_arn && aws_lb_listener.this.ssl_policy == var.ssl_policy
    error_message = "the listener has other arguments"
  }
  assert {
    condition     = aws_lb_listener.this.load_balancer_arn == var.load_balancer_arn && one([for t in aws_lb_listener.this.default_action[0].forward[0].target_group : t.weight if strcontains(t.arn, "/shop-blue/")]) == 100
    error_message = "the listener is another balancer's, or does not begin with all traffic on blue"
  }
}

run "target_groups" {
  command = plan
  variables {
    tags = { team = "shop" }
    target_groups = {
      port                 = 8080
      protocol             = "TCP"
      target_type          = "ip"
      deregistration_delay = 5
      health_check         = { path = "/health", matcher = "200-299", interval = 10, timeout = 5, healthy_threshold = 2, unhealthy_threshold = 3 }
    }
    blue  = { version = "1.9.3", targets = { a = { id = "10.0.1.11", port = 8081 } }, health = { min_healthy = 2 }, checks = { smoke = { http = { url = "http://127.0.0.1:8080/health" } } }, prewarm = { urls = ["http://127.0.0.1:8080/"] }, schema = { min_version = "41" } }
    green = { version = "2.0.0", targets = { a = { id = "10.0.2.11" }, b = { id = "10.0.2.12", availability_zone = "all" } } }
  }
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

run "a_port_out_of_range" {
  command = plan
  variables {
    port = 65536
  }
  expect_failures = [var.port]
}

run "no_such_protocol" {
  command = plan
  variables {
    protocol = "QUIC"
  }
  expect_failures = [var.protocol]
}

run "no_certificate" {
  command = plan
  variables {
    protocol = "TLS"
  }
  expect_failures = [aws_lb_listener.this]
}

run "no_such_alpn_policy" {
  command = plan
  variables {
    alpn_policy = "http2"
  }
  expect_failures = [var.alpn_policy]
}

run "no_port" {
  command = plan
  variables {
    target_groups = {}
  }
  expect_failures = [var.target_groups]
}

run "no_such_target_type" {
  command = plan
  variables {
    target_groups = { port = 8080, target_type = "lambda" }
  }
  expect_failures = [var.target_groups]
}

run "no_versions" {
  command = plan
  variables {
    blue  = { version = "" }
    green = { version = " " }
  }
  expect_failures = [var.blue, var.green]
}
