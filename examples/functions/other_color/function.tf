variable "active_color" {
  type    = string
  default = "blue"
}

output "idle_color" {
  value = provider::bluegreen::other_color(var.active_color) # "green"
}
