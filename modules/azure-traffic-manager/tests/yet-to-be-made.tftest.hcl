# Both colors are made in the same apply, so that a plan does not know where they are.

mock_provider "azurerm" {
  mock_resource "azurerm_traffic_manager_profile" {
    defaults = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop" }
  }
  mock_resource "azurerm_traffic_manager_azure_endpoint" {
    defaults = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop/AzureEndpoints/blue" }
  }
  mock_resource "azurerm_traffic_manager_external_endpoint" {
    defaults = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop/ExternalEndpoints/green" }
  }
}

mock_provider "bluegreen" {
  # OpenTofu makes up what a mock computes already in a plan, and others read this.
  mock_resource "bluegreen_environment" {
    defaults = { fitness = "{\"format\":1}" }
  }
}

run "what_is_yet_to_be_made" {
  command = plan
  module {
    source = "./tests/yet-to-be-made"
  }
}
