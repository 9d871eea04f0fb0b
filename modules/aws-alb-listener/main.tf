module "target_groups" {
  source = "../aws-target-groups"

  name          = var.name
  vpc_id        = var.vpc_id
  protocol      = "HTTP"
  target_groups = var.target_groups
  targets       = { blue = var.blue.targets, green = var.green.targets }
  tags          = var.tags
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = var.load_balancer_arn
  port              = var.port
  protocol          = var.protocol
  certificate_arn   = var.certificate_arn
  ssl_policy        = var.ssl_policy
  tags              = var.tags

  default_action {
    type = "forward"
    forward {
      dynamic "target_group" {
        for_each = module.target_groups.arns
        content {
          arn    = target_group.value
          weight = target_group.key == var.active_color ? 100 : 0
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [default_action] # the weights are the switch's

    precondition {
      condition     = (var.protocol == "HTTPS") == (var.certificate_arn != null)
      error_message = "A listener with HTTPS needs certificate_arn, and no other takes one."
    }
  }
}

resource "aws_lb_listener_rule" "test" {
  count = var.test == null ? 0 : 1

  listener_arn = aws_lb_listener.this.arn
  priority     = var.test.priority
  tags         = var.tags

  # The color that is idle once the cutover is done, and after one that failed still the idle one.
  action {
    type             = "forward"
    target_group_arn = try(module.target_groups.arns[module.switch.idle_color], null)
  }

  dynamic "condition" {
    for_each = var.test.host_header == null ? [] : [var.test.host_header]
    content {
      host_header {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = var.test.http_header == null ? {} : var.test.http_header
    content {
      http_header {
        http_header_name = condition.key
        values           = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = var.test.path_pattern == null ? [] : [var.test.path_pattern]
    content {
      path_pattern {
        values = condition.value
      }
    }
  }
}

module "switch" {
  source = "../switch"

  name         = var.name
  active_color = var.active_color
  blue         = merge(var.blue, { aws_lb = { target_group_arns = [module.target_groups.arns.blue] } })
  green        = merge(var.green, { aws_lb = { target_group_arns = [module.target_groups.arns.green] } })
  aws_lb       = { listener_arns = [aws_lb_listener.this.arn] }

  release         = var.release
  steps           = var.steps
  bake            = var.bake
  drain           = var.drain
  rollback_window = var.rollback_window
  window          = var.window
  analysis        = var.analysis
  gates           = var.gates
  notify          = var.notify
  protect_active  = var.protect_active
  timeouts        = var.timeouts
}
