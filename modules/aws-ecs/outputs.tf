output "service_names" {
  description = "The names of the services, as `{ blue = …, green = … }`: for alarms and for Application Auto Scaling."
  value       = { for color, service in local.services : color => service.name }
}

output "service_arns" {
  description = "The ARNs of the services, as `{ blue = …, green = … }`."
  value       = { for color, service in local.services : color => service.id }
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
