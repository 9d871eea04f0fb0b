output "analysis" {
  description = "For `analysis` of a `bluegreen_switch`. Its metrics are `error_percent` and `latency`, those of them that are bounded."
  value = {
    interval           = var.interval
    warm_up            = local.warm_up
    failure_limit      = var.failure_limit
    inconclusive_limit = var.inconclusive_limit
    on_failure         = var.on_failure
    metrics = merge(
      { for metric in local.error_percent : "error_percent" => metric },
      { for metric in local.latency : "latency" => metric },
    )
  }

  precondition {
    condition     = var.max_error_percent != null || local.latency_wanted
    error_message = "max_error_percent: nothing is measured. Bound one of max_error_percent, max_latency and max_latency_ratio."
  }

  precondition {
    condition     = local.source != "prometheus" || var.prometheus != null
    error_message = "prometheus: kind ${var.kind} asks Prometheus, and nothing says where it is. Give prometheus = { url = \"http://prometheus:9090\" }."
  }

  precondition {
    condition     = var.kind != "cloudwatch_alb" || try(var.cloudwatch.load_balancer != null && var.cloudwatch.target_groups != null, false)
    error_message = "cloudwatch: kind cloudwatch_alb needs load_balancer and target_groups. Give the ARNs of both."
  }

  precondition {
    condition     = var.kind != "cloudwatch_ecs" || try(var.cloudwatch.discovery_names != null, false)
    error_message = "cloudwatch: kind cloudwatch_ecs needs discovery_names. Give those of the two services in Service Connect."
  }

  precondition {
    condition     = local.source != "azure" || var.azure != null
    error_message = "azure: kind ${var.kind} asks Azure Monitor, and nothing says about what. Give azure = { resource_id = … }."
  }

  precondition {
    condition = local.source != "azure" || var.azure == null ? true : alltrue([
      for filter in [var.azure.filter, try(coalesce(var.azure.latency_filter, var.azure.filter), null)] :
      can(regex("\\{\\{(color|environment|version)\\}\\}", "${var.azure.resource_id}${coalesce(filter, " ")}"))
    ])
    error_message = "azure: nothing tells blue and green apart. Use {{color}} in resource_id, or in filter and latency_filter."
  }

  precondition {
    condition     = var.kind != "haproxy_socket" || var.haproxy != null
    error_message = "haproxy: kind haproxy_socket asks HAProxy itself, and nothing says where it is. Give haproxy = { sockets = …, backend = … }."
  }

  precondition {
    condition     = length(local.unread) == 0
    error_message = "${join(", ", local.unread)}: kind ${var.kind} does not read this. Leave it out, or change kind."
  }

  precondition {
    condition     = !local.latency_wanted || !local.by_promql || try(module.queries[0].latency_is != "none", true)
    error_message = "max_latency: custom names no histogram of the latency. Give custom.latency, or leave max_latency and max_latency_ratio out."
  }
}

output "latency_is" {
  description = "What the latency is: `quantile`, or `average` where the kind has nothing else."
  value       = local.by_promql ? module.queries[0].latency_is : local.source == "cloudwatch" ? "quantile" : "average"
}
