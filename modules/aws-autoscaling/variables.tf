variable "vpc_zone_identifier" {
  type        = set(string)
  nullable    = false
  description = "The subnets of the servers."

  validation {
    condition     = length(var.vpc_zone_identifier) > 0
    error_message = "vpc_zone_identifier is empty. Give the subnets of the servers."
  }
}

variable "health_check_grace_period" {
  type        = number
  nullable    = false
  default     = 300
  description = "The seconds that a new server may fail health checks before it is replaced."

  validation {
    condition     = var.health_check_grace_period >= 0
    error_message = "health_check_grace_period must be 0 or more."
  }
}

variable "wait_for_capacity_timeout" {
  type        = string
  nullable    = false
  default     = "10m"
  description = "The longest that the servers of a release may take to become healthy. A release that takes longer fails, and nothing is cut over."

  validation {
    condition     = can(regex("[1-9]", var.wait_for_capacity_timeout))
    error_message = "wait_for_capacity_timeout must be longer than 0: a cutover must wait for the release."
  }
}

variable "vpc_id" {
  type        = string
  nullable    = false
  description = "The VPC of the target groups."
}

variable "target_groups" {
  type = object({
    port                 = optional(number)
    protocol             = optional(string)
    protocol_version     = optional(string)
    target_type          = optional(string)
    deregistration_delay = optional(number)
    slow_start           = optional(number)
    health_check = optional(object({
      path                = optional(string)
      port                = optional(string)
      protocol            = optional(string)
      matcher             = optional(string)
      interval            = optional(number)
      timeout             = optional(number)
      healthy_threshold   = optional(number)
      unhealthy_threshold = optional(number)
    }), {})
  })
  nullable    = false
  description = "What both target groups are like, in the words of `aws_lb_target_group`: `port`, `protocol`, `target_type`, `health_check` and so on. Left out, an argument is what AWS takes for it."

  validation {
    condition     = try(var.target_groups.port >= 1 && var.target_groups.port <= 65535, false)
    error_message = "target_groups.port must be a number from 1 to 65535: the port on which the servers serve."
  }

  validation {
    condition     = coalesce(var.target_groups.target_type, "instance") == "instance"
    error_message = "target_groups.target_type must be \"instance\" for an Auto Scaling group, or left out."
  }
}

variable "blue" {
  type = object({
    launch_template  = object({ name = string, version = string })
    min_size         = number
    max_size         = number
    desired_capacity = optional(number)
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
  description = "The blue group: `launch_template` (`name` and the number of a `version`, both known at plan), which is the release, and `min_size`, `max_size` and, if no scaling policy sets it, `desired_capacity`. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`."

  validation {
    condition     = can(regex("^[1-9][0-9]*$", var.blue.launch_template.version))
    error_message = "blue.launch_template.version must be a number, as aws_launch_template has it in latest_version: $Latest and $Default do not say what is released."
  }

  validation {
    condition     = var.blue.min_size >= 0 && var.blue.min_size <= coalesce(var.blue.desired_capacity, var.blue.min_size) && coalesce(var.blue.desired_capacity, var.blue.min_size) <= var.blue.max_size
    error_message = "blue.min_size must be 0 or more, and blue.desired_capacity from min_size to max_size."
  }
}

variable "green" {
  type = object({
    launch_template  = object({ name = string, version = string })
    min_size         = number
    max_size         = number
    desired_capacity = optional(number)
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
  description = "The green group: `launch_template` (`name` and the number of a `version`, both known at plan), which is the release, and `min_size`, `max_size` and, if no scaling policy sets it, `desired_capacity`. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`."

  validation {
    condition     = can(regex("^[1-9][0-9]*$", var.green.launch_template.version))
    error_message = "green.launch_template.version must be a number, as aws_launch_template has it in latest_version: $Latest and $Default do not say what is released."
  }

  validation {
    condition     = var.green.min_size >= 0 && var.green.min_size <= coalesce(var.green.desired_capacity, var.green.min_size) && coalesce(var.green.desired_capacity, var.green.min_size) <= var.green.max_size
    error_message = "green.min_size must be 0 or more, and green.desired_capacity from min_size to max_size."
  }
}
