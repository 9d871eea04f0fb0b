variable "active_color" { default = "blue" }

module "shop" {
  source              = "../../modules/aws-autoscaling"
  name                = "shop"
  active_color        = var.active_color # terraform apply -var active_color=green
  vpc_zone_identifier = var.subnets
  listener_arn        = var.listener_arn
  conditions          = { host_header = ["shop.example.com"] }
  vpc_id              = var.vpc_id
  target_groups       = { port = 8080, health_check = { path = "/health" } }
  blue                = { launch_template = { name = "shop", version = var.versions.blue }, min_size = 2, max_size = 10 }
  green               = { launch_template = { name = "shop", version = var.versions.green }, min_size = 2, max_size = 10 }
  release             = "canary"
}
