# The argument of the rule by which the idle color is reached. The file is the same in each module that makes one.

variable "test" {
  type = object({
    priority     = optional(number)
    host_header  = optional(list(string))
    http_header  = optional(map(list(string)))
    path_pattern = optional(list(string))
  })
  default     = null
  description = "A rule of its own by which the idle color is reached: `{ priority = 1, http_header = { \"X-Preview\" = [\"1\"] } }`. It follows the idle color with each cutover. Null: none."

  validation {
    condition     = var.test == null || try(length(var.test.host_header) > 0, false) || try(length(var.test.http_header) > 0, false) || try(length(var.test.path_pattern) > 0, false)
    error_message = "test has no condition: give host_header, http_header or path_pattern. Without one it would take all requests."
  }

  validation {
    condition     = try(var.test.priority >= 1 && var.test.priority <= 50000 && var.test.priority == floor(var.test.priority), true)
    error_message = "test.priority must be a whole number from 1 to 50000."
  }
}
