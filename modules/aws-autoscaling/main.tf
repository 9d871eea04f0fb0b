locals {
  colors = {
    for color, environment in { blue = var.blue, green = var.green } :
    color => { for name in ["launch_template", "min_size", "max_size", "desired_capacity"] : name => environment[name] }
  }
  # Of the groups, not of the variables: so a cutover waits for them.
  versions = {
    for color, group in aws_autoscaling_group.this : color => "${group.launch_template[0].name}:${group.launch_template[0].version}"
  }
}

# A plan must know what both groups run, else protect_active could not refuse in time: keys that are known only after
# the apply are an error of the plan.
resource "terraform_data" "release" {
  for_each = { for color, group in local.colors : "${color}:${group.launch_template.name}:${group.launch_template.version}" => color }

  lifecycle {
    precondition {
      condition     = var.protect_active
      error_message = "protect_active must be true with Auto Scaling groups: a release of the color that serves would take its servers away before the new ones are there."
    }
  }
}

resource "aws_autoscaling_group" "this" {
  for_each = local.colors

  # A release is another group: hashicorp/aws waits for the servers of a new one, and for no instance refresh.
  name_prefix = "${var.name}-${each.key}-${each.value.launch_template.name}-${each.value.launch_template.version}-"

  min_size            = each.value.min_size
  max_size            = each.value.max_size
  desired_capacity    = each.value.desired_capacity
  vpc_zone_identifier = var.vpc_zone_identifier
  target_group_arns   = [module.switch.target_group_arns[each.key]]

  launch_template {
    name    = each.value.launch_template.name
    version = each.value.launch_template.version
  }

  # New servers count once the load balancer calls them healthy. At least as many: scaling may add some meanwhile.
  health_check_type         = "ELB"
  health_check_grace_period = var.health_check_grace_period
  min_elb_capacity          = coalesce(each.value.desired_capacity, each.value.min_size)
  wait_for_capacity_timeout = var.wait_for_capacity_timeout

  dynamic "tag" {
    for_each = merge({ Name = "${var.name}-${each.key}" }, var.tags, { "bluegreen:color" = each.key })
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  # No create_before_destroy: Terraform keeps what it replaces until all that depends on it is done, and the cutover is.
  # The servers of the release before would get traffic beside the new ones.
}

# The target groups, the rule and the switch. The groups are between them: they need the target groups and the rule, and
# the environments of the switch need what the groups run.
module "switch" {
  source = "../aws-alb-rule"

  name         = var.name
  active_color = var.active_color
  blue         = merge(var.blue, { version = local.versions["blue"] })
  green        = merge(var.green, { version = local.versions["green"] })

  listener_arn  = var.listener_arn
  priority      = var.priority
  conditions    = var.conditions
  test          = var.test
  vpc_id        = var.vpc_id
  target_groups = var.target_groups
  tags          = var.tags

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
