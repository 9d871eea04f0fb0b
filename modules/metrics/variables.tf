variable "kind" {
  description = "Who is asked, and whose metrics those are. Of Prometheus: `haproxy`, `nginx_ingress`, `nginx_vts`, `envoy`, `istio`, `linkerd`, `opentelemetry`, `custom`. Of Google Cloud Monitoring: `google_lb`, `google_lb_regional`, `google_lb_internal`. Of CloudWatch: `cloudwatch_alb`, `cloudwatch_ecs` (Service Connect). Of Azure Monitor: `azure_app_service`, `azure_application_gateway`. Of HAProxy itself, without a metrics server: `haproxy_socket`."
  type        = string
  nullable    = false

  validation {
    condition = contains([
      "haproxy", "nginx_ingress", "nginx_vts", "envoy", "istio", "linkerd", "opentelemetry", "custom",
      "google_lb", "google_lb_regional", "google_lb_internal",
      "cloudwatch_alb", "cloudwatch_ecs", "azure_app_service", "azure_application_gateway", "haproxy_socket",
    ], var.kind)
    error_message = "kind: nobody's metrics are called that. Give one of haproxy, nginx_ingress, nginx_vts, envoy, istio, linkerd, opentelemetry, custom, google_lb, google_lb_regional, google_lb_internal, cloudwatch_alb, cloudwatch_ecs, azure_app_service, azure_application_gateway, haproxy_socket."
  }
}

variable "labels" {
  description = "For the kinds of Prometheus and Google: what the series of one color have in their labels, `{ proxy = \"{{color}}-backend\" }`. See the module `queries`."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "color_labels" {
  description = "For the kinds of Prometheus and Google: the labels that differ, where `{{color}}` cannot say it. See the module `queries`."
  type = object({
    blue  = map(string)
    green = map(string)
  })
  default = null
}

variable "custom" {
  description = "With `kind = \"custom\"`: the names of your own metrics. See the module `queries`."
  type = object({
    requests     = string
    errors       = map(string)
    latency      = optional(string)
    latency_unit = optional(string, "s")
    open         = optional(string)
  })
  default = null
}

variable "prometheus" {
  description = "For the kinds of Prometheus: where it is, and how one signs in. The arguments are those of the provider's metric `prometheus`; secrets are named by environment variables, so that none is in a plan or a state."
  type = object({
    url              = string
    tenant           = optional(string)
    timeout          = optional(string)
    username         = optional(string)
    password_env     = optional(string)
    bearer_token_env = optional(string)
    headers          = optional(map(string))
    headers_env      = optional(map(string))
    sigv4            = optional(object({ region = optional(string), role_arn = optional(string) }))
    oauth2 = optional(object({
      token_url         = string
      client_id         = string
      client_secret_env = optional(string)
      scopes            = optional(list(string))
      endpoint_params   = optional(map(string))
    }))
    tls = optional(object({
      ca_cert              = optional(string)
      client_cert          = optional(string)
      client_key_env       = optional(string)
      client_key_file      = optional(string)
      server_name          = optional(string)
      insecure_skip_verify = optional(bool)
    }))
  })
  default = null

  validation {
    condition     = var.prometheus == null ? true : can(regex("^https?://[^/]+", var.prometheus.url))
    error_message = "prometheus: url is no address. Give http://prometheus:9090, or https://… with the path before /api/v1."
  }
}

variable "google" {
  description = "For the kinds of Google: `project`, whose metrics scope is read (default: that of the provider's `gcp` block), and `timeout`."
  type = object({
    project = optional(string)
    timeout = optional(string)
  })
  default = null
}

variable "cloudwatch" {
  description = "For the kinds of CloudWatch. `cloudwatch_alb` wants `load_balancer` and the two `target_groups`, each an ARN or its suffix (`arn_suffix`); `cloudwatch_ecs` the two `discovery_names` of Service Connect."
  type = object({
    load_balancer   = optional(string)
    target_groups   = optional(object({ blue = string, green = string }))
    discovery_names = optional(object({ blue = string, green = string }))
    region          = optional(string)
    period          = optional(string, "1m")
    timeout         = optional(string)
  })
  default = null

  validation {
    condition     = try(var.cloudwatch.load_balancer, null) == null ? true : can(regex("^(arn:.*:loadbalancer/)?app/[^/]+/[^/]+$", var.cloudwatch.load_balancer))
    error_message = "cloudwatch: load_balancer is none of an Application Load Balancer. Give aws_lb's arn or arn_suffix: app/shop/0123456789abcdef."
  }

  validation {
    condition = try(var.cloudwatch.target_groups, null) == null ? true : alltrue([
      for group in [var.cloudwatch.target_groups.blue, var.cloudwatch.target_groups.green] : can(regex("^(arn:.*:)?targetgroup/[^/]+/[^/]+$", group))
    ])
    error_message = "cloudwatch: target_groups has one that is none. Give aws_lb_target_group's arn or arn_suffix: targetgroup/shop-blue/0123456789abcdef."
  }

  validation {
    condition     = try(var.cloudwatch.target_groups, null) == null ? true : var.cloudwatch.target_groups.blue != var.cloudwatch.target_groups.green
    error_message = "cloudwatch: target_groups has one group for both colors. Give each color its own."
  }

  validation {
    condition     = try(var.cloudwatch.discovery_names, null) == null ? true : var.cloudwatch.discovery_names.blue != var.cloudwatch.discovery_names.green
    error_message = "cloudwatch: discovery_names has one name for both colors. Give each color its own discovery_name."
  }
}

variable "azure" {
  description = "For the kinds of Azure: `resource_id`, with `{{color}}` or `{{environment}}` in it, or with a `filter` that has it: `BackendSettingsPool eq 'shop-{{color}}~https'`. `latency_filter` is for the latency of an Application Gateway, whose dimensions are others: `BackendPool eq 'shop-{{color}}'`."
  type = object({
    resource_id    = string
    filter         = optional(string)
    latency_filter = optional(string)
    timeout        = optional(string)
  })
  default = null

  validation {
    condition     = var.azure == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/.+", var.azure.resource_id))
    error_message = "azure: resource_id is no ID of a resource. Give /subscriptions/…/resourceGroups/…/providers/…."
  }
}

variable "haproxy" {
  description = "With `kind = \"haproxy_socket\"`: the `sockets` of each HAProxy, and either the `backend` or the `servers` of a color, with `{{color}}` in them, as in the provider's metric `haproxy`."
  type = object({
    sockets = list(string)
    backend = optional(string)
    servers = optional(list(string))
    window  = optional(string)
  })
  default = null

  validation {
    condition     = var.haproxy == null ? true : length(var.haproxy.sockets) > 0
    error_message = "haproxy: sockets is empty. Give the stats socket of each HAProxy: unix:///run/haproxy/admin.sock."
  }

  validation {
    condition     = var.haproxy == null ? true : (var.haproxy.backend == null) != (var.haproxy.servers == null)
    error_message = "haproxy: give either backend or servers, and not both."
  }

  validation {
    condition     = var.haproxy == null ? true : alltrue([for name in concat(compact([var.haproxy.backend]), coalesce(var.haproxy.servers, [])) : can(regex("\\{\\{(color|environment|version)\\}\\}", name))])
    error_message = "haproxy: nothing tells blue and green apart. Use {{color}} in backend, or in each of servers."
  }
}

variable "max_error_percent" {
  description = "How many of 100 requests may be answered with a status of 5xx. Null: errors are not measured."
  type        = number
  default     = 1

  validation {
    condition     = var.max_error_percent == null ? true : var.max_error_percent >= 0 && var.max_error_percent < 100
    error_message = "max_error_percent: it is a percentage from 0 to below 100, and 100 would let everything pass. Give 1 for one request in a hundred, or null."
  }
}

variable "max_latency" {
  description = "How long answers may take, at `latency_quantile`: `500ms`. Null: not bounded. An average is meant where the kind has nothing else: `haproxy`, `haproxy_socket` and those of Azure."
  type        = string
  default     = null

  validation {
    condition     = var.max_latency == null ? true : can(regex("^[0-9]+(\\.[0-9]+)?(ms|s|m)$", var.max_latency)) && can(regex("[1-9]", var.max_latency))
    error_message = "max_latency: that is no time. Give a number with ms, s or m: 500ms, 1.5s."
  }
}

variable "max_latency_ratio" {
  description = "How many times the latency of the outgoing color that of the incoming one may be: `1.5`. It is judged while both have traffic. Null: not compared."
  type        = number
  default     = null

  validation {
    condition     = var.max_latency_ratio == null ? true : var.max_latency_ratio > 0
    error_message = "max_latency_ratio: it is above 0. Give 1.5 for half as slow again, or null."
  }
}

variable "latency_quantile" {
  description = "Which quantile of the latency counts."
  type        = number
  default     = 0.99
  nullable    = false

  validation {
    condition     = var.latency_quantile > 0 && var.latency_quantile < 1
    error_message = "latency_quantile: it is above 0 and below 1. Give 0.99 for the 99th percentile."
  }
}

variable "min_requests" {
  description = "How many requests a measurement must stand on; with fewer it is inconclusive, neither good nor bad. 0: any number."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.min_requests >= 0 && floor(var.min_requests) == var.min_requests
    error_message = "min_requests: it is a whole number, 0 or more."
  }
}

