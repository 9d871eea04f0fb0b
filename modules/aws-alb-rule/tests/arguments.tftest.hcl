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
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2" }
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
  name          = "shop"
  active_color  = "blue"
  listener_arn  = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
  conditions    = { host_header = ["shop.example.com"] }
  vpc_id        = "vpc-0a1b2c3d"
  target_groups = { port = 8080 }
  blue          = { version = "1.9.3" }
  green         = { version = "2.0.0" }
}

# Before anything is applied: later the weights are the switch's, and a plan leaves them.
run "green_first" {
  command = plan
  variables {
    active_color = "green"
  }
  assert {
    condition     = one([for t in aws_lb_listener_rule.this.action[0].forward[0].target_group : t.weight if strcontains(t.arn, "/shop-green/")]) == 100
    error_message = "the rule does not begin with all traffic on green"
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

run "its_rule" {
  command = plan
  variables {
    priority = 10
    conditions = {
      host_header         = ["shop.example.com"]
      http_header         = { X-Shop = ["1", "2"], X-Team = ["a"] }
      http_request_method = ["GET", "POST"]
      path_pattern        = ["/shop/*"]
      query_string        = [{ key = "shop", value = "1" }, { value = "two" }]
      source_ip           = ["10.0.0.0/8"]
    }
  }
  assert {
    condition     = aws_lb_listener_rule.this.priority == 10 && length(aws_lb_listener_rule.this.condition) == 7
    error_message = "the rule has another priority, or not all conditions"
  }
  assert {
    condition     = aws_lb_listener_rule.this.listener_arn == var.listener_arn && one([for t in aws_lb_listener_rule.this.action[0].forward[0].target_group : t.weight if strcontains(t.arn, "/shop-blue/")]) == 100
    error_message = "the rule is another listener's, or does not begin with all traffic on blue"
  }
}

run "the_test_rule_leads_to_the_idle_color" {
  variables {
    test = { priority = 7, host_header = ["next.example.com"], http_header = { X-Preview = ["1"] }, path_pattern = ["/next/*"] }
  }
  assert {
    condition     = aws_lb_listener_rule.test[0].priority == 7 && length(aws_lb_listener_rule.test[0].condition) == 3
    error_message = "the test rule has another priority, or other conditions"
  }
  assert {
    condition     = aws_lb_listener_rule.test[0].action[0].target_group_arn == output.target_group_arns.green && output.test_listener_rule_arn != null
    error_message = "the test rule does not lead to the idle color"
  }
}

run "target_groups" {
  command = plan
  variables {
    tags = { team = "shop" }
    target_groups = {
      port                 = 8080
      protocol             = "HTTP"
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

run "a_priority_out_of_range" {
  command = plan
  variables {
    priority = 0
  }
  expect_failures = [var.priority]
}

run "no_conditions" {
  command = plan
  variables {
    conditions = {}
  }
  expect_failures = [var.conditions]
}

run "a_test_rule_without_a_condition" {
  command = plan
  variables {
    test = { priority = 1 }
  }
  expect_failures = [var.test]
}

run "a_test_rule_whose_priority_is_out_of_range" {
  command = plan
  variables {
    test = { priority = 50001, host_header = ["green.example.com"] }
  }
  expect_failures = [var.test]
}

run "a_test_rule_that_is_never_reached" {
  command = plan
  variables {
    priority = 10
    test     = { priority = 11, http_header = { X-Preview = ["1"] } }
  }
  expect_failures = [aws_lb_listener_rule.test]
}

run "a_test_rule_that_would_come_last" {
  command = plan
  variables {
    test = { path_pattern = ["/next/*"] }
  }
  expect_failures = [aws_lb_listener_rule.test]
}

run "two_rules_of_one_priority" {
  command = plan
  variables {
    priority = 10
    test     = { priority = 10, host_header = ["next.example.com"] }
  }
  expect_failures = [aws_lb_listener_rule.test]
}

run "a_test_rule_with_a_host_of_its_own_may_come_later" {
  command = plan
  variables {
    priority = 10
    test     = { priority = 11, host_header = ["next.example.com"] }
  }
  assert {
    condition     = aws_lb_listener_rule.test[0].priority == 11
    error_message = "the test rule has another priority"
  }
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
    target_groups = { port = 8080, target_type = "alb" }
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
