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

variable "profile_id" {
  type        = string
  description = "ID of the Traffic Manager profile."
}

variable "endpoint_ids" {
  type        = object({ blue = string, green = string })
  description = "ID of each environment's endpoint in the profile."
}