variable "window" {
  description = "How far back a measurement looks. Null: `2m` with Prometheus, which must have two scrapes in it, better four; `5m` with the clouds, which show data late."
  type        = string
  default     = null

  validation {
    condition     = var.window == null ? true : can(regex("^([0-9]+h)?([0-9]+m)?([0-9]+s)?$", var.window)) && can(regex("[1-9]", var.window))
    error_message = "window: that is no time span. Give whole hours, minutes and seconds, such as 2m or 1m30s."
  }
}

variable "interval" {
  description = "The time between two measurements."
  type        = string
  default     = "10s"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$", var.interval)) && can(regex("[1-9]", var.interval))
    error_message = "interval: that is no time. Give a number with its unit: 10s, 1m."
  }
}

variable "warm_up" {
  description = "How long after each movement of traffic the first measurement is taken. Null: as long as `window`, so that it is about the new weights alone. Pauses must be longer."
  type        = string
  default     = null

  validation {
    condition     = var.warm_up == null ? true : can(regex("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$", var.warm_up))
    error_message = "warm_up: that is no time. Give a number with its unit: 2m, or 0s for none."
  }
}

variable "failure_limit" {
  description = "How many failed measurements in a row are tolerated."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.failure_limit >= 0 && floor(var.failure_limit) == var.failure_limit
    error_message = "failure_limit: it is a whole number, 0 or more."
  }
}

variable "inconclusive_limit" {
  description = "How many measurements in a row without an answer are tolerated."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = var.inconclusive_limit >= 0 && floor(var.inconclusive_limit) == var.inconclusive_limit
    error_message = "inconclusive_limit: it is a whole number, 0 or more."
  }
}

variable "on_failure" {
  description = "`rollback` puts the weights back as they were found; `hold` keeps them where they are, for people to decide."
  type        = string
  default     = "rollback"
  nullable    = false

  validation {
    condition     = contains(["rollback", "hold"], var.on_failure)
    error_message = "on_failure: it is rollback or hold."
  }
}

variable "dry_run" {
  description = "Whether to measure and record without judging."
  type        = bool
  default     = false
  nullable    = false
}
