variable "project" {
  type        = string
  default     = null
  description = "The project. Null: that of the provider."
}

variable "load_balancing_scheme" {
  type        = string
  nullable    = false
  default     = "EXTERNAL_MANAGED"
  description = "`EXTERNAL_MANAGED` or `INTERNAL_MANAGED`. The classic `EXTERNAL` has no weights."

  validation {
    condition     = contains(["EXTERNAL_MANAGED", "INTERNAL_MANAGED"], var.load_balancing_scheme)
    error_message = "load_balancing_scheme must be \"EXTERNAL_MANAGED\" or \"INTERNAL_MANAGED\": the classic \"EXTERNAL\" has no weights."
  }
}

variable "protocol" {
  type        = string
  nullable    = false
  default     = "HTTP"
  description = "How the backends are spoken to: `HTTP`, `HTTPS`, `HTTP2` or `H2C`."

  validation {
    condition     = contains(["HTTP", "HTTPS", "HTTP2", "H2C"], var.protocol)
    error_message = "protocol must be HTTP, HTTPS, HTTP2 or H2C."
  }
}

variable "port_name" {
  type        = string
  default     = null
  description = "The name of the port of instance groups. Null for network endpoint groups."
}

variable "timeout_sec" {
  type        = number
  default     = null
  description = "How long a backend may take to answer, in seconds. Null: 30."

  validation {
    condition     = var.timeout_sec == null || try(var.timeout_sec >= 1 && var.timeout_sec <= 86400, false)
    error_message = "timeout_sec must be from 1 to 86400."
  }
}

variable "connection_draining_timeout_sec" {
  type        = number
  nullable    = false
  default     = 300
  description = "How long a backend that goes may serve what is open, in seconds, from 0 to 3600."

  validation {
    condition     = var.connection_draining_timeout_sec >= 0 && var.connection_draining_timeout_sec <= 3600
    error_message = "connection_draining_timeout_sec must be from 0 to 3600."
  }
}

variable "health_check" {
  type = object({
    protocol            = optional(string)
    request_path        = optional(string, "/")
    port                = optional(number)
    port_specification  = optional(string)
    check_interval_sec  = optional(number, 5)
    timeout_sec         = optional(number, 5)
    healthy_threshold   = optional(number, 2)
    unhealthy_threshold = optional(number, 2)
  })
  nullable    = false
  default     = {}
  description = "The health check of both backend services, in the words of `google_compute_health_check`. Without `protocol` it asks as the load balancer does, by HTTP, HTTPS or HTTP2; without `port` it asks the port that serves."

  validation {
    condition     = contains(["HTTP", "HTTPS", "HTTP2"], var.health_check.protocol == null ? "HTTP" : var.health_check.protocol)
    error_message = "health_check.protocol must be HTTP, HTTPS or HTTP2."
  }

  validation {
    condition     = startswith(var.health_check.request_path, "/")
    error_message = "health_check.request_path must begin with a slash, as \"/health\" does."
  }

  validation {
    condition     = var.health_check.timeout_sec <= var.health_check.check_interval_sec
    error_message = "health_check.timeout_sec must not be more than health_check.check_interval_sec."
  }
}

variable "blue" {
  type = object({
    version = string
    backends = optional(list(object({
      group                 = string
      balancing_mode        = optional(string)
      capacity_scaler       = optional(number)
      max_rate_per_endpoint = optional(number)
      max_rate_per_instance = optional(number)
      max_utilization       = optional(number)
    })), [])
    health = optional(object({
      min_healthy         = optional(number)
      min_healthy_percent = optional(number)
      stable_for          = optional(string)
      timeout             = optional(string)
      failure_limit       = optional(number)
    }))
    checks = optional(any)
    prewarm = optional(object({
      urls              = list(string)
      requests          = optional(number)
      concurrency       = optional(number)
      rate              = optional(number)
      headers           = optional(map(string))
      headers_env       = optional(map(string))
      max_error_percent = optional(number)
      timeout           = optional(string)
      tls = optional(object({
        ca_cert              = optional(string)
        client_cert          = optional(string)
        client_key_env       = optional(string)
        client_key_file      = optional(string)
        insecure_skip_verify = optional(bool)
        server_name          = optional(string)
      }))
    }))
    schema = optional(object({
      min_version = optional(string)
      max_version = optional(string)
      not_applied = optional(list(string))
      one_of      = optional(list(string))
    }))
  })
  nullable    = false
  description = "The blue environment: `version`, which names the release, and `backends`, the instance groups or network endpoint groups that serve it, in the words of `google_compute_backend_service`. A zonal network endpoint group needs `max_rate_per_endpoint`. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`."

  validation {
    condition     = trimspace(var.blue.version) != ""
    error_message = "blue.version is empty. It names what is released there: a tag, an image digest, a task definition."
  }
}

variable "green" {
  type = object({
    version = string
    backends = optional(list(object({
      group                 = string
      balancing_mode        = optional(string)
      capacity_scaler       = optional(number)
      max_rate_per_endpoint = optional(number)
      max_rate_per_instance = optional(number)
      max_utilization       = optional(number)
    })), [])
    health = optional(object({
      min_healthy         = optional(number)
      min_healthy_percent = optional(number)
      stable_for          = optional(string)
      timeout             = optional(string)
      failure_limit       = optional(number)
    }))
    checks = optional(any)
    prewarm = optional(object({
      urls              = list(string)
      requests          = optional(number)
      concurrency       = optional(number)
      rate              = optional(number)
      headers           = optional(map(string))
      headers_env       = optional(map(string))
      max_error_percent = optional(number)
      timeout           = optional(string)
      tls = optional(object({
        ca_cert              = optional(string)
        client_cert          = optional(string)
        client_key_env       = optional(string)
        client_key_file      = optional(string)
        insecure_skip_verify = optional(bool)
        server_name          = optional(string)
      }))
    }))
    schema = optional(object({
      min_version = optional(string)
      max_version = optional(string)
      not_applied = optional(list(string))
      one_of      = optional(list(string))
    }))
  })
  nullable    = false
  description = "The green environment: `version`, which names the release, and `backends`, the instance groups or network endpoint groups that serve it, in the words of `google_compute_backend_service`. A zonal network endpoint group needs `max_rate_per_endpoint`. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`."

  validation {
    condition     = trimspace(var.green.version) != ""
    error_message = "green.version is empty. It names what is released there: a tag, an image digest, a task definition."
  }
}

variable "test_hosts" {
  type        = object({ blue = string, green = string })
  default     = null
  description = "Hosts that always lead to one color, to try the idle one: `{ blue = \"blue.shop.example.com\", green = \"green.shop.example.com\" }`. Google checks a backend service only where a route leads to it, so that each color needs one. Null: `blue.NAME.invalid` and `green.NAME.invalid`, which no client asks for."

  validation {
    condition     = var.test_hosts == null || try(var.test_hosts.blue != var.test_hosts.green && var.test_hosts.blue != "" && var.test_hosts.green != "", false)
    error_message = "test_hosts needs two names, one for each color, that differ."
  }
}
