output "fqdn" {
  description = "The name that clients ask for, or that a CNAME of yours leads to."
  value       = azurerm_traffic_manager_profile.this.fqdn
}

output "profile_id" {
  description = "The ID of the profile that divides the traffic."
  value       = azurerm_traffic_manager_profile.this.id
}

output "endpoint_ids" {
  description = "The IDs of the endpoints, as `{ blue = …, green = … }`."
  value       = local.endpoint_ids
}
