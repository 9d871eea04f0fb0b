variable "groups" {
  type        = object({ blue = string, green = string })
  description = "The instance group or network endpoint group of each color."
}
