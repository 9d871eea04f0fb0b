# What each argument does, and what it refuses. Offline: the providers are mocks.

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

variables {
  name          = "shop"
  vpc_id        = "vpc-0a1b2c3d"
  target_groups = { port = 8080 }
}

run "two_of_a_kind" {
  command = plan
  variables {
    protocol = "TCP"
    tags     = { team = "shop" }
    targets  = { blue = { a = { id = "10.0.1.11", port = 8081 } }, green = { a = { id = "10.0.2.11" }, b = { id = "10.0.2.12", availability_zone = "all" } } }
  }
  assert {
    condition     = aws_lb_target_group.this["blue"].name == "shop-blue" && aws_lb_target_group.this["green"].name == "shop-green"
    error_message = "the groups are not called after the service"
  }
  assert {
    condition     = aws_lb_target_group.this["blue"].protocol == "TCP" && aws_lb_target_group.this["green"].port == 8080 && aws_lb_target_group.this["green"].vpc_id == "vpc-0a1b2c3d"
    error_message = "a group has another protocol, port or VPC"
  }
  assert {
    condition     = aws_lb_target_group.this["green"].tags["bluegreen:color"] == "green" && aws_lb_target_group.this["green"].tags["team"] == "shop"
    error_message = "a group has other tags"
  }
  assert {
    condition     = join(" ", sort(keys(aws_lb_target_group_attachment.this))) == "blue/a green/a green/b" && aws_lb_target_group_attachment.this["blue/a"].port == 8081
    error_message = "the targets are not those given"
  }
}

run "all_arguments" {
  command = plan
  variables {
    target_groups = {
      port                 = 8080
      protocol             = "HTTPS"
      protocol_version     = "HTTP2"
      target_type          = "ip"
      deregistration_delay = 5
      slow_start           = 30
      health_check         = { path = "/health", port = "8081", protocol = "HTTP", matcher = "200-299", interval = 10, timeout = 5, healthy_threshold = 2, unhealthy_threshold = 3 }
    }
  }
  assert {
    condition     = jsonencode([for g in values(aws_lb_target_group.this) : [g.protocol, g.protocol_version, g.target_type, g.slow_start]]) == jsonencode([for c in ["blue", "green"] : ["HTTPS", "HTTP2", "ip", 30]])
    error_message = "an argument does not reach both groups"
  }
  assert {
    condition     = jsonencode([for g in values(aws_lb_target_group.this) : [for h in g.health_check : [h.path, h.port, h.protocol, h.matcher, h.interval, h.timeout, h.healthy_threshold, h.unhealthy_threshold]]]) == jsonencode([for c in ["blue", "green"] : [["/health", "8081", "HTTP", "200-299", 10, 5, 2, 3]]])
    error_message = "the health check does not reach both groups"
  }
}

run "lambda" {
  command = plan
  variables {
    vpc_id        = null
    target_groups = { target_type = "lambda" }
  }
  assert {
    condition     = aws_lb_target_group.this["blue"].target_type == "lambda" && aws_lb_target_group.this["blue"].port == null && aws_lb_target_group.this["blue"].protocol == null
    error_message = "a group of functions has a port"
  }
}

run "a_check_of_tcp" {
  command = plan
  variables {
    protocol      = "TCP"
    target_groups = { port = 5432, health_check = { interval = 10 } }
  }
  assert {
    condition     = jsonencode([for g in values(aws_lb_target_group.this) : [g.health_check[0].protocol, g.health_check[0].interval]]) == jsonencode([for c in ["blue", "green"] : ["TCP", 10]])
    error_message = "targets of TCP are asked by another protocol"
  }
}

run "a_check_by_http_of_what_tcp_serves" {
  command = plan
  variables {
    protocol      = "TCP"
    target_groups = { port = 5432, health_check = { path = "/health", port = "8008" } }
  }
  assert {
    condition     = alltrue([for g in values(aws_lb_target_group.this) : g.health_check[0].path == "/health" && coalesce(g.health_check[0].protocol, "HTTP") == "HTTP"])
    error_message = "a path is asked for by TCP"
  }
}

run "made" {
  variables {
    targets = { blue = { a = { id = "10.0.1.11" } } }
  }
}

run "what_aws_can_change" {
  command = plan
  variables {
    targets       = { blue = { b = { id = "10.0.1.12" } } }
    target_groups = { port = 8080, target_type = "instance", deregistration_delay = 5, health_check = { path = "/health" } }
  }
  assert {
    condition     = aws_lb_target_group.this["blue"].health_check[0].path == "/health"
    error_message = "the health check is another"
  }
}

run "a_port_that_aws_cannot_change" {
  command = plan
  variables {
    target_groups = { port = 8081 }
  }
  expect_failures = [aws_lb_target_group.this]
}

run "a_name_that_aws_cannot_change" {
  command = plan
  variables {
    name = "cart"
  }
  expect_failures = [aws_lb_target_group.this]
}

run "a_vpc_that_aws_cannot_change" {
  command = plan
  variables {
    vpc_id = "vpc-1b2c3d4e"
  }
  expect_failures = [aws_lb_target_group.this]
}

run "no_vpc" {
  command = plan
  variables {
    vpc_id = null
  }
  expect_failures = [aws_lb_target_group.this]
}

run "a_name_that_is_too_long" {
  command = plan
  variables {
    name = "a-name-of-twenty-seven-chars"
  }
  expect_failures = [aws_lb_target_group.this]
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
    target_groups = { port = 8080, target_type = "server" }
  }
  expect_failures = [var.target_groups]
}
