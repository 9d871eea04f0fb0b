variable "active_color" { default = "blue" }

module "shop" {
  source       = "../../modules/gcp-url-map"
  name         = "shop"
  active_color = var.active_color # terraform apply -var active_color=green
  health_check = { request_path = "/health" }
  blue         = { version = "1.9.3", backends = [{ group = var.groups.blue }] }
  green        = { version = "2.0.0", backends = [{ group = var.groups.green }] }
  release      = "canary"
  drain        = "5m" # Google's load balancers follow within seconds, or minutes at worst
}

output "url_map_id" {
  description = "For the target proxy."
  value       = module.shop.url_map_id
}
