module "target_groups" {
  source = "../aws-target-groups"

  name          = var.name
  vpc_id        = var.vpc_id
  protocol      = var.protocol == "TLS" ? "TCP" : var.protocol
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
  alpn_policy       = var.alpn_policy
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
      condition     = (var.protocol == "TLS") == (var.certificate_arn != null)
      error_message = "A listener with TLS needs certificate_arn, and no other takes one."
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
