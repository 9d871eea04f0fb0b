locals {
  told_apart = var.color_labels != null || anytrue([for value in values(var.labels) : strcontains(value, "{{")])
}

output "measured" {
  description = "The queries about the color that an analysis measures, in which the provider puts that color in: `requests` in the window, `requests_per_second`, `errors_per_second`, `error_percent`, `latency` in seconds, by quantile, and `open`, null where the kind has none."
  value       = local.shaped.measured

  precondition {
    condition     = local.told_apart
    error_message = "labels: nothing tells blue and green apart. Use {{color}} in a value, or give color_labels."
  }

  precondition {
    condition     = var.kind != "custom" || var.custom != null
    error_message = "custom: kind is custom, and custom has no names. Give custom = { requests = \"http_requests_total\", errors = { status = \"=~5..\" } }."
  }

  precondition {
    condition     = var.kind == "custom" || var.custom == null
    error_message = "custom: it is for kind = \"custom\" alone. Leave it out, or change kind."
  }
}

output "blue" {
  description = "The same queries about blue, for dashboards and rules."
  value       = local.shaped.blue
}

output "green" {
  description = "The same queries about green, for dashboards and rules."
  value       = local.shaped.green
}

output "latency_is" {
  description = "What the latency is: `quantile`, `average` where the exporter has nothing else, or `none`."
  value       = local.kind.average != null ? "average" : local.kind.histogram != null ? "quantile" : "none"
}
