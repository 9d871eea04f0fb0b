output "dashboard" {
  description = "The dashboard as Grafana's JSON: for `config_json` of a `grafana_dashboard`, a file that is provisioned, or an import by hand."
  value       = jsonencode(local.dashboard)

  precondition {
    condition     = var.max_latency == null || module.panels.latency_is != "none"
    error_message = "max_latency: custom names no histogram of the latency. Give custom.latency, or leave max_latency out."
  }
}

output "rules" {
  description = "Alert rules as a file of Prometheus's, in YAML: `BluegreenErrors` and `BluegreenLatency` of each color, and `BluegreenDivided`."
  value       = yamlencode({ groups = [{ name = "bluegreen-${local.about}", rules = local.rules }] })
}
