locals {
  source = (
    startswith(var.kind, "cloudwatch_") ? "cloudwatch" :
    startswith(var.kind, "azure_") ? "azure" :
    startswith(var.kind, "google_") ? "google" :
    var.kind == "haproxy_socket" ? "haproxy" : "prometheus"
  )
  by_promql = contains(["prometheus", "google"], local.source)

  # What is given and not read would be missed in silence.
  unread = compact([
    local.by_promql || length(var.labels) == 0 ? "" : "labels",
    local.by_promql || var.color_labels == null ? "" : "color_labels",
    local.by_promql || var.custom == null ? "" : "custom",
    local.source == "prometheus" || var.prometheus == null ? "" : "prometheus",
    local.source == "google" || var.google == null ? "" : "google",
    local.source == "cloudwatch" || var.cloudwatch == null ? "" : "cloudwatch",
    local.source == "azure" || var.azure == null ? "" : "azure",
    local.source == "haproxy" || var.haproxy == null ? "" : "haproxy",
  ])

  window  = coalesce(var.window, local.source == "prometheus" ? "2m" : "5m")
  warm_up = coalesce(var.warm_up, local.source == "haproxy" ? "0s" : local.window)

  # Of what there is more than one of, each with the bound that it is judged by.
  latency_wanted = var.max_latency != null || var.max_latency_ratio != null
  latency_units  = { ms = 0.001, s = 1, m = 60 }
  max_seconds    = var.max_latency == null ? null : tonumber(regex("^[0-9.]+", var.max_latency)) * local.latency_units[regex("[a-z]+$", var.max_latency)]
  min_samples    = var.min_requests == 0 ? null : var.min_requests
}

module "queries" {
  source = "../queries"
  count  = local.by_promql ? 1 : 0

  kind         = var.kind
  labels       = var.labels
  color_labels = var.color_labels
  custom       = var.custom
  window       = local.window
  quantiles    = [var.latency_quantile]
}

