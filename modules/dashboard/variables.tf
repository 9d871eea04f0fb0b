variable "title" {
  description = "The dashboard's title: `Shop`."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("\\S", var.title))
    error_message = "title: it is empty. Give the dashboard a name."
  }
}

variable "switch" {
  description = "The name of the `bluegreen_switch` whose cutovers are shown: what `notify.grafana` writes has it as a tag. Null: those of every switch."
  type        = string
  default     = null

  validation {
    condition     = var.switch == null ? true : can(regex("\\S", var.switch))
    error_message = "switch: it is empty. Give the name of the bluegreen_switch, or null for all of them."
  }
}

variable "uid" {
  description = "The dashboard's identifier in Grafana, for `dashboard_uid` of `notify.grafana`. Null: Grafana chooses one."
  type        = string
  default     = null

  validation {
    condition     = var.uid == null ? true : can(regex("^[a-zA-Z0-9_-]{1,40}$", var.uid))
    error_message = "uid: Grafana takes up to 40 letters, digits, - and _. Shorten it, or give null."
  }
}

variable "datasource" {
  description = "The identifier (`uid`) of the Prometheus in Grafana that is asked. Null: the dashboard lets its reader choose."
  type        = string
  default     = null

  validation {
    condition     = var.datasource == null ? true : can(regex("^[a-zA-Z0-9_-]+$", var.datasource))
    error_message = "datasource: that is no uid of a data source. Look it up in the address of its page in Grafana, or give null."
  }
}

variable "kind" {
  description = "Whose metrics Prometheus has: `haproxy`, `nginx_ingress`, `nginx_vts`, `envoy`, `istio`, `linkerd`, `opentelemetry`, `custom`, or `google_lb`, `google_lb_regional` and `google_lb_internal` by Google's managed Prometheus. See the module `queries`."
  type        = string
  nullable    = false
}

variable "labels" {
  description = "What the series of one color have in their labels: `{ proxy = \"{{color}}-backend\" }`. See the module `queries`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = !anytrue([for value in values(var.labels) : strcontains(coalesce(value, "-"), "{{environment}}") || strcontains(coalesce(value, "-"), "{{version}}")])
    error_message = "labels: a dashboard knows no {{environment}} and no {{version}}. Use {{color}}, or give color_labels."
  }
}

variable "color_labels" {
  description = "The labels that differ, where `{{color}}` cannot say it. See the module `queries`."
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

variable "max_error_percent" {
  description = "How many of 100 requests may be answered with a status of 5xx: a line in the dashboard, and an alert."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.max_error_percent >= 0 && var.max_error_percent < 100
    error_message = "max_error_percent: it is a percentage from 0 to below 100. Give 1 for one request in a hundred."
  }
}

variable "max_latency" {
  description = "How long answers may take, at `latency_quantile`: `500ms`. A line in the dashboard, and an alert. Null: neither."
  type        = string
  default     = null

  validation {
    condition     = var.max_latency == null ? true : can(regex("^[0-9]+(\\.[0-9]+)?(ms|s|m)$", var.max_latency)) && can(regex("[1-9]", var.max_latency))
    error_message = "max_latency: that is no time. Give a number with ms, s or m: 500ms, 1.5s."
  }
}

variable "latency_quantile" {
  description = "Which quantile of the latency the alert is about."
  type        = number
  default     = 0.99
  nullable    = false

  validation {
    condition     = var.latency_quantile > 0 && var.latency_quantile < 1
    error_message = "latency_quantile: it is above 0 and below 1. Give 0.99 for the 99th percentile."
  }
}

variable "min_requests" {
  description = "How many requests within `window` an alert must stand on."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.min_requests >= 0 && floor(var.min_requests) == var.min_requests
    error_message = "min_requests: it is a whole number, 0 or more."
  }
}

variable "window" {
  description = "How far back the alerts look. The dashboard's queries look as far as Grafana says (`$__rate_interval`)."
  type        = string
  default     = "5m"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+h)?([0-9]+m)?([0-9]+s)?$", var.window)) && can(regex("[1-9]", var.window))
    error_message = "window: that is no time span of PromQL. Give whole hours, minutes and seconds, such as 5m or 1m30s."
  }
}

variable "alert_for" {
  description = "How long something must be wrong before an alert fires."
  type        = string
  default     = "2m"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+h)?([0-9]+m)?([0-9]+s)?$", var.alert_for)) && var.alert_for != ""
    error_message = "alert_for: that is no time span of Prometheus. Give whole hours, minutes and seconds, such as 2m, or 0s."
  }
}

variable "divided_for" {
  description = "How long each color may have more than 1 % of the requests before an alert says so: longer than a cutover takes. Null: no such alert."
  type        = string
  default     = "2h"

  validation {
    condition     = var.divided_for == null ? true : can(regex("^([0-9]+h)?([0-9]+m)?([0-9]+s)?$", var.divided_for)) && var.divided_for != ""
    error_message = "divided_for: that is no time span of Prometheus. Give whole hours, minutes and seconds, such as 2h, or null."
  }
}

variable "alert_labels" {
  description = "Labels that every alert gets, as Alertmanager routes by them: `{ severity = \"page\", team = \"shop\" }`."
  type        = map(string)
  default     = { severity = "warning" }
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.alert_labels) : can(regex("^[a-zA-Z_][a-zA-Z0-9_]*$", name)) && !contains(["alertname", "color", "switch"], name)])
    error_message = "alert_labels: a name is none that Prometheus has, or one that the alerts have already (alertname, color, switch). Use another."
  }
}

variable "runbook_url" {
  description = "Where one reads what to do: an annotation of every alert. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.runbook_url == null ? true : can(regex("^https?://", var.runbook_url))
    error_message = "runbook_url: that is no address. Give one with https://, or null."
  }
}

variable "tags" {
  description = "The dashboard's own tags in Grafana."
  type        = list(string)
  default     = ["bluegreen"]
  nullable    = false

  validation {
    condition     = alltrue([for tag in var.tags : can(regex("\\S", tag))])
    error_message = "tags: one is empty. Leave it out."
  }
}
