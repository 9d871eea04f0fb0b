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
}

resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = var.versions.green
  aws_lb  = { target_group_arns = [var.target_group_arns.green] }
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color

  blue  = bluegreen_environment.blue
  green = bluegreen_environment.green

  aws_lb = { listener_arns = [var.listener_arn] }
}

# Asks the router in every plan, also in one with -refresh=false. It waits for a cutover
# of the same run, so that this is no difference.
data "bluegreen_traffic" "live" {
  blue   = bluegreen_environment.blue
  green  = bluegreen_environment.green
  aws_lb = { listener_arns = [var.listener_arn] }

  depends_on = [bluegreen_switch.shop]
}

# A data source within the check would stand in every plan, as one to be read.
check "traffic" {
  assert {
    condition = data.bluegreen_traffic.live.active_color == bluegreen_switch.shop.active_color
    error_message = format("Traffic is not all on %s: %s. Plan without -refresh=false to see what an apply would do.",
      bluegreen_switch.shop.active_color,
      join("; ", [for r in data.bluegreen_traffic.live.routers : format("blue %d, green %d in %s", r.weights.blue, r.weights.green, r.name)])
    )
  }
}
