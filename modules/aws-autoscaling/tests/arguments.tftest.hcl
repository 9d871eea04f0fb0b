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
  mock_resource "aws_lb_listener_rule" {
    defaults = { arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee" }
  }
}

# A mock makes both target groups the same.
override_module {
  target = module.switch.module.target_groups
  outputs = {
    arns         = { blue = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-blue/73e2d6bc24d8a067", green = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-green/83e2d6bc24d8a067" }
    arn_suffixes = { blue = "targetgroup/shop-blue/73e2d6bc24d8a067", green = "targetgroup/shop-green/83e2d6bc24d8a067" }
  }
}

variables {
  name                = "shop"
  active_color        = "blue"
  vpc_zone_identifier = ["subnet-1", "subnet-2"]
  listener_arn        = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
  conditions          = { host_header = ["shop.example.com"] }
  vpc_id              = "vpc-0a1b2c3d"
  target_groups       = { port = 8080 }
  blue                = { launch_template = { name = "shop", version = "6" }, min_size = 2, max_size = 10 }
  green               = { launch_template = { name = "shop", version = 7 }, min_size = 2, max_size = 10, desired_capacity = 4 }
}

run "two_groups" {
  assert {
    condition     = output.serving_color == "blue" && output.idle_color == "green" && output.weights.blue == 100 && output.timetable != "" && output.last_cutover != ""
    error_message = "an output is not what the switch says"
  }
  assert {
    condition     = output.group_names.blue != "" && output.listener_rule_arn != "" && output.test_listener_rule_arn == null
    error_message = "the outputs do not tell of both groups and the rule"
  }
  assert {
    condition     = aws_autoscaling_group.this["blue"].min_elb_capacity == 2 && aws_autoscaling_group.this["green"].min_elb_capacity == 4
    error_message = "a group does not wait for as many servers as it begins with"
  }
  assert {
    condition     = aws_autoscaling_group.this["green"].name_prefix == "shop-green-shop-7-" && local.versions.green == "shop:7"
    error_message = "a group is not called after its release, or the version is another"
  }
  assert {
    condition     = alltrue([for color, group in aws_autoscaling_group.this : one(group.target_group_arns) == output.target_group_arns[color] && strcontains(output.target_group_arn_suffixes[color], color) && group.health_check_type == "ELB"])
    error_message = "a group registers with the other color's target group, or does not ask the load balancer for health"
  }
}

run "all_else" {
  command = plan
  variables {
    priority                  = 10
    test                      = { priority = 1, http_header = { X-Preview = ["1"] } }
    tags                      = { team = "shop" }
    health_check_grace_period = 60
    wait_for_capacity_timeout = "15m"
    target_groups             = { port = 8080, target_type = "instance", health_check = { path = "/health" } }
    blue                      = { launch_template = { name = "shop", version = "6" }, min_size = 2, max_size = 10, health = { min_healthy = 2 }, checks = { smoke = { http = { url = "http://127.0.0.1:8080/health" } } }, prewarm = { urls = ["http://127.0.0.1:8080/"] }, schema = { min_version = "41" } }
    bake                      = "10s"
    drain                     = "1s"
    rollback_window           = "5m"
    window                    = { timezone = "UTC", allow = [{ days = ["mon"], from = "09:00" }] }
    analysis                  = { metrics = { errors = { prometheus = { url = "http://prometheus.internal:9090", query = "vector(1)" }, max = 1 } } }
    gates                     = { calendar = { http = { url = "https://calendar.internal/shop" } } }
    notify                    = { oncall = { slack = { webhook_url_env = "SLACK" } } }
    protect_active            = true
    timeouts                  = { create = "10m", update = "20m" }
    steps                     = [{ weight = 10, pause = "1m" }]
  }
  assert {
    condition     = aws_autoscaling_group.this["blue"].wait_for_capacity_timeout == "15m" && aws_autoscaling_group.this["blue"].health_check_grace_period == 60 && length(aws_autoscaling_group.this["blue"].tag) == 3
    error_message = "a group has another timeout, grace period or tags"
  }
}

run "no_such_profile" {
  command = plan
  variables {
    release = "fast"
  }
  expect_failures = [var.release]
}

run "no_subnets" {
  command = plan
  variables {
    vpc_zone_identifier = []
  }
  expect_failures = [var.vpc_zone_identifier]
}

run "a_negative_grace_period" {
  command = plan
  variables {
    health_check_grace_period = -1
  }
  expect_failures = [var.health_check_grace_period]
}

run "no_waiting" {
  command = plan
  variables {
    wait_for_capacity_timeout = "0"
  }
  expect_failures = [var.wait_for_capacity_timeout]
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

run "a_target_port_out_of_range" {
  command = plan
  variables {
    target_groups = { port = 0 }
  }
  expect_failures = [var.target_groups]
}

run "no_such_target_type" {
  command = plan
  variables {
    target_groups = { port = 8080, target_type = "ip" }
  }
  expect_failures = [var.target_groups]
}

run "versions_that_move" {
  command = plan
  variables {
    blue  = { launch_template = { name = "shop", version = "$Latest" }, min_size = 2, max_size = 10 }
    green = { launch_template = { name = "shop", version = "$Default" }, min_size = 2, max_size = 10 }
  }
  expect_failures = [var.blue, var.green]
}

run "sizes_that_do_not_fit" {
  command = plan
  variables {
    blue  = { launch_template = { name = "shop", version = "6" }, min_size = 3, max_size = 2 }
    green = { launch_template = { name = "shop", version = "6" }, min_size = 2, max_size = 10, desired_capacity = 1 }
  }
  expect_failures = [var.blue, var.green]
}

run "a_release_of_what_serves" {
  command = plan
  variables {
    protect_active = false
  }
  expect_failures = [terraform_data.release]
}
