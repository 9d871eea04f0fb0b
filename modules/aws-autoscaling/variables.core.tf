# The arguments that every module of a router has. The file is the same in each of them.

variable "name" {
  type        = string
  nullable    = false
  description = "The name of the service, for people: `shop`. The environments are called after it: `shop-blue`, `shop-green`."

  validation {
    condition     = trimspace(var.name) != ""
    error_message = "name is empty. Give the service a name, such as \"shop\"."
  }
}

variable "active_color" {
  type        = string
  nullable    = false
  description = "The color that is to serve: `blue` or `green`. Changing it is the cutover."

  validation {
    condition     = contains(["blue", "green"], var.active_color)
    error_message = "active_color must be \"blue\" or \"green\"."
  }
}

variable "release" {
  type        = string
  default     = null
  description = <<-EOT
    A profile that says how traffic moves to the new color. Leave it out for `instant`, or give `steps` of your own.

    | profile | steps | bake |
    |---|---|---|
    | `instant` | none: all traffic at once | 2 minutes |
    | `canary` | 10 percent for 5 minutes | 5 minutes |
    | `linear` | 10 percent more each minute | 5 minutes |
    | `cautious` | 1, 5, 10, 25 and 50 percent, each for 10 minutes | 30 minutes |
  EOT

  validation {
    condition     = contains(["instant", "canary", "linear", "cautious"], coalesce(var.release, "instant"))
    error_message = "release must be \"instant\", \"canary\", \"linear\" or \"cautious\". For weights of your own, leave it out and give steps."
  }
}

variable "steps" {
  type        = list(object({ weight = number, pause = optional(string) }))
  default     = null
  description = "Weights of your own, in place of a profile: `[{ weight = 10, pause = \"5m\" }]`. The last movement, to 100, needs no step."

  validation {
    condition     = alltrue([for s in coalesce(var.steps, []) : s.weight >= 1 && s.weight <= 99 && s.weight == floor(s.weight)])
    error_message = "Each weight in steps must be a whole number from 1 to 99. The last movement, to 100, needs no step."
  }

  validation {
    condition     = alltrue([for i, s in coalesce(var.steps, []) : i == 0 || s.weight > coalesce(var.steps, [])[max(i - 1, 0)].weight])
    error_message = "The weights in steps must rise from step to step."
  }
}

variable "bake" {
  type        = string
  default     = null
  description = "How long the new color is watched at 100 percent before the cutover counts as done. Default: that of the profile; with `steps`, 5 minutes."
}

variable "drain" {
  type        = string
  nullable    = false
  default     = "60s"
  description = "The longest wait, after the bake, for the old color's open work to end."
}

variable "rollback_window" {
  type        = string
  nullable    = false
  default     = "1h"
  description = "A color that was active this recently, and has the same version still, is returned to at once. `0s`: never."
}

variable "window" {
  type = object({
    timezone      = string
    allow         = optional(list(object({ days = optional(list(string)), from = optional(string), to = optional(string) })))
    deny          = optional(list(object({ from = string, to = string })))
    within_window = optional(string)
  })
  default     = null
  description = "When a cutover may begin, as the gate `window` of `bluegreen_switch`: `{ timezone = \"Europe/Berlin\", allow = [{ days = [\"mon\", \"tue\"], from = \"09:00\", to = \"16:00\" }] }`. A return at once is always allowed. Null: at any time."

  validation {
    condition     = var.window == null || try(trimspace(var.window.timezone) != "", false)
    error_message = "window.timezone is empty. Give the name of a time zone, such as \"Europe/Berlin\" or \"UTC\"."
  }
}

variable "analysis" {
  type        = any
  default     = null
  description = "What is measured while traffic moves, as the argument `analysis` of `bluegreen_switch`. The module `metrics` makes one. Null: nothing but health."

  validation {
    condition = var.analysis == null || length(setsubtract(try(keys(var.analysis), ["an object"]), [
      "failure_limit", "inconclusive_limit", "interval", "metrics", "on_failure", "warm_up",
    ])) == 0
    error_message = "analysis must be an object with metrics, and if you like with interval, failure_limit, inconclusive_limit, on_failure and warm_up; it has something else. Is a name misspelt?"
  }

  validation {
    condition     = var.analysis == null || try(length(var.analysis.metrics) > 0, false)
    error_message = "analysis has no metrics. Name at least one in analysis.metrics, or leave analysis out."
  }
}

variable "gates" {
  type        = any
  default     = null
  description = "What must hold before any traffic moves, as the argument `gates` of `bluegreen_switch`: a map of gates, each under a name of yours. The `window` joins them under the name `window`."

  validation {
    condition     = var.gates == null || can(keys(var.gates))
    error_message = "gates must be a map of gates, each under a name of yours: { schema = { sql = { ... } } }."
  }

  validation {
    condition     = !contains(try(keys(var.gates), []), "window")
    error_message = "gates has the name window, which is that of the argument window. Give the gate another name, or use the argument."
  }
}

variable "notify" {
  type        = any
  default     = null
  description = "Who is told, as the argument `notify` of `bluegreen_switch`: a map of notifications, each under a name of yours. Give secrets by the names of environment variables, such as `webhook_url_env`."

  validation {
    condition     = var.notify == null || can(keys(var.notify))
    error_message = "notify must be a map of notifications, each under a name of yours: { oncall = { slack = { ... } } }."
  }
}

variable "protect_active" {
  type        = bool
  nullable    = false
  default     = true
  description = "Whether it is an error to plan a new version of the color that serves."
}

variable "timeouts" {
  type        = object({ create = optional(string), update = optional(string) })
  nullable    = false
  default     = {}
  description = "The longest that a cutover may take, as `{ create = \"90m\", update = \"90m\" }`. Default: 3 hours with the profile `cautious`, else 1 hour. A timetable that is longer is an error of the plan."
}
