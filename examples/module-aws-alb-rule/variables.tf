variable "listener_arn" {
  type        = string
  description = "The listener that gets the rule."
}

variable "vpc_id" {
  type        = string
  description = "The VPC of the instances."
}

variable "instance_ids" {
  type        = object({ blue = string, green = string })
  description = "An instance of each color."
}
