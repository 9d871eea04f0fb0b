locals {
  colors = {
    for color, environment in { blue = var.blue, green = var.green } :
    color => { task_definition = environment.task_definition, desired_count = environment.desired_count }
  }
  services = merge(aws_ecs_service.this, aws_ecs_service.autoscaled)
}

resource "aws_ecs_service" "this" {
  for_each = var.autoscaled ? {} : local.colors

  name            = "${var.name}-${each.key}"
  cluster         = var.cluster
  task_definition = each.value.task_definition
  desired_count   = each.value.desired_count

  launch_type                       = length(var.capacity_provider_strategy) == 0 ? var.launch_type : null
  health_check_grace_period_seconds = var.health_check_grace_period_seconds
  propagate_tags                    = "SERVICE"
  tags                              = merge(var.tags, { "bluegreen:color" = each.key })

  # What depends on a service has to wait for its release.
  wait_for_steady_state = true

  deployment_controller {
    type = "ECS"
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  dynamic "capacity_provider_strategy" {
    for_each = var.capacity_provider_strategy
    content {
      capacity_provider = capacity_provider_strategy.value.capacity_provider
      base              = capacity_provider_strategy.value.base
      weight            = capacity_provider_strategy.value.weight
    }
  }

  load_balancer {
    target_group_arn = module.switch.target_group_arns[each.key]
    container_name   = var.container_name
    container_port   = var.container_port
  }

  dynamic "network_configuration" {
    for_each = length(var.subnets) == 0 ? [] : [var.subnets]
    content {
      subnets          = network_configuration.value
      security_groups  = var.security_groups
      assign_public_ip = var.assign_public_ip
    }
  }

  timeouts {
    create = var.deployment_timeout
    update = var.deployment_timeout
  }

  lifecycle {
    precondition {
      condition     = var.target_groups.target_type == "instance" || length(var.subnets) > 0
      error_message = "subnets is empty. Tasks whose targets are addresses need subnets; those in the network modes bridge and host need target_groups.target_type = \"instance\"."
    }

    # After the circuit breaker's rollback a service is steady as well, with what it had before.
    postcondition {
      condition     = self.task_definition == each.value.task_definition
      error_message = "The service ${self.name} went back to ${self.task_definition}: its new tasks did not become healthy. Nothing was cut over."
    }
  }
}

# The same, with counts that are others'.
resource "aws_ecs_service" "autoscaled" {
  for_each = var.autoscaled ? local.colors : {}

  name            = "${var.name}-${each.key}"
  cluster         = var.cluster
  task_definition = each.value.task_definition
  desired_count   = each.value.desired_count

  launch_type                       = length(var.capacity_provider_strategy) == 0 ? var.launch_type : null
  health_check_grace_period_seconds = var.health_check_grace_period_seconds
  propagate_tags                    = "SERVICE"
  tags                              = merge(var.tags, { "bluegreen:color" = each.key })

  # What depends on a service has to wait for its release.
  wait_for_steady_state = true

  deployment_controller {
    type = "ECS"
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  dynamic "capacity_provider_strategy" {
    for_each = var.capacity_provider_strategy
    content {
      capacity_provider = capacity_provider_strategy.value.capacity_provider
      base              = capacity_provider_strategy.value.base
      weight            = capacity_provider_strategy.value.weight
    }
  }

  load_balancer {
    target_group_arn = module.switch.target_group_arns[each.key]
    container_name   = var.container_name
    container_port   = var.container_port
  }

  dynamic "network_configuration" {
    for_each = length(var.subnets) == 0 ? [] : [var.subnets]
    content {
      subnets          = network_configuration.value
      security_groups  = var.security_groups
      assign_public_ip = var.assign_public_ip
    }
  }

  timeouts {
    create = var.deployment_timeout
    update = var.deployment_timeout
  }

  lifecycle {
    ignore_changes = [desired_count]

    precondition {
      condition     = var.target_groups.target_type == "instance" || length(var.subnets) > 0
      error_message = "subnets is empty. Tasks whose targets are addresses need subnets; those in the network modes bridge and host need target_groups.target_type = \"instance\"."
    }

    # After the circuit breaker's rollback a service is steady as well, with what it had before.
    postcondition {
      condition     = self.task_definition == each.value.task_definition
      error_message = "The service ${self.name} went back to ${self.task_definition}: its new tasks did not become healthy. Nothing was cut over."
    }
  }
}

# The target groups, the rule and the switch. The services are between them: they need the target groups and the rule,
# and the environments of the switch need what the services run.
module "switch" {
  source = "../aws-alb-rule"

  name         = var.name
  active_color = var.active_color
  blue         = merge(var.blue, { version = local.services["blue"].task_definition })
  green        = merge(var.green, { version = local.services["green"].task_definition })

  listener_arn  = var.listener_arn
  priority      = var.priority
  conditions    = var.conditions
  test          = var.test
  vpc_id        = var.vpc_id
  target_groups = merge(var.target_groups, { port = coalesce(var.target_groups.port, var.container_port) })
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
