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
  name            = "shop"
  active_color    = "blue"
  cluster         = "arn:aws:ecs:eu-west-1:123456789012:cluster/shop"
  container_name  = "web"
  container_port  = 8080
  subnets         = ["subnet-1", "subnet-2"]
  security_groups = ["sg-1"]
  listener_arn    = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2"
  conditions      = { host_header = ["shop.example.com"] }
  vpc_id          = "vpc-0a1b2c3d"
  blue            = { task_definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:1" }
  green           = { task_definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:2", desired_count = 3 }
}

run "two_rolling_services" {
  assert {
    condition     = output.serving_color == "blue" && output.idle_color == "green" && output.weights.blue == 100 && output.timetable != "" && output.last_cutover != ""
    error_message = "an output is not what the switch says"
  }
  assert {
    condition     = output.service_names == { blue = "shop-blue", green = "shop-green" } && output.service_arns.blue != "" && output.listener_rule_arn != "" && output.test_listener_rule_arn == null
    error_message = "the outputs do not tell of both services and the rule"
  }
  assert {
    condition     = aws_ecs_service.this["green"].task_definition == var.green.task_definition && aws_ecs_service.this["green"].desired_count == 3 && aws_ecs_service.this["blue"].desired_count == 2
    error_message = "a service runs another release, or another count of tasks"
  }
  assert {
    condition     = alltrue([for color, service in aws_ecs_service.this : one(service.load_balancer).target_group_arn == output.target_group_arns[color] && strcontains(output.target_group_arn_suffixes[color], color)])
    error_message = "a service registers with the other color's target group"
  }
  assert {
    condition     = alltrue([for service in aws_ecs_service.this : service.wait_for_steady_state && service.deployment_circuit_breaker[0].rollback && service.deployment_controller[0].type == "ECS" && service.launch_type == "FARGATE"])
    error_message = "a service does not roll, does not wait, or has another launch type"
  }
}

run "a_count_is_terraforms" {
  command = plan
  variables {
    green = { task_definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:2", desired_count = 0 }
  }
  assert {
    condition     = aws_ecs_service.this["green"].desired_count == 0
    error_message = "the count is not what was asked for"
  }
}

run "a_count_that_others_set" {
  variables {
    name       = "scaled"
    autoscaled = true
  }
  assert {
    condition     = output.service_names.green == "scaled-green" && aws_ecs_service.autoscaled["green"].desired_count == 3 && length(aws_ecs_service.this) == 0
    error_message = "a service does not begin with the count that was asked for"
  }
}

run "is_left_alone" {
  command = plan
  variables {
    name       = "scaled"
    autoscaled = true
    green      = { task_definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:3", desired_count = 1 }
  }
  assert {
    condition     = aws_ecs_service.autoscaled["green"].desired_count == 3 && endswith(aws_ecs_service.autoscaled["green"].task_definition, ":3")
    error_message = "a count that others set is put back, or the release is not made"
  }
}

run "capacity_providers" {
  command = plan
  variables {
    capacity_provider_strategy = [{ capacity_provider = "FARGATE", base = 1, weight = 1 }, { capacity_provider = "FARGATE_SPOT", weight = 3 }]
    assign_public_ip           = true
  }
  # Before its first apply a service says nothing of a launch type: the strategy is in its place.
  assert {
    condition     = length(aws_ecs_service.this["blue"].capacity_provider_strategy) == 2 && aws_ecs_service.this["blue"].network_configuration[0].assign_public_ip
    error_message = "a service has another strategy, or no public addresses"
  }
}

run "on_instances" {
  command = plan
  variables {
    subnets       = []
    launch_type   = "EC2"
    target_groups = { port = 80, target_type = "instance" }
  }
  assert {
    condition     = length(aws_ecs_service.this["blue"].network_configuration) == 0 && aws_ecs_service.this["blue"].launch_type == "EC2"
    error_message = "a service in the network mode bridge has a network configuration"
  }
}

run "all_else" {
  command = plan
  variables {
    priority                          = 10
    test                              = { priority = 1, http_header = { X-Preview = ["1"] } }
    tags                              = { team = "shop" }
    health_check_grace_period_seconds = 60
    deployment_timeout                = "30m"
    target_groups                     = { protocol = "HTTP", deregistration_delay = 5, health_check = { path = "/health" } }
    blue                              = { task_definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:1", health = { min_healthy = 2 }, checks = { smoke = { http = { url = "http://127.0.0.1:8080/health" } } }, prewarm = { urls = ["http://127.0.0.1:8080/"] }, schema = { min_version = "41" } }
    bake                              = "10s"
    drain                             = "1s"
    rollback_window                   = "5m"
    window                            = { timezone = "UTC", allow = [{ days = ["mon"], from = "09:00" }] }
    analysis                          = { metrics = { errors = { prometheus = { url = "http://prometheus.internal:9090", query = "vector(1)" }, max = 1 } } }
    gates                             = { calendar = { http = { url = "https://calendar.internal/shop" } } }
    notify                            = { oncall = { slack = { webhook_url_env = "SLACK" } } }
    protect_active                    = false
    timeouts                          = { create = "10m", update = "20m" }
    steps                             = [{ weight = 10, pause = "1m" }]
  }
  assert {
    condition     = aws_ecs_service.this["blue"].timeouts.update == "30m" && aws_ecs_service.this["blue"].health_check_grace_period_seconds == 60 && aws_ecs_service.this["blue"].tags == tomap({ team = "shop", "bluegreen:color" = "blue" })
    error_message = "a service has another timeout, grace period or tags"
  }
}

run "no_such_profile" {
  command = plan
  variables {
    release = "fast"
  }
  expect_failures = [var.release]
}

run "a_cluster_by_name" {
  command = plan
  variables {
    cluster = "shop"
  }
  expect_failures = [var.cluster]
}

run "no_container" {
  command = plan
  variables {
    container_name = " "
  }
  expect_failures = [var.container_name]
}

run "no_such_port" {
  command = plan
  variables {
    container_port = 70000
  }
  expect_failures = [var.container_port]
}

run "no_such_launch_type" {
  command = plan
  variables {
    launch_type = "EXTERNAL"
  }
  expect_failures = [var.launch_type]
}

run "two_bases" {
  command = plan
  variables {
    capacity_provider_strategy = [{ capacity_provider = "FARGATE", base = 1 }, { capacity_provider = "FARGATE_SPOT", base = 1 }]
  }
  expect_failures = [var.capacity_provider_strategy]
}

run "a_negative_grace_period" {
  command = plan
  variables {
    health_check_grace_period_seconds = -1
  }
  expect_failures = [var.health_check_grace_period_seconds]
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
    target_groups = { target_type = "lambda" }
  }
  expect_failures = [var.target_groups]
}

run "families_without_a_revision" {
  command = plan
  variables {
    blue  = { task_definition = "shop" }
    green = { task_definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop" }
  }
  expect_failures = [var.blue, var.green]
}

run "counts_that_are_none" {
  command = plan
  variables {
    blue  = { task_definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:1", desired_count = -1 }
    green = { task_definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:2", desired_count = 1.5 }
  }
  expect_failures = [var.blue, var.green]
}

run "addresses_without_subnets" {
  command = plan
  variables {
    subnets = []
  }
  expect_failures = [aws_ecs_service.this]
}

run "addresses_without_subnets_of_services_that_others_scale" {
  command = plan
  variables {
    name       = "scaled"
    autoscaled = true
    subnets    = []
  }
  expect_failures = [aws_ecs_service.autoscaled]
}
