variable "versions" {
  type        = object({ blue = number, green = number })
  default     = { blue = 6, green = 7 }
  description = "The version of the launch template that each color runs."
}

variable "subnets" {
  type        = list(string)
  description = "The subnets of the servers."
}

variable "listener_arn" {
  type        = string
  description = "The listener that gets the rule."
}

variable "vpc_id" {
  type        = string
  description = "The VPC of the servers."
}
