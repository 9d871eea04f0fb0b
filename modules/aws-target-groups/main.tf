locals {
  colors = toset(["blue", "green"])
  targets = merge([
    for color, targets in var.targets : { for name, target in targets : "${color}/${name}" => merge(target, { color = color }) }
  ]...)
}

resource "aws_lb_target_group" "this" {
  for_each = local.colors

  name        = "${var.name}-${each.key}"
  vpc_id      = var.vpc_id
  target_type = var.target_groups.target_type
  # A target of type lambda has neither.
  port     = var.target_groups.target_type == "lambda" ? null : var.target_groups.port
  protocol = var.target_groups.target_type == "lambda" ? null : coalesce(var.target_groups.protocol, var.protocol)

  protocol_version     = var.target_groups.protocol_version
  deregistration_delay = var.target_groups.deregistration_delay
  slow_start           = var.target_groups.slow_start

  health_check {
    path                = var.target_groups.health_check.path
    port                = var.target_groups.health_check.port
    protocol            = var.target_groups.health_check.protocol
    matcher             = var.target_groups.health_check.matcher
    interval            = var.target_groups.health_check.interval
    timeout             = var.target_groups.health_check.timeout
    healthy_threshold   = var.target_groups.health_check.healthy_threshold
    unhealthy_threshold = var.target_groups.health_check.unhealthy_threshold
  }

  tags = merge(var.tags, { "bluegreen:color" = each.key })

  lifecycle {
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
