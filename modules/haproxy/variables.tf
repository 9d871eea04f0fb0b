variable "sockets" {
  type        = list(string)
  nullable    = false
  description = "The `stats socket` of each HAProxy, with `level admin`: `unix:///run/haproxy/admin.sock` or `tcp://127.0.0.1:9999`. Several are a fleet that moves together."

  validation {
    condition     = length(var.sockets) > 0
    error_message = "sockets is empty. Name the stats socket of at least one HAProxy."
  }

  validation {
    condition     = alltrue([for s in var.sockets : can(regex("^(unix://|tcp://)", s))])
    error_message = "Each of sockets begins with unix:// or tcp://, as unix:///run/haproxy/admin.sock does."
  }
}

variable "map" {
  type = object({
    file    = string
    id      = optional(string)
    key     = optional(string)
    keys    = optional(list(string))
    persist = optional(bool)
    values  = optional(object({ blue = string, green = string }))
  })
  default     = null
  description = <<-EOT
    The map whose entries say which backend serves: all or nothing. Null: the weights of servers divide the traffic.

    - `file`: the map file, by its path where Terraform runs; `id`: its name in HAProxy's configuration, where that is another.
    - `key` or `keys`: the entries that move.
    - `values`: what the entries say for each color, where that is not the name of its `backend`.
    - `persist`: whether the file is written as well. Default: `true`.
  EOT

  validation {
    condition     = var.map == null || try((var.map.key == null) != (var.map.keys == null), false)
    error_message = "map needs exactly one of key and keys."
  }
}

variable "shares" {
  type        = bool
  default     = null
  description = "Without a `map`: whether weights between 0 and 100 can be set, where HAProxy does not tell. See `haproxy.shares` of `bluegreen_switch`."
}

variable "blue" {
  type = object({
    version = string
    backend = optional(string)
    servers = optional(list(string))
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
    The blue environment: `version`, which names the release, and what it is called in HAProxy: `backend` with a `map`, else `servers`, each as `backend/server`. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`.
  EOT

  validation {
    condition     = trimspace(var.blue.version) != ""
    error_message = "blue.version is empty. It names what is released there: a tag, an image digest."
  }

  validation {
    condition     = (var.blue.backend == null) != (var.blue.servers == null)
    error_message = "blue needs exactly one of backend (with a map) and servers (without)."
  }
}

variable "green" {
  type = object({
    version = string
    backend = optional(string)
    servers = optional(list(string))
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
    The green environment: `version`, which names the release, and what it is called in HAProxy: `backend` with a `map`, else `servers`, each as `backend/server`. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`.
  EOT

  validation {
    condition     = trimspace(var.green.version) != ""
    error_message = "green.version is empty. It names what is released there: a tag, an image digest."
  }

  validation {
    condition     = (var.green.backend == null) != (var.green.servers == null)
    error_message = "green needs exactly one of backend (with a map) and servers (without)."
  }
}
