variable "load_balancer_arn" {
  type        = string
  nullable    = false
  description = "The Network Load Balancer that gets the listener."
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
  default     = "TCP"
  description = "The protocol of the listener: `TCP`, `TLS`, `UDP`, `TCP_UDP`."

  validation {
    condition     = contains(["TCP", "TLS", "UDP", "TCP_UDP"], var.protocol)
    error_message = "protocol must be one of TCP, TLS, UDP, TCP_UDP."
  }
}

variable "certificate_arn" {
  type        = string
  default     = null
  description = "The certificate that a listener with `TLS` shows."
}

variable "ssl_policy" {
  type        = string
  default     = null
  description = "The security policy of a listener with `TLS`. Null: AWS chooses."
}

variable "alpn_policy" {
  type        = string
  default     = null
  description = "The ALPN policy of a listener with `TLS`: `HTTP1Only`, `HTTP2Only`, `HTTP2Optional`, `HTTP2Preferred` or `None`. Null: none."

  validation {
    condition     = contains(["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"], coalesce(var.alpn_policy, "None"))
    error_message = "alpn_policy must be HTTP1Only, HTTP2Only, HTTP2Optional, HTTP2Preferred or None."
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
    error_message = "target_groups.port must be a number from 1 to 65535: the port on which the targets serve."
  }

  validation {
    condition     = contains(["instance", "ip", "alb"], coalesce(var.target_groups.target_type, "instance"))
    error_message = "target_groups.target_type must be \"instance\", \"ip\" or \"alb\". Functions are an Application Load Balancer's."
  }
}
