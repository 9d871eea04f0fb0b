output "group_names" {
  description = "The names of the Auto Scaling groups, as `{ blue = …, green = … }`, for scaling policies and alarms. A release changes that of its color."
  value       = { for color, group in aws_autoscaling_group.this : color => group.name }
}

output "target_group_arns" {
  description = "The ARNs of the target groups, as `{ blue = …, green = … }`."
  value       = module.switch.target_group_arns
}

output "target_group_arn_suffixes" {
  description = "The ARN suffixes of the target groups, by which CloudWatch knows them, as `{ blue = …, green = … }`."
  value       = module.switch.target_group_arn_suffixes
}

output "listener_rule_arn" {
  description = "The ARN of the rule that divides the traffic."
  value       = module.switch.listener_rule_arn
}

output "test_listener_rule_arn" {
  description = "The ARN of the rule that leads to the idle color. Null without `test`."
  value       = module.switch.test_listener_rule_arn
}
