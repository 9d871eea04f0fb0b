terraform {
  required_version = ">= 1.8"

  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
    bluegreen = {
      source = "terraform-bluegreen/bluegreen"
    }
  }
}

variable "active_color" { default = "blue" }

resource "aws_lb_target_group" "blue" {
  name     = "shop-blue"
  vpc_id   = var.vpc_id
  port     = 8080
  protocol = "HTTP"

  health_check {
    path = "/health"
  }
}

resource "aws_lb_target_group" "green" {
  name     = "shop-green"
  vpc_id   = var.vpc_id
  port     = 8080
  protocol = "HTTP"

  health_check {
    path = "/health"
  }
}

resource "aws_lb_target_group_attachment" "blue" {
  target_group_arn = aws_lb_target_group.blue.arn
  target_id        = var.instance_ids.blue
}

resource "aws_lb_target_group_attachment" "green" {
  target_group_arn = aws_lb_target_group.green.arn
  target_id        = var.instance_ids.green
}

resource "aws_lb_listener_rule" "shop" {
  listener_arn = var.listener_arn

  action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.blue.arn
        weight = var.active_color == "blue" ? 100 : 0
      }
      target_group {
        arn    = aws_lb_target_group.green.arn
        weight = var.active_color == "green" ? 100 : 0
      }
    }
  }

  condition {
    host_header {
      values = ["shop.example.com"]
    }
  }

  lifecycle {
    ignore_changes = [action] # the weights are the switch's
  }
}

resource "aws_lb_listener_rule" "test" {
  listener_arn = var.listener_arn
  priority     = 1

  action {
    type             = "forward"
    target_group_arn = bluegreen_switch.shop.idle_color == "blue" ? aws_lb_target_group.blue.arn : aws_lb_target_group.green.arn
  }

  condition {
    http_header {
      http_header_name = "X-Preview"
      values           = ["1"]
    }
  }
}

resource "bluegreen_environment" "blue" {
  name    = "shop-blue"
  version = "1.9.3"
  aws_lb  = { target_group_arns = [aws_lb_target_group.blue.arn] }
}

resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = "2.0.0"
  aws_lb  = { target_group_arns = [aws_lb_target_group.green.arn] }
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color

  blue  = bluegreen_environment.blue
  green = bluegreen_environment.green

  aws_lb = { rule_arns = [aws_lb_listener_rule.shop.arn] }

  steps           = [{ weight = 10, pause = "5m" }]
  bake            = "5m"
  drain           = "60s"
  rollback_window = "1h"
}
