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
  gcp_lb  = { backend_services = [var.backend_services.blue] }
}

resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = var.versions.green
  gcp_lb  = { backend_services = [var.backend_services.green] }
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color

  blue  = bluegreen_environment.blue
  green = bluegreen_environment.green

  gcp_lb = { url_maps = [var.url_map] }

  steps           = [{ weight = 10, pause = "5m" }, { weight = 50, pause = "5m" }]
  bake            = "5m"
  drain           = "5m" # Google's load balancers follow within seconds, or minutes at worst
  rollback_window = "1h"
}
