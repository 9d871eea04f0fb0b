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
  haproxy = { servers = ["app/blue1", "app/blue2"] }
}

resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = "2.0.0"
  haproxy = { servers = ["app/green1", "app/green2"] }
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color

  blue  = bluegreen_environment.blue
  green = bluegreen_environment.green

  haproxy = {
    # A fleet: all move together, or none.
    sockets = ["tcp://10.0.0.4:9999", "tcp://10.0.0.5:9999"]
  }

  steps           = [{ weight = 10, pause = "5m" }, { weight = 50, pause = "5m" }]
  bake            = "5m"
  drain           = "60s"
  rollback_window = "1h"

  # HAProxy counts the errors itself: more than 5 % in a pause or the bake roll back.
  analysis = {
    interval = "10s"

    metrics = {
      errors = {
        max = 5

        haproxy = {
          sockets      = ["tcp://10.0.0.4:9999", "tcp://10.0.0.5:9999"]
          servers      = ["app/{{color}}1", "app/{{color}}2"]
          min_requests = 20 # with fewer in 10s a reading is no answer
        }
      }
    }
  }
}
