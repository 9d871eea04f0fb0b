variable "load_balancer_arn" {
  type        = string
  nullable    = false
  description = "The Application Load Balancer that gets the listener."
}

variable "port" {
  type        = number
  nullable    = false
  description = "The port on which the listener serves."

  validation {
    condition     = var.port >= 1 && var.port <= 65535 && var.port == floor(var.port)
    error_message = "port must be a whole number from 1 to 65535."
  }
}

variable "protocol" {
  type        = string
  nullable    = false
  default     = "HTTPS"
  description = "The protocol of the listener: `HTTP`, `HTTPS`."

  validation {
    condition     = contains(["HTTP", "HTTPS"], var.protocol)
    error_message = "protocol must be one of HTTP, HTTPS."
  }
}

variable "certificate_arn" {
  type        = string
  default     = null
  description = "The certificate that a listener with `HTTPS` shows."
}

variable "ssl_policy" {
  type        = string
  default     = null
  description = "The security policy of a listener with `HTTPS`. Null: AWS chooses."
}

variable "vpc_id" {
  type        = string
  default     = null
  description = "The VPC of the target groups. Null only for targets of type `lambda`."
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
    condition     = var.target_groups.target_type == "lambda" || try(var.target_groups.port >= 1 && var.target_groups.port <= 65535, false)
    error_message = "target_groups.port must be a number from 1 to 65535: the port on which the targets serve."
  }

  validation {
    condition     = contains(["instance", "ip", "lambda"], coalesce(var.target_groups.target_type, "instance"))
    error_message = "target_groups.target_type must be \"instance\", \"ip\" or \"lambda\". Those of type \"alb\" are a Network Load Balancer's."
  }
}
