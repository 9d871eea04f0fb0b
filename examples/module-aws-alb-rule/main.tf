variable "active_color" { default = "blue" }

module "shop" {
  source        = "../../modules/aws-alb-rule"
  name          = "shop"
  active_color  = var.active_color # terraform apply -var active_color=green
  listener_arn  = var.listener_arn
  conditions    = { host_header = ["shop.example.com"] }
  test          = { priority = 1, http_header = { X-Preview = ["1"] } }
  vpc_id        = var.vpc_id
  target_groups = { port = 8080, health_check = { path = "/health" } }
  blue          = { version = "1.9.3", targets = { a = { id = var.instance_ids.blue } } }
  green         = { version = "2.0.0", targets = { a = { id = var.instance_ids.green } } }
  release       = "canary"
}
