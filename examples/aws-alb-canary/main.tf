terraform {
  required_version = ">= 1.8"

  required_providers {
    bluegreen = {
      source = "terraform-bluegreen/bluegreen"
    }
  }
}

provider "bluegreen" {}

resource "bluegreen_environment" "blue" {
  name    = "shop-blue"
  version = var.versions.blue
  aws_lb  = { target_group_arns = [var.target_group_arns.blue] }

  health = {
    min_healthy = 2
    stable_for  = "30s"
  }
}

resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = var.versions.green
  aws_lb  = { target_group_arns = [var.target_group_arns.green] }

  health = {
    min_healthy = 2
    stable_for  = "30s"
  }
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color

  blue  = bluegreen_environment.blue
  green = bluegreen_environment.green

  aws_lb = { listener_arns = [var.listener_arn] }

  steps = [
    { weight = 5, pause = "10m" },
    { weight = 25, pause = "10m" },
    { weight = 50, pause = "10m" },
  ]
  bake            = "15m"
  drain           = "60s"
  rollback_window = "1h"

  # The longest that the timetable can take; a longer one is an error at plan.
  timeouts = { create = "90m", update = "90m" }
}
