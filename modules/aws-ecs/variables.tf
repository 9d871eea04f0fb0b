variable "cluster" {
  type        = string
  nullable    = false
  description = "The ARN of the cluster that runs both services."

  validation {
    condition     = can(regex("^arn:[^:]+:ecs:[^:]+:[0-9]+:cluster/.+$", var.cluster))
    error_message = "cluster must be the ARN of a cluster, as aws_ecs_cluster has it in arn."
  }
}

variable "container_name" {
  type        = string
  nullable    = false
  description = "The container of the task definitions that gets the traffic."

  validation {
    condition     = trimspace(var.container_name) != ""
    error_message = "container_name is empty. Name the container of the task definitions that gets the traffic."
  }
}

variable "container_port" {
  type        = number
  nullable    = false
  description = "The port on which the container serves."

  validation {
    condition     = var.container_port >= 1 && var.container_port <= 65535 && var.container_port == floor(var.container_port)
    error_message = "container_port must be a whole number from 1 to 65535."
  }
}

variable "subnets" {
  type        = set(string)
  nullable    = false
  default     = []
  description = "The subnets of the tasks. None only with the target type `instance`."
}

variable "security_groups" {
  type        = set(string)
  nullable    = false
  default     = []
  description = "The security groups of the tasks. None: the VPC's default one."
}

variable "assign_public_ip" {
  type        = bool
  nullable    = false
  default     = false
  description = "Whether the tasks get public addresses, as they need in a subnet without NAT."
}

variable "launch_type" {
  type        = string
  nullable    = false
  default     = "FARGATE"
  description = "Where the tasks run: `FARGATE` or `EC2`. With `capacity_provider_strategy` it says nothing."

  validation {
    condition     = contains(["FARGATE", "EC2"], var.launch_type)
    error_message = "launch_type must be \"FARGATE\" or \"EC2\". For others, give capacity_provider_strategy."
  }
}

variable "capacity_provider_strategy" {
  type        = list(object({ capacity_provider = string, base = optional(number), weight = optional(number) }))
  nullable    = false
  default     = []
  description = "Capacity providers in place of a launch type: `[{ capacity_provider = \"FARGATE_SPOT\", weight = 1 }]`. Name them here even when they are the cluster's default: what hashicorp/aws is not told it plans to replace."

  validation {
    condition     = length([for one in var.capacity_provider_strategy : one if coalesce(one.base, 0) > 0]) <= 1
    error_message = "Only one capacity provider of capacity_provider_strategy can have a base."
  }
}

variable "health_check_grace_period_seconds" {
  type        = number
  default     = null
  description = "How long a new task may fail the load balancer's health checks, for those that start slowly. Null: not at all."

  validation {
    condition     = try(var.health_check_grace_period_seconds >= 0, var.health_check_grace_period_seconds == null)
    error_message = "health_check_grace_period_seconds must be 0 or more."
  }
}

variable "deployment_timeout" {
  type        = string
  nullable    = false
  default     = "20m"
  description = "The longest that a service may take to become steady. A release that takes longer fails, and nothing is cut over."
}

variable "autoscaled" {
  type        = bool
  nullable    = false
  default     = false
  description = "Whether others, such as Application Auto Scaling, set the counts of services that are there. Then `desired_count` is only how many tasks a service begins with. To change it later, move both services in state."
}

variable "vpc_id" {
  type        = string
  nullable    = false
  description = "The VPC of the target groups."
}

variable "target_groups" {
  type = object({
    port                 = optional(number)
    protocol             = optional(string)
    protocol_version     = optional(string)
    target_type          = optional(string, "ip")
    deregistration_delay = optional(number)
    slow_start           = optional(number)
    health_check = optional(object({
      path                = optional(string)
      port                = optional(string)
      protocol            = optional(string)
      matcher             = optional(string)
      interval            = optional(number)
      timeout             = optional(number)
      healthy_threshold   = optional(number)
      unhealthy_threshold = optional(number)
    }), {})
  })
  nullable    = false
  default     = {}
  description = "What both target groups are like, in the words of `aws_lb_target_group`: `health_check`, `deregistration_delay` and so on. `port` is `container_port` if it is left out, and `target_type` is `ip`; with the network modes `bridge` and `host` it must be `instance`."

  validation {
    condition     = try(var.target_groups.port >= 1 && var.target_groups.port <= 65535, var.target_groups.port == null)
    error_message = "target_groups.port must be a number from 1 to 65535, or left out."
  }

  validation {
    condition     = contains(["instance", "ip"], var.target_groups.target_type)
    error_message = "target_groups.target_type must be \"ip\", or \"instance\" for tasks in the network modes bridge and host."
  }
}

