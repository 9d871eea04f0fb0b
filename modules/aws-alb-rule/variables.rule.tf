# The arguments of a rule of an Application Load Balancer. The file is the same in each module that makes one.

variable "listener_arn" {
  type        = string
  nullable    = false
  description = "The listener of an Application Load Balancer that gets the rule."
}

variable "priority" {
  type        = number
  default     = null
  description = "The rule's priority, from 1 to 50000; the lowest that fits is taken first. Null: after those that are there."

  validation {
    condition     = coalesce(var.priority, 1) >= 1 && coalesce(var.priority, 1) <= 50000 && coalesce(var.priority, 1) == floor(coalesce(var.priority, 1))
    error_message = "priority must be a whole number from 1 to 50000."
  }
}

variable "conditions" {
  type = object({
    host_header         = optional(list(string))
    http_header         = optional(map(list(string)))
    http_request_method = optional(list(string))
    path_pattern        = optional(list(string))
    query_string        = optional(list(object({ key = optional(string), value = string })))
    source_ip           = optional(list(string))
  })
  nullable    = false
  description = "Which requests the rule is for, in the words of `aws_lb_listener_rule`: `{ host_header = [\"shop.example.com\"] }`. All that are given must hold."

  validation {
    condition     = anytrue([for name, condition in var.conditions : try(length(condition) > 0, false)])
    error_message = "conditions is empty. Give at least one: { host_header = [\"shop.example.com\"] } or { path_pattern = [\"/*\"] }."
  }
}
