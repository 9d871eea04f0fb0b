terraform {
  required_version = ">= 1.8"

  required_providers {
    bluegreen = {
      source = "terraform-bluegreen/bluegreen"
    }
  }
}

provider "bluegreen" {}

variable "active_color" {
  type        = string
  default     = "blue"
  description = "The color that is to serve. Changing it is the cutover."
}

resource "bluegreen_environment" "blue" {
  name    = "shop-blue"
  version = "1.9.3"
  haproxy = { backend = "blue-backend" }
}

resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = "2.0.0"
  haproxy = { backend = "green-backend" }
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color

  blue  = bluegreen_environment.blue
  green = bluegreen_environment.green

  haproxy = {
    sockets = ["unix:///run/haproxy/admin.sock"]
    map = {
      file = "/etc/haproxy/maps/backend.map" # as haproxy.cfg names it; where it has another name, add id
      key  = "shop"
    }
  }

  bake            = "2m"
  drain           = "60s"
  rollback_window = "1h"
}
