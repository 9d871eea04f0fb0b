output "arns" {
  description = "The ARNs of the target groups, as `{ blue = …, green = … }`."
  value       = { for color, group in aws_lb_target_group.this : color => group.arn }
}

output "arn_suffixes" {
  description = "The ARN suffixes of the target groups, by which CloudWatch knows them, as `{ blue = …, green = … }`."
  value       = { for color, group in aws_lb_target_group.this : color => group.arn_suffix }
}
