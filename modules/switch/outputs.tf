output "serving_color" {
  description = "The color that has all traffic; null while traffic is divided."
  value       = bluegreen_switch.this.serving_color
}

output "idle_color" {
  description = "The color that a release goes to. After a cutover that failed it is still the idle one."
  value       = bluegreen_switch.this.idle_color
}

output "weights" {
  description = "Percent of traffic for each color, as `{ blue = 100, green = 0 }`. Null when a router did not say."
  # A plan knows what the weights will be, and Terraform would save that even if the cutover
  # fails. It does not know serving_color, so that this waits for what is true.
  value = try({ for color, weight in bluegreen_switch.this.weights : color => weight if bluegreen_switch.this.serving_color != "" }, null)
}

output "last_cutover" {
  description = "How the last cutover that moved traffic ended: `from`, `to`, `result`, `reason`, `started_at`, `finished_at`. Null before the first. Terraform keeps outputs when an apply fails: after a cutover that was rolled back this is the one before, until the next apply or `terraform apply -refresh-only`."
  value       = bluegreen_switch.this.last_cutover
}

output "timetable" {
  description = "The stages of the cutover that was planned last, as data: `stages`, `total_seconds`, `moves`."
  value       = bluegreen_switch.this.timetable
}