locals {
  # What each source is asked. A source that is not asked has none.
  promql = { for part in module.queries[*].measured : "asked" => {
    error   = part.error_percent
    latency = lookup(part.latency, tostring(var.latency_quantile), null)
    samples = var.min_requests == 0 ? null : part.requests
  } }

  # CloudWatch has a name for each color's metrics, and the provider puts the color
  # into the expression, so that groups may be called as they like. The count of
  # what did not happen is missing: FILL. ECS's own count of requests has the
  # dimensions of who asks, so that the answers are counted instead.
  cloudwatch_names = {
    cloudwatch_alb = { errors = "HTTPCode_Target_5XX_Count", unreached = "TargetConnectionErrorCount", requests = "RequestCount", latency = "TargetResponseTime" }
    cloudwatch_ecs = { "2xx" = "HTTPCode_Target_2XX_Count", "3xx" = "HTTPCode_Target_3XX_Count", "4xx" = "HTTPCode_Target_4XX_Count", "5xx" = "HTTPCode_Target_5XX_Count", latency = "TargetResponseTime" }
  }
  cloudwatch_requests = {
    cloudwatch_alb = "{{color}}_requests"
    cloudwatch_ecs = join(" + ", [for class in ["2xx", "3xx", "4xx", "5xx"] : "FILL({{color}}_${class}, 0)"])
  }
  cloudwatch_errors = {
    cloudwatch_alb = "FILL({{color}}_errors, 0) + FILL({{color}}_unreached, 0)"
    cloudwatch_ecs = "FILL({{color}}_5xx, 0)"
  }
  percentile = "p${floor(var.latency_quantile * 100000 + 0.5) / 1000}"
  cloudwatch_dimensions = {
    for color in ["blue", "green"] : color => {
      cloudwatch_alb = {
        LoadBalancer = replace(coalesce(try(var.cloudwatch.load_balancer, null), "-"), "/^arn:.*:loadbalancer//", "")
        TargetGroup  = replace(coalesce(try(var.cloudwatch.target_groups[color], null), "-"), "/^arn:.*:targetgroup//", "targetgroup/")
      }
      cloudwatch_ecs = { TargetDiscoveryName = try(var.cloudwatch.discovery_names[color], null) }
    }
  }
  # Each metric that is asked for costs: a reading has those that it is made of.
  cloudwatch_metrics = {
    for what in ["error", "latency"] : what => merge([
      for color in ["blue", "green"] : {
        for id, name in lookup(local.cloudwatch_names, var.kind, {}) : "${color}_${id}" => {
          namespace  = var.kind == "cloudwatch_alb" ? "AWS/ApplicationELB" : "AWS/ECS"
          name       = name
          stat       = id == "latency" ? local.percentile : "Sum"
          dimensions = { for dimension, value in local.cloudwatch_dimensions[color][var.kind] : dimension => value }
        } if what == "error" ? id != "latency" : id == "latency" || (var.min_requests > 0 && !contains(["errors", "unreached"], id))
      }
    ]...)
  }
  cloudwatch = { for found in(local.source == "cloudwatch" ? [true] : []) : "asked" => {
    region            = try(var.cloudwatch.region, null)
    period            = try(var.cloudwatch.period, null)
    window            = local.window
    timeout           = try(var.cloudwatch.timeout, null)
    sample_expression = var.min_requests == 0 ? null : local.cloudwatch_requests[var.kind]
  } }

  azure_names = {
    azure_app_service         = { errors = "Http5xx", requests = "Requests", latency = "HttpResponseTime", latency_seconds = 1 }
    azure_application_gateway = { errors = "FailedRequests", requests = "TotalRequests", latency = "BackendLastByteResponseTime", latency_seconds = 1000 }
  }

  # error and latency as the provider's metrics have them, by source. Each is a list
  # of none or one: values of different types are never two sides of a condition.
  sources = {
    prometheus = { for what in ["error", "latency"] : what => [
      for asked in values(local.promql) : { prometheus = merge(var.prometheus, { query = asked[what], sample_query = asked.samples }) }
      if local.source == "prometheus"
    ] }
    google = { for what in ["error", "latency"] : what => [
      for asked in values(local.promql) : { google_cloud_monitoring = merge(var.google, { query = asked[what], sample_query = asked.samples }) }
      if local.source == "google"
    ] }
    cloudwatch = {
      error = [for asked in values(local.cloudwatch) : { cloudwatch = merge(asked, {
        metrics    = local.cloudwatch_metrics.error
        expression = "100 * (${local.cloudwatch_errors[var.kind]}) / (${local.cloudwatch_requests[var.kind]})"
      }) }]
      latency = [for asked in values(local.cloudwatch) : { cloudwatch = merge(asked, {
        metrics    = local.cloudwatch_metrics.latency
        expression = var.kind == "cloudwatch_ecs" ? "{{color}}_latency / 1000" : "{{color}}_latency"
      }) }]
    }
    azure = {
      error = [for names in [for kind, names in local.azure_names : names if kind == var.kind] : { azure_monitor = {
        resource_id = try(var.azure.resource_id, "")
        filter      = try(var.azure.filter, null)
        metric      = names.errors
        percent_of  = names.requests
        window      = local.window
        timeout     = try(var.azure.timeout, null)
      } }]
      latency = [for names in [for kind, names in local.azure_names : names if kind == var.kind] : { azure_monitor = {
        resource_id = try(var.azure.resource_id, "")
        filter      = try(coalesce(var.azure.latency_filter, var.azure.filter), null)
        metric      = names.latency
        aggregation = "Average"
        window      = local.window
        timeout     = try(var.azure.timeout, null)
      } }]
    }
    haproxy = { for what, of in { error = "error_percent", latency = "response_ms" } : what => [
      for asked in var.haproxy[*] : { haproxy = merge(asked, { of = of, min_requests = max(var.min_requests, 1) }) } if local.source == "haproxy"
    ] }
  }
  asked = local.sources[local.source]

  # In what unit of a second a source tells the latency, and whether it tells how
  # many requests that is of.
  per_second = local.source == "haproxy" ? 1000 : try(local.azure_names[var.kind].latency_seconds, 1)
  counts     = { error = local.source != "haproxy", latency = !contains(["haproxy", "azure"], local.source) }

  error_percent = [for asked in local.asked.error : merge(asked, {
    max         = var.max_error_percent
    min_samples = local.counts.error ? local.min_samples : null
    dry_run     = var.dry_run
  }) if var.max_error_percent != null]
  latency = [for asked in local.asked.latency : merge(asked, {
    max                = try(local.max_seconds * local.per_second, null)
    max_ratio_to_other = var.max_latency_ratio
    min_samples        = local.counts.latency ? local.min_samples : null
    dry_run            = var.dry_run
  }) if local.latency_wanted]
}
