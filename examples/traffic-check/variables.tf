variable "active_color" {
  type        = string
  default     = "blue"
  description = "The color that is to serve. Changing it is the cutover."
}

variable "versions" {
  type        = object({ blue = string, green = string })
  default     = { blue = "1.9.3", green = "2.0.0" }
  description = "What is released to each environment."
}

variable "listener_arn" {
  type        = string
  description = "ARN of the listener that divides the traffic."
}

variable "target_group_arns" {
  type        = object({ blue = string, green = string })
  description = "ARN of the target group of each environment."
}
