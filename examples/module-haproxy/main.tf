variable "active_color" { default = "blue" }

module "shop" {
  source       = "../../modules/haproxy"
  name         = "shop"
  active_color = var.active_color # terraform apply -var active_color=green
  sockets      = ["unix:///run/haproxy/admin.sock"]
  blue         = { version = "1.9.3", servers = ["app/blue1", "app/blue2"] }
  green        = { version = "2.0.0", servers = ["app/green1", "app/green2"] }
  release      = "canary"
  analysis     = module.metrics.analysis
}

module "metrics" {
  source            = "../../modules/metrics"
  kind              = "haproxy_socket"
  haproxy           = { sockets = ["unix:///run/haproxy/admin.sock"], servers = ["app/{{color}}1", "app/{{color}}2"] }
  max_error_percent = 1
}

output "haproxy_cfg" {
  description = "The lines of haproxy.cfg to paste."
  value       = module.shop.haproxy_cfg
}
