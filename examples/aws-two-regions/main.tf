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
  aws_lb  = { target_group_arns = var.target_group_arns.blue }
}

resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = var.versions.green
  aws_lb  = { target_group_arns = var.target_group_arns.green }
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color

  blue  = bluegreen_environment.blue
  green = bluegreen_environment.green

  aws_lb = { listener_arns = var.listener_arns }

  steps           = [{ weight = 10, pause = "5m" }]
  bake            = "5m"
  drain           = "60s"
  rollback_window = "1h"
}
