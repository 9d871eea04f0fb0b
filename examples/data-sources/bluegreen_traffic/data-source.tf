variable "listener_arn" {
  type = string
}

variable "target_group_arns" {
  type = object({ blue = string, green = string })
}

data "bluegreen_traffic" "shop" {
  blue = {
    name    = "shop-blue"
    version = "1.9.3"
    aws_lb  = { target_group_arns = [var.target_group_arns.blue] }
  }
  green = {
    name    = "shop-green"
    version = "2.0.0"
    aws_lb  = { target_group_arns = [var.target_group_arns.green] }
  }
  aws_lb = { listener_arns = [var.listener_arn] }
}

# Null while traffic is divided.
output "active_color" {
  value = data.bluegreen_traffic.shop.active_color
}

output "healthy_green_targets" {
  value = data.bluegreen_traffic.shop.routers[0].green_health.healthy
}
