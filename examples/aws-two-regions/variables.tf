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

variable "listener_arns" {
  type        = list(string)
  description = "ARNs of the listeners, one in each region."
}

variable "target_group_arns" {
  type        = object({ blue = list(string), green = list(string) })
  description = "ARNs of the target groups of each environment, one in each region."
}
