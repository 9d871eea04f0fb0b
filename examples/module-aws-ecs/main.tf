variable "active_color" { default = "blue" }

module "shop" {
  source          = "../../modules/aws-ecs"
  name            = "shop"
  active_color    = var.active_color # terraform apply -var active_color=green
  cluster         = var.cluster
  subnets         = var.subnets
  security_groups = var.security_groups
  container_name  = "web"
  container_port  = 8080
  listener_arn    = var.listener_arn
  conditions      = { host_header = ["shop.example.com"] }
  vpc_id          = var.vpc_id
  target_groups   = { health_check = { path = "/health" } }
  blue            = { task_definition = aws_ecs_task_definition.shop["blue"].arn, desired_count = 2 }
  green           = { task_definition = aws_ecs_task_definition.shop["green"].arn, desired_count = 2 }
  release         = "canary"
}

resource "aws_ecs_task_definition" "shop" {
  for_each = var.images

  family                   = "shop-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  skip_destroy             = true # so that tasks of the revision before can still be started

  container_definitions = jsonencode([{ name = "web", image = each.value, portMappings = [{ containerPort = 8080 }] }])
}
