# The switches over URL maps that the benchmark applies. Instant cutovers: no steps, no bake, no drain.

terraform {
  required_providers {
    bluegreen = { source = "terraform-bluegreen/bluegreen" }
  }
}

variable "active_color" {
  type    = string
  default = "blue"
}

variable "gcp" {
  type = object({ project = string, endpoint = string })
}

variable "switches" {
  type = map(object({ url_maps = list(string), path_matcher = optional(string), blue = string, green = string }))
}

provider "bluegreen" {
  gcp = {
    project  = var.gcp.project
    endpoint = var.gcp.endpoint
  }
}

resource "bluegreen_environment" "blue" {
  for_each = var.switches
  name     = "${each.key}-blue"
  version  = "1.0.0"
  gcp_lb   = { backend_services = [each.value.blue] }
}

resource "bluegreen_environment" "green" {
  for_each = var.switches
  name     = "${each.key}-green"
  version  = "2.0.0"
  gcp_lb   = { backend_services = [each.value.green] }
}

resource "bluegreen_switch" "all" {
  for_each     = var.switches
  name         = each.key
  active_color = var.active_color
  blue         = bluegreen_environment.blue[each.key]
  green        = bluegreen_environment.green[each.key]
  gcp_lb       = { url_maps = each.value.url_maps, path_matcher = each.value.path_matcher }
}
