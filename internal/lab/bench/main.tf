# The switches that the benchmark plans and applies. Instant cutovers: no steps, no bake, no drain.

terraform {
  required_providers {
    bluegreen = { source = "terraform-bluegreen/bluegreen" }
  }
}

variable "active_color" {
  type    = string
  default = "blue"
}

variable "aws" {
  type = object({ region = string, endpoint = string, access_key = string, secret_key = string })
}

variable "switches" {
  type = map(object({ listener_arns = list(string), rule_arns = list(string), blue = string, green = string }))
}

provider "bluegreen" {
  aws = {
    region     = var.aws.region
    access_key = var.aws.access_key
    secret_key = var.aws.secret_key
    endpoints  = { elbv2 = var.aws.endpoint }
  }
}

resource "bluegreen_environment" "blue" {
  for_each = var.switches
  name     = "${each.key}-blue"
  version  = "1.0.0"
  aws_lb   = { target_group_arns = [each.value.blue] }
}

resource "bluegreen_environment" "green" {
  for_each = var.switches
  name     = "${each.key}-green"
  version  = "2.0.0"
  aws_lb   = { target_group_arns = [each.value.green] }
}

resource "bluegreen_switch" "all" {
  for_each     = var.switches
  name         = each.key
  active_color = var.active_color
  blue         = bluegreen_environment.blue[each.key]
  green        = bluegreen_environment.green[each.key]
  aws_lb       = { listener_arns = each.value.listener_arns, rule_arns = each.value.rule_arns }
}
