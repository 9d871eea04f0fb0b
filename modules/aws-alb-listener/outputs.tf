output "target_group_arns" {
  description = "The ARNs of the target groups, as `{ blue = …, green = … }`: for the services and groups that register their targets."
  value       = module.target_groups.arns

  # ECS refuses a service whose target group has no load balancer yet.
  depends_on = [aws_lb_listener.this]
}

output "target_group_arn_suffixes" {
  description = "The ARN suffixes of the target groups, by which CloudWatch knows them, as `{ blue = …, green = … }`."
  value       = module.target_groups.arn_suffixes
}

output "listener_arn" {
  description = "The ARN of the listener that divides the traffic."
  value       = aws_lb_listener.this.arn
}

output "test_listener_rule_arn" {
  description = "The ARN of the rule that leads to the idle color. Null without `test`."
  value       = one(aws_lb_listener_rule.test[*].arn)
}
