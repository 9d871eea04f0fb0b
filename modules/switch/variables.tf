variable "blue" {
  type = object({
    version               = string
    aws_lb                = optional(object({ target_group_arns = list(string) }))
    azure_traffic_manager = optional(object({ endpoint_ids = list(string) }))
    gcp_lb                = optional(object({ backend_services = list(string) }))
    haproxy               = optional(object({ backend = optional(string), servers = optional(list(string)) }))
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
  description = <<-EOT
    The blue environment: `version`, which names the release; one block for each router, which says what blue is called there; and if you like `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`.

    Take `version` from what releases (a task definition, a launch template), so that a cutover in the same apply waits for the release.
  EOT

  validation {
    condition     = trimspace(var.blue.version) != ""
    error_message = "blue.version is empty. It names what is released there: a tag, an image digest, a task definition."
  }
}

variable "green" {
  type = object({
    version               = string
    aws_lb                = optional(object({ target_group_arns = list(string) }))
    azure_traffic_manager = optional(object({ endpoint_ids = list(string) }))
    gcp_lb                = optional(object({ backend_services = list(string) }))
    haproxy               = optional(object({ backend = optional(string), servers = optional(list(string)) }))
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
  description = <<-EOT
    The green environment: `version`, which names the release; one block for each router, which says what green is called there; and if you like `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`.

    Take `version` from what releases (a task definition, a launch template), so that a cutover in the same apply waits for the release.
  EOT

  validation {
    condition     = trimspace(var.green.version) != ""
    error_message = "green.version is empty. It names what is released there: a tag, an image digest, a task definition."
  }
}

variable "aws_lb" {
  type = object({
    listener_arns = optional(list(string))
    rule_arns     = optional(list(string))
  })
  default     = null
  description = "Listeners and rules of AWS load balancers that divide the traffic."
}

variable "azure_traffic_manager" {
  type        = object({ profile_ids = list(string) })
  default     = null
  description = "Azure Traffic Manager profiles that divide the traffic."
}

variable "gcp_lb" {
  type = object({
    url_maps      = list(string)
    path_matcher  = optional(string)
    path_matchers = optional(list(string))
    default_route = optional(bool)
    path_rule     = optional(string)
    route_rule    = optional(number)
  })
  default     = null
  description = "URL maps of Google Cloud load balancers that divide the traffic."
}

variable "haproxy" {
  type = object({
    sockets = list(string)
    shares  = optional(bool)
    map = optional(object({
      file    = string
      id      = optional(string)
      key     = optional(string)
      keys    = optional(list(string))
      persist = optional(bool)
      values  = optional(object({ blue = string, green = string }))
    }))
  })
  default     = null
  description = "HAProxies that divide the traffic."
}
