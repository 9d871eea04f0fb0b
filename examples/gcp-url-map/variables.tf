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

variable "url_map" {
  type        = string
  description = "ID of the URL map: projects/shop/global/urlMaps/shop."
}

variable "backend_services" {
  type        = object({ blue = string, green = string })
  description = "ID of the backend service of each environment."
}
