module "target_groups" {
  source = "../aws-target-groups"

  name          = var.name
  vpc_id        = var.vpc_id
  protocol      = "HTTP"
  target_groups = var.target_groups
  targets       = { blue = var.blue.targets, green = var.green.targets }
  tags          = var.tags
}

resource "aws_lb_listener_rule" "this" {
  listener_arn = var.listener_arn
  priority     = var.priority
  tags         = var.tags

  action {
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

  dynamic "condition" {
    for_each = var.conditions.host_header == null ? [] : [var.conditions.host_header]
    content {
      host_header {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = var.conditions.http_header == null ? {} : var.conditions.http_header
    content {
      http_header {
        http_header_name = condition.key
        values           = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = var.conditions.http_request_method == null ? [] : [var.conditions.http_request_method]
    content {
      http_request_method {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = var.conditions.path_pattern == null ? [] : [var.conditions.path_pattern]
    content {
      path_pattern {
        values = condition.value
      }
    }
  }

  dynamic "condition" {
    for_each = var.conditions.query_string == null ? [] : [var.conditions.query_string]
    content {
      dynamic "query_string" {
        for_each = condition.value
        content {
          key   = query_string.value.key
          value = query_string.value.value
        }
      }
    }
  }

  dynamic "condition" {
    for_each = var.conditions.source_ip == null ? [] : [var.conditions.source_ip]
    content {
      source_ip {
        values = condition.value
      }
    }
  }

  lifecycle {
    ignore_changes = [action] # the weights are the switch's
  }
}

resource "aws_lb_listener_rule" "test" {
  count = var.test == null ? 0 : 1

  listener_arn = var.listener_arn
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

  lifecycle {
    precondition {
      condition     = try(var.test.priority != var.priority || var.priority == null, true)
      error_message = "test.priority and priority are the same, and a listener has each priority once."
    }

    # A host of its own is not the other rule's. A header or a path is, if that rule is asked first.
    precondition {
      condition     = try(var.test.host_header != null, false) ? true : try(var.test.priority < coalesce(var.priority, 50001), false)
      error_message = "test has no host_header, so that its rule must come before the other: give test.priority, and one that is lower than priority. Otherwise the requests are taken by the other rule, and the idle color is never reached."
    }
  }
}

module "switch" {
  source = "../switch"

  name         = var.name
  active_color = var.active_color
  blue         = merge(var.blue, { aws_lb = { target_group_arns = [module.target_groups.arns.blue] } })
  green        = merge(var.green, { aws_lb = { target_group_arns = [module.target_groups.arns.green] } })
  aws_lb       = { rule_arns = [aws_lb_listener_rule.this.arn] }

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