variable "blue" {
  type = object({
    task_definition = string
    desired_count   = optional(number, 2)
    health = optional(object({
      min_healthy         = optional(number)
      min_healthy_percent = optional(number)
      stable_for          = optional(string)
      timeout             = optional(string)
      failure_limit       = optional(number)
    }))
    checks = optional(any)
    prewarm = optional(object({
      urls              = list(string)
      requests          = optional(number)
      concurrency       = optional(number)
      rate              = optional(number)
      headers           = optional(map(string))
      headers_env       = optional(map(string))
      max_error_percent = optional(number)
      timeout           = optional(string)
      tls = optional(object({
        ca_cert              = optional(string)
        client_cert          = optional(string)
        client_key_env       = optional(string)
        client_key_file      = optional(string)
        insecure_skip_verify = optional(bool)
        server_name          = optional(string)
      }))
    }))
    schema = optional(object({
      min_version = optional(string)
      max_version = optional(string)
      not_applied = optional(list(string))
      one_of      = optional(list(string))
    }))
  })
  nullable    = false
  description = "The blue service: `task_definition`, the ARN of a revision, which is the release, and `desired_count`, how many tasks it runs. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`."

  validation {
    condition     = can(regex("^arn:[^:]+:ecs:[^:]+:[0-9]+:task-definition/[^:]+:[0-9]+$", var.blue.task_definition))
    error_message = "blue.task_definition must be the ARN of a revision, as aws_ecs_task_definition has it in arn: a family alone does not say what is released."
  }

  validation {
    condition     = var.blue.desired_count >= 0 && var.blue.desired_count == floor(var.blue.desired_count)
    error_message = "blue.desired_count must be a whole number of tasks, 0 or more."
  }
}

variable "green" {
  type = object({
    task_definition = string
    desired_count   = optional(number, 2)
    health = optional(object({
      min_healthy         = optional(number)
      min_healthy_percent = optional(number)
      stable_for          = optional(string)
      timeout             = optional(string)
      failure_limit       = optional(number)
    }))
    checks = optional(any)
    prewarm = optional(object({
      urls              = list(string)
      requests          = optional(number)
      concurrency       = optional(number)
      rate              = optional(number)
      headers           = optional(map(string))
      headers_env       = optional(map(string))
      max_error_percent = optional(number)
      timeout           = optional(string)
      tls = optional(object({
        ca_cert              = optional(string)
        client_cert          = optional(string)
        client_key_env       = optional(string)
        client_key_file      = optional(string)
        insecure_skip_verify = optional(bool)
        server_name          = optional(string)
      }))
    }))
    schema = optional(object({
      min_version = optional(string)
      max_version = optional(string)
      not_applied = optional(list(string))
      one_of      = optional(list(string))
    }))
  })
  nullable    = false
  description = "The green service: `task_definition`, the ARN of a revision, which is the release, and `desired_count`, how many tasks it runs. If you like also `health`, `checks`, `prewarm` and `schema`, as in `bluegreen_environment`."

  validation {
    condition     = can(regex("^arn:[^:]+:ecs:[^:]+:[0-9]+:task-definition/[^:]+:[0-9]+$", var.green.task_definition))
    error_message = "green.task_definition must be the ARN of a revision, as aws_ecs_task_definition has it in arn: a family alone does not say what is released."
  }

  validation {
    condition     = var.green.desired_count >= 0 && var.green.desired_count == floor(var.green.desired_count)
    error_message = "green.desired_count must be a whole number of tasks, 0 or more."
  }
}
