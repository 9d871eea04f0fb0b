variable "resource_group_name" {
  type        = string
  nullable    = false
  description = "The resource group of the profile."
}

variable "relative_name" {
  type        = string
  default     = null
  description = "The name below `trafficmanager.net`, which nobody else may have. Null: `name`."
}

variable "ttl" {
  type        = number
  nullable    = false
  default     = 30
  description = "How long clients keep an answer, in seconds, from 0 to 2147483647. Each movement of traffic waits as long for them."

  validation {
    condition     = var.ttl >= 0 && var.ttl <= 2147483647 && var.ttl == floor(var.ttl)
    error_message = "ttl must be a whole number of seconds, 0 or more."
  }
}

variable "monitor_config" {
  type = object({
    protocol                     = optional(string, "HTTPS")
    port                         = optional(number, 443)
    path                         = optional(string, "/")
    expected_status_code_ranges  = optional(list(string))
    interval_in_seconds          = optional(number, 10)
    timeout_in_seconds           = optional(number, 5)
    tolerated_number_of_failures = optional(number, 2)
  })
  nullable    = false
  default     = {}
  description = "How Traffic Manager checks both endpoints, in the words of `azurerm_traffic_manager_profile`."

  validation {
    condition     = contains(["HTTP", "HTTPS", "TCP"], var.monitor_config.protocol)
    error_message = "monitor_config.protocol must be HTTP, HTTPS or TCP."
  }

  validation {
    condition     = contains([10, 30], var.monitor_config.interval_in_seconds)
    error_message = "monitor_config.interval_in_seconds must be 10 or 30: Azure has no other."
  }

  validation {
    condition = (
      var.monitor_config.timeout_in_seconds >= 5 &&
      var.monitor_config.timeout_in_seconds <= (var.monitor_config.interval_in_seconds == 10 ? 9 : 10)
    )
    error_message = "monitor_config.timeout_in_seconds must be from 5 to 9 with an interval of 10 seconds, and from 5 to 10 with 30."
  }
}

variable "blue" {
  type = object({
    version            = string
    target_resource_id = optional(string)
    external_endpoint  = optional(object({ target = string, endpoint_location = optional(string) }))
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
  description = "The blue environment: `version`, which names the release, and where it is: `target_resource_id` for a resource of Azure, or `external_endpoint = { target = \"…\" }` for any host. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`."

  validation {
    condition     = trimspace(var.blue.version) != ""
    error_message = "blue.version is empty. It names what is released there: a tag, an image digest, a task definition."
  }

  validation {
    condition     = (var.blue.target_resource_id == null) != (var.blue.external_endpoint == null)
    error_message = "blue needs exactly one of target_resource_id (a resource of Azure) and external_endpoint (any host)."
  }
}

variable "green" {
  type = object({
    version            = string
    target_resource_id = optional(string)
    external_endpoint  = optional(object({ target = string, endpoint_location = optional(string) }))
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
  description = "The green environment: `version`, which names the release, and where it is: `target_resource_id` for a resource of Azure, or `external_endpoint = { target = \"…\" }` for any host. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`."

  validation {
    condition     = trimspace(var.green.version) != ""
    error_message = "green.version is empty. It names what is released there: a tag, an image digest, a task definition."
  }

  validation {
    condition     = (var.green.target_resource_id == null) != (var.green.external_endpoint == null)
    error_message = "green needs exactly one of target_resource_id (a resource of Azure) and external_endpoint (any host)."
  }
}

variable "tags" {
  type        = map(string)
  nullable    = false
  default     = {}
  description = "Tags for the profile."
}
