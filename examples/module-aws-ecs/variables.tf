variable "images" {
  type        = map(string)
  default     = { blue = "shop:1.9.3", green = "shop:2.0.0" }
  description = "The image of each color."
}

variable "cluster" {
  type        = string
  description = "The ARN of the cluster."
}

variable "subnets" {
  type        = list(string)
  description = "The subnets of the tasks."
}

variable "security_groups" {
  type        = list(string)
  description = "The security groups of the tasks."
}

variable "listener_arn" {
  type        = string
  description = "The listener that gets the rule."
}

variable "vpc_id" {
  type        = string
  description = "The VPC of the tasks."
}
