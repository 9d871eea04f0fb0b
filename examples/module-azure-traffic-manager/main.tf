variable "active_color" { default = "blue" }

provider "azurerm" {
  features {}
}

module "shop" {
  source              = "../../modules/azure-traffic-manager"
  name                = "shop"
  active_color        = var.active_color # terraform apply -var active_color=green
  resource_group_name = var.resource_group_name
  monitor_config      = { path = "/health" }
  blue                = { version = "1.9.3", target_resource_id = var.web_app_ids.blue }
  green               = { version = "2.0.0", target_resource_id = var.web_app_ids.green }
  release             = "canary"
}

output "fqdn" {
  description = "What clients ask for."
  value       = module.shop.fqdn
}
