variable "kind" {
  description = "Whose metrics Prometheus has: `haproxy` (its own exporter), `nginx_ingress` (ingress-nginx), `nginx_vts` (the module nginx-module-vts), `envoy`, `istio`, `linkerd`, `opentelemetry` (HTTP servers, by the stable semantic conventions), `custom` (names of your own, in `custom`); or, for Google Cloud Monitoring, `google_lb`, `google_lb_regional` and `google_lb_internal`."
  type        = string
  nullable    = false

  validation {
    condition = contains([
      "haproxy", "nginx_ingress", "nginx_vts", "envoy", "istio", "linkerd", "opentelemetry", "custom",
      "google_lb", "google_lb_regional", "google_lb_internal",
    ], var.kind)
    error_message = "kind: nobody's metrics are called that. Give one of haproxy, nginx_ingress, nginx_vts, envoy, istio, linkerd, opentelemetry, custom, google_lb, google_lb_regional, google_lb_internal."
  }
}

variable "labels" {
  description = "What the series of one color have in their labels: `{ proxy = \"{{color}}-backend\" }`. `{{color}}` stands for blue or green. A value is what the label must be; with `=~`, `!~` or `!=` before it, it is matched as PromQL does that: `{ server = \"=~{{color}}[0-9]+\" }`. In an analysis `{{environment}}` and `{{version}}` stand for those of the environment."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.labels) : can(regex("^[a-zA-Z_][a-zA-Z0-9_]*$", name))])
    error_message = "labels: a name is none that Prometheus has. Use letters, digits and _, and no digit first."
  }

  validation {
    condition     = alltrue([for value in values(var.labels) : value != null && can(regex("^[^\\n]*$", value))])
    error_message = "labels: a value is null or has several lines. Give text on one line, or leave the label out."
  }

  validation {
    condition = alltrue([
      for value in values(var.labels) :
      !strcontains(replace(replace(replace(coalesce(value, "-"), "{{color}}", ""), "{{environment}}", ""), "{{version}}", ""), "{{")
    ])
    error_message = "labels: a value has a placeholder that nothing is put in for. There are {{color}}, {{environment}} and {{version}}, written just so."
  }
}

variable "color_labels" {
  description = "The labels that differ, where `{{color}}` cannot say it, because the names have no color in them: `{ blue = { server = \"=~app[12]\" }, green = { server = \"=~app[34]\" } }`. They are written as in `labels`, and go before those."
  type = object({
    blue  = map(string)
    green = map(string)
  })
  default = null

  validation {
    condition = var.color_labels == null ? true : alltrue([
      for name in concat(keys(var.color_labels.blue), keys(var.color_labels.green)) : can(regex("^[a-zA-Z_][a-zA-Z0-9_]*$", name))
    ])
    error_message = "color_labels: a name is none that Prometheus has. Use letters, digits and _, and no digit first."
  }

  validation {
    condition     = var.color_labels == null ? true : jsonencode(var.color_labels.blue) != jsonencode(var.color_labels.green)
    error_message = "color_labels: blue and green are the same, so that nothing tells them apart. Give each its own value, or leave color_labels out and use {{color}} in labels."
  }

  validation {
    condition = var.color_labels == null ? true : alltrue([
      for value in concat(values(var.color_labels.blue), values(var.color_labels.green)) : value != null && !strcontains(coalesce(value, "-"), "{{") && can(regex("^[^\\n]*$", value))
    ])
    error_message = "color_labels: a value is null, has several lines or a placeholder. Write out what the label of that color is; placeholders are for labels."
  }
}

variable "custom" {
  description = "The names of your own metrics, with `kind = \"custom\"`: `requests` is a counter, `errors` the labels that those of its series have that are errors (as in `labels`), `latency` the histogram without its `_bucket`, in `latency_unit` (`s` or `ms`), `open` a gauge of open requests or connections."
  type = object({
    requests     = string
    errors       = map(string)
    latency      = optional(string)
    latency_unit = optional(string, "s")
    open         = optional(string)
  })
  default = null

  validation {
    condition = var.custom == null ? true : alltrue([
      for name in compact([var.custom.requests, var.custom.latency, var.custom.open]) : can(regex("^[a-zA-Z_:][a-zA-Z0-9_:]*$", name))
    ])
    error_message = "custom: requests, latency and open are names of metrics. Give the name alone, without labels or functions."
  }

  validation {
    condition     = var.custom == null ? true : length(var.custom.errors) > 0 && alltrue([for name in keys(var.custom.errors) : can(regex("^[a-zA-Z_][a-zA-Z0-9_]*$", name))])
    error_message = "custom: errors has no label, or one with a name that Prometheus does not have. Give what tells an error: { status = \"=~5..\" }."
  }

  validation {
    condition     = var.custom == null ? true : contains(["s", "ms"], var.custom.latency_unit)
    error_message = "custom: latency_unit is s or ms."
  }
}

variable "window" {
  description = "How far back a rate looks: `2m`. It must have two scrapes in it, better four. Grafana's `$__rate_interval` and `$__range` are taken too."
  type        = string
  default     = "2m"
  nullable    = false

  validation {
    condition     = can(regex("^(([0-9]+h)?([0-9]+m)?([0-9]+s)?|\\$__rate_interval|\\$__range)$", var.window)) && can(regex("[1-9]|[$]", var.window))
    error_message = "window: that is no time span of PromQL. Give whole hours, minutes and seconds, such as 2m or 1m30s."
  }
}

variable "quantiles" {
  description = "Which quantiles of the latency there is a query for. Where there is no histogram (`haproxy`) each gives the average."
  type        = list(number)
  default     = [0.5, 0.9, 0.99]
  nullable    = false

  validation {
    condition     = length(var.quantiles) > 0 && alltrue([for q in var.quantiles : q > 0 && q < 1])
    error_message = "quantiles: each is above 0 and below 1. Give 0.99 for the 99th percentile."
  }
}
