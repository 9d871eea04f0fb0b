output "url_map_id" {
  description = "The ID of the URL map that divides the traffic: for a target proxy."
  value       = google_compute_url_map.this.id
}

output "backend_service_ids" {
  description = "The IDs of the backend services, as `{ blue = …, green = … }`."
  value       = { for color, service in google_compute_backend_service.this : color => service.id }
}

output "test_hosts" {
  description = "The hosts that always lead to one color, as `{ blue = …, green = … }`."
  value       = local.test_hosts
}
