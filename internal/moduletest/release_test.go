package moduletest

import "testing"

// twoServices are two services of ECS behind a rule. The version of each color is the task definition that its service
// runs, so that the switch depends on the release.
const twoServices = `
variable "active_color" { default = "blue" }
variable "releases" {
  type    = map(string)
  default = { blue = "1", green = "1" }
}

resource "aws_lb_target_group" "this" {
  for_each    = var.releases
  name        = "shop-release-${each.key}"
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = "vpc-1"
  health_check {
    path              = "/health"
    healthy_threshold = 2
  }
}

resource "aws_lb_listener_rule" "this" {
  listener_arn = %q
  priority     = 10
  action {
    type = "forward"
    forward {
      dynamic "target_group" {
        for_each = aws_lb_target_group.this
        content {
          arn    = target_group.value.arn
          weight = target_group.key == var.active_color ? 100 : 0
        }
      }
    }
  }
  condition {
    path_pattern { values = ["/*"] }
  }
  lifecycle { ignore_changes = [action] }
}

resource "aws_ecs_cluster" "this" { name = "shop" }

resource "aws_ecs_task_definition" "this" {
  for_each              = var.releases
  family                = "shop-${each.key}"
  container_definitions = jsonencode([{ name = "shop", image = "web:${each.value}" }])
}

resource "aws_ecs_service" "this" {
  for_each              = var.releases
  name                  = "web-${each.key}"
  cluster               = aws_ecs_cluster.this.id
  task_definition       = aws_ecs_task_definition.this[each.key].arn
  desired_count         = 2
  wait_for_steady_state = true
  load_balancer {
    target_group_arn = aws_lb_target_group.this[each.key].arn
    container_name   = "shop"
    container_port   = 80
  }
  depends_on = [aws_lb_listener_rule.this]
}

module "shop" {
  source       = "./modules/switch"
  name         = "shop"
  active_color = var.active_color
  aws_lb       = { rule_arns = [aws_lb_listener_rule.this.arn] }
  blue         = { version = aws_ecs_service.this["blue"].task_definition, aws_lb = { target_group_arns = [aws_lb_target_group.this["blue"].arn] } }
  green        = { version = aws_ecs_service.this["green"].task_definition, aws_lb = { target_group_arns = [aws_lb_target_group.this["green"].arn] } }
  bake         = "1s"
  drain        = "1s"
}
`

// TestCutoverWaitsForRelease has the switch wait as its module says, whatever releases.
func TestCutoverWaitsForRelease(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		openReleased(t, binary, "aws_ecs_service", twoServices).wantOneApply(t)
	})
}
