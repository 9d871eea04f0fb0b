# The outputs that every module of a router has. The file is the same in each of them.

output "serving_color" {
  description = "The color that has all traffic; null while traffic is divided."
  value       = module.switch.serving_color
}

output "idle_color" {
  description = "The color that a release goes to. After a cutover that failed it is still the idle one."
  value       = module.switch.idle_color
}

output "weights" {
  description = "Percent of traffic for each color, as `{ blue = 100, green = 0 }`. Null when a router did not say."
  value       = module.switch.weights
}

output "last_cutover" {
  description = "How the last cutover that moved traffic ended: `from`, `to`, `result`, `reason`, `started_at`, `finished_at`. Null before the first. Terraform keeps outputs when an apply fails: after a cutover that was rolled back this is the one before, until the next apply or `terraform apply -refresh-only`."
  value       = module.switch.last_cutover
}

output "timetable" {
  description = "The stages of the cutover that was planned last, as data: `stages`, `total_seconds`, `moves`."
  value       = module.switch.timetable
}
