locals {
  colors = toset(["blue", "green"])

  # A target of type lambda has no protocol.
  protocol = var.target_groups.target_type == "lambda" ? null : coalesce(var.target_groups.protocol, var.protocol)

  # A block without an argument is not the same as none: hashicorp/aws fills it in by itself. It
  # would check functions, which AWS does only when asked to, and ask a group of TCP by HTTP.
  check      = var.target_groups.health_check
  is_checked = anytrue([for name, value in local.check : value != null])
  asks_http  = contains(["lambda", "alb"], coalesce(var.target_groups.target_type, "instance")) || contains(["HTTP", "HTTPS"], coalesce(local.protocol, "HTTP")) || local.check.path != null || local.check.matcher != null

  for_good = jsonencode({
    name                             = var.name
    vpc_id                           = var.vpc_id
    "target_groups.port"             = var.target_groups.port
    "target_groups.protocol"         = local.protocol
    "target_groups.protocol_version" = var.target_groups.protocol_version
    "target_groups.target_type"      = coalesce(var.target_groups.target_type, "instance")
  })

  targets = merge([
    for color, targets in var.targets : { for name, target in targets : "${color}/${name}" => merge(target, { color = color }) }
  ]...)
}

# What the groups were made with. AWS changes none of it: it would be other groups, which the
# listener does not know, since its weights are the switch's.
resource "terraform_data" "for_good" {
  input = local.for_good

  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_lb_target_group" "this" {
  for_each = local.colors

  name        = "${var.name}-${each.key}"
  vpc_id      = var.vpc_id
  target_type = var.target_groups.target_type
  port        = var.target_groups.target_type == "lambda" ? null : var.target_groups.port
  protocol    = local.protocol

  protocol_version     = var.target_groups.protocol_version
  deregistration_delay = var.target_groups.deregistration_delay
  slow_start           = var.target_groups.slow_start

  dynamic "health_check" {
    for_each = local.is_checked ? [local.check] : []
    content {
      path                = health_check.value.path
      port                = health_check.value.port
      protocol            = health_check.value.protocol != null || local.protocol == null ? health_check.value.protocol : local.asks_http ? "HTTP" : "TCP"
      matcher             = health_check.value.matcher
      interval            = health_check.value.interval
      timeout             = health_check.value.timeout
      healthy_threshold   = health_check.value.healthy_threshold
      unhealthy_threshold = health_check.value.unhealthy_threshold
    }
  }

  tags = merge(var.tags, { "bluegreen:color" = each.key })

  lifecycle {
    precondition {
      condition     = terraform_data.for_good.output == local.for_good
      error_message = "AWS cannot change ${join(" and ", [for name, value in jsondecode(local.for_good) : name if try(jsondecode(terraform_data.for_good.output)[name] != value, true)])} of a target group, and making a new one would take all targets out of that which serves. Call the module once more under another name, or put the old value back."
    }

    precondition {
      condition     = var.vpc_id != null || var.target_groups.target_type == "lambda"
      error_message = "vpc_id is missing: target groups need one, unless their targets are of type lambda."
    }

    precondition {
      condition     = can(regex("^[0-9A-Za-z]([0-9A-Za-z-]{0,24}[0-9A-Za-z])?$", var.name))
      error_message = "name is ${var.name}, and target groups are called after it: it must have at most 26 letters, digits and hyphens, with no hyphen at an end."
    }
  }
}

resource "aws_lb_target_group_attachment" "this" {
  for_each = local.targets

  target_group_arn  = aws_lb_target_group.this[each.value.color].arn
  target_id         = each.value.id
  port              = each.value.port
  availability_zone = each.value.availability_zone
}
