locals {
  # What each profile stands for. A pause is long enough for a metric that is a minute late to
  # be read several times.
  profiles = {
    instant  = { steps = [], bake = "2m", timeout = null }
    canary   = { steps = [{ weight = 10, pause = "5m" }], bake = "5m", timeout = null }
    linear   = { steps = [for weight in range(10, 100, 10) : { weight = weight, pause = "1m" }], bake = "5m", timeout = null }
    cautious = { steps = [for weight in [1, 5, 10, 25, 50] : { weight = weight, pause = "10m" }], bake = "30m", timeout = "3h" }
  }
  profile = (
    var.steps == null
    ? local.profiles[coalesce(var.release, "instant")]
    : { steps = var.steps, bake = "5m", timeout = null }
  )

  gates = merge(var.gates, { for name in var.window == null ? [] : ["window"] : name => { window = var.window } })

  # Which routers are named where, for the rule that a router is named in all three places or in none.
  routers = {
    aws_lb                = var.aws_lb != null
    azure_traffic_manager = var.azure_traffic_manager != null
    gcp_lb                = var.gcp_lb != null
    haproxy               = var.haproxy != null
  }
  behind = {
    for color, environment in { blue = var.blue, green = var.green } : color => {
      aws_lb                         = environment.aws_lb != null
      azure_traffic_manager          = environment.azure_traffic_manager != null
      gcp_lb                         = environment.gcp_lb != null
      haproxy                        = environment.haproxy != null
    }
  }
  lacking = flatten([for router, here in local.routers : [for color in ["blue", "green"] : "${color}.${router}" if here && !local.behind[color][router]]])
  unused  = flatten([for router, here in local.routers : [for color in ["blue", "green"] : "${color}.${router}" if !here && local.behind[color][router]]])
}

resource "bluegreen_environment" "blue" {
  name    = "${var.name}-blue"
  version = var.blue.version

  aws_lb                = var.blue.aws_lb
  azure_traffic_manager = var.blue.azure_traffic_manager
  gcp_lb                = var.blue.gcp_lb
  haproxy               = var.blue.haproxy

  health  = var.blue.health
  checks  = var.blue.checks
  prewarm = var.blue.prewarm
  schema  = var.blue.schema

  lifecycle {
    precondition {
      condition     = anytrue(values(local.routers))
      error_message = "No router is named. Give at least one of aws_lb, azure_traffic_manager, gcp_lb and haproxy."
    }

    precondition {
      condition     = length(local.lacking) == 0
      error_message = "A router needs to know what each environment is called in it. Add ${join(" and ", local.lacking)}."
    }

    precondition {
      condition     = length(local.unused) == 0
      error_message = "An environment names a router that the module is not given: ${join(" and ", local.unused)}. Give the module the argument of that name, or take it out of the environment."
    }
  }
}

resource "bluegreen_environment" "green" {
  name    = "${var.name}-green"
  version = var.green.version

  aws_lb                = var.green.aws_lb
  azure_traffic_manager = var.green.azure_traffic_manager
  gcp_lb                = var.green.gcp_lb
  haproxy               = var.green.haproxy

  health  = var.green.health
  checks  = var.green.checks
  prewarm = var.green.prewarm
  schema  = var.green.schema

  lifecycle {
    precondition {
      condition     = anytrue(values(local.routers)) && length(local.lacking) == 0 && length(local.unused) == 0
      error_message = "The routers of the module and of its environments do not agree: see the error of the blue environment."
    }
  }
}

resource "bluegreen_switch" "this" {
  name         = var.name
  active_color = var.active_color

  blue  = bluegreen_environment.blue
  green = bluegreen_environment.green

  aws_lb                = var.aws_lb
  azure_traffic_manager = var.azure_traffic_manager
  gcp_lb                = var.gcp_lb
  haproxy               = var.haproxy

  steps           = length(local.profile.steps) == 0 ? null : local.profile.steps
  bake            = coalesce(var.bake, local.profile.bake)
  drain           = var.drain
  rollback_window = var.rollback_window

  gates          = length(local.gates) == 0 ? null : local.gates
  analysis       = var.analysis
  notify         = var.notify
  protect_active = var.protect_active

  timeouts = {
    create = try(coalesce(var.timeouts.create, local.profile.timeout), null)
    update = try(coalesce(var.timeouts.update, local.profile.timeout), null)
  }

  lifecycle {
    precondition {
      condition     = var.release == null || var.steps == null
      error_message = "Both release and steps are given. Give one of them: a profile has steps of its own."
    }

    precondition {
      condition     = length(local.profile.steps) == 0 || try(var.haproxy.map, null) == null
      error_message = "A map of HAProxy has no weights between 0 and 100: leave steps out, and give no release or release = \"instant\". For a canary use HAProxy's servers, without a map."
    }

    precondition {
      condition = var.haproxy == null || alltrue([
        for environment in [var.blue, var.green] : environment.haproxy == null || try((environment.haproxy.backend != null) == (var.haproxy.map != null), true)
      ])
      error_message = "With haproxy.map each environment needs haproxy.backend; without it, haproxy.servers. Blue and green must have the same."
    }
  }
}
