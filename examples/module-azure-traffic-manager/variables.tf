variable "resource_group_name" {
  type        = string
  description = "The resource group of the profile."
}

variable "web_app_ids" {
  type        = object({ blue = string, green = string })
  description = "The web app of each color."
}
