variable "active_color" {
  type    = string
  default = "blue"
}

variable "listener_arn" {
  type = string
}

variable "target_group_arns" {
  type = object({ blue = string, green = string })
}

resource "bluegreen_environment" "blue" {
  name    = "shop-blue"
  version = "1.9.3"
  aws_lb  = { target_group_arns = [var.target_group_arns.blue] }
}

resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = "2.0.0"
  aws_lb  = { target_group_arns = [var.target_group_arns.green] }
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color # terraform apply -var active_color=green

  blue  = bluegreen_environment.blue
  green = bluegreen_environment.green

  aws_lb = { listener_arns = [var.listener_arn] }

  steps           = [{ weight = 10, pause = "5m" }, { weight = 50, pause = "5m" }]
  bake            = "5m"
  drain           = "60s"
  rollback_window = "1h"
}
