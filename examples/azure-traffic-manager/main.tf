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
  name                  = "shop-blue"
  version               = var.versions.blue
  azure_traffic_manager = { endpoint_ids = [var.endpoint_ids.blue] }
}

resource "bluegreen_environment" "green" {
  name                  = "shop-green"
  version               = var.versions.green
  azure_traffic_manager = { endpoint_ids = [var.endpoint_ids.green] }
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color

  blue  = bluegreen_environment.blue
  green = bluegreen_environment.green

  azure_traffic_manager = { profile_ids = [var.profile_id] }

  steps           = [{ weight = 10, pause = "5m" }, { weight = 50, pause = "5m" }]
  bake            = "5m"
  drain           = "2m"
  rollback_window = "1h"
}
