terraform {
  required_version = ">= 1.8, < 2.0"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.0, < 5.0"
    }
    bluegreen = {
      source  = "terraform-bluegreen/bluegreen"
      version = ">= 0.1, < 2.0"
    }
  }
}
