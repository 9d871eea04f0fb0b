# Calls the module with what a plan does not know.

terraform {
  required_providers {
    azurerm = {
      source = "hashicorp/azurerm"
    }
    bluegreen = {
      source = "terraform-bluegreen/bluegreen"
    }
  }
}

resource "terraform_data" "made" {}

module "shop" {
  source              = "../.."
  name                = "shop"
  active_color        = "blue"
  resource_group_name = "shop"
  blue                = { version = "1.9.3", target_resource_id = terraform_data.made.id }
  green               = { version = "2.0.0", external_endpoint = { target = terraform_data.made.id } }
}
