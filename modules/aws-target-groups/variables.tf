variable "name" {
  type        = string
  nullable    = false
  description = "The name of the service. The target groups are called after it: `shop-blue`, `shop-green`."
}

variable "protocol" {
  type        = string
  nullable    = false
  default     = "HTTP"
  description = "The protocol of the target groups where `target_groups` has none."
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
    condition     = contains(["instance", "ip", "lambda", "alb"], coalesce(var.target_groups.target_type, "instance"))
    error_message = "target_groups.target_type must be \"instance\", \"ip\", \"lambda\" or \"alb\"."
  }
}

variable "targets" {
  type = object({
    blue  = optional(map(object({ id = string, port = optional(number), availability_zone = optional(string) })), {})
    green = optional(map(object({ id = string, port = optional(number), availability_zone = optional(string) })), {})
  })
  nullable    = false
  default     = {}
  description = "Targets to register, each under a name of yours: `{ blue = { a = { id = aws_instance.a.id } } }`. None for those that register themselves, as services of ECS and Auto Scaling groups do."
}
