# The environments of a module whose caller names their targets. The file is the same in each of them.

variable "blue" {
  type = object({
    version = string
    targets = optional(map(object({ id = string, port = optional(number), availability_zone = optional(string) })), {})
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
  description = "The blue environment: `version`, which names the release, and if you like `targets` to register, each under a name of yours. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`."

  validation {
    condition     = trimspace(var.blue.version) != ""
    error_message = "blue.version is empty. It names what is released there: a tag, an image digest, a task definition."
  }
}

variable "green" {
  type = object({
    version = string
    targets = optional(map(object({ id = string, port = optional(number), availability_zone = optional(string) })), {})
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
  description = "The green environment: `version`, which names the release, and if you like `targets` to register, each under a name of yours. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`."

  validation {
    condition     = trimspace(var.green.version) != ""
    error_message = "green.version is empty. It names what is released there: a tag, an image digest, a task definition."
  }
}
