locals {
  environments = { blue = var.blue, green = var.green }
  # What speaks TLS does not answer a check without it. H2C is asked by HTTP: Google has no check of its own for it.
  checked_by = var.health_check.protocol != null ? var.health_check.protocol : var.protocol == "H2C" ? "HTTP" : var.protocol
  test_hosts = coalesce(var.test_hosts, { blue = "blue.${var.name}.invalid", green = "green.${var.name}.invalid" })
}

resource "google_compute_health_check" "this" {
  project = var.project
  name    = var.name

  check_interval_sec  = var.health_check.check_interval_sec
  timeout_sec         = var.health_check.timeout_sec
  healthy_threshold   = var.health_check.healthy_threshold
  unhealthy_threshold = var.health_check.unhealthy_threshold

  dynamic "http_health_check" {
    for_each = local.checked_by == "HTTP" ? [var.health_check] : []
    content {
      request_path       = http_health_check.value.request_path
      port               = http_health_check.value.port
      port_specification = http_health_check.value.port != null || http_health_check.value.port_specification != null ? http_health_check.value.port_specification : "USE_SERVING_PORT"
    }
  }

  dynamic "https_health_check" {
    for_each = local.checked_by == "HTTPS" ? [var.health_check] : []
    content {
      request_path       = https_health_check.value.request_path
      port               = https_health_check.value.port
      port_specification = https_health_check.value.port != null || https_health_check.value.port_specification != null ? https_health_check.value.port_specification : "USE_SERVING_PORT"
    }
  }

  dynamic "http2_health_check" {
    for_each = local.checked_by == "HTTP2" ? [var.health_check] : []
    content {
      request_path       = http2_health_check.value.request_path
      port               = http2_health_check.value.port
      port_specification = http2_health_check.value.port != null || http2_health_check.value.port_specification != null ? http2_health_check.value.port_specification : "USE_SERVING_PORT"
    }
  }

  lifecycle {
    precondition {
      condition     = can(regex("^[a-z]([a-z0-9-]{0,55}[a-z0-9])?$", var.name))
      error_message = "name is ${var.name}, and what the module makes on Google Cloud is called after it: it must have at most 57 small letters, digits and hyphens, begin with a letter and not end with a hyphen."
    }
  }
}

resource "google_compute_backend_service" "this" {
  for_each = local.environments

  project               = var.project
  name                  = "${var.name}-${each.key}"
  load_balancing_scheme = var.load_balancing_scheme
  protocol              = var.protocol
  port_name             = var.port_name
  timeout_sec           = var.timeout_sec
  health_checks         = [google_compute_health_check.this.id]

  connection_draining_timeout_sec = var.connection_draining_timeout_sec

  dynamic "backend" {
    for_each = each.value.backends
    content {
      group                 = backend.value.group
      balancing_mode        = backend.value.balancing_mode != null || backend.value.max_rate_per_endpoint == null ? backend.value.balancing_mode : "RATE"
      capacity_scaler       = backend.value.capacity_scaler
      max_rate_per_endpoint = backend.value.max_rate_per_endpoint
      max_rate_per_instance = backend.value.max_rate_per_instance
      max_utilization       = backend.value.max_utilization
    }
  }
}

resource "google_compute_url_map" "this" {
  project = var.project
  name    = var.name

  default_route_action {
    dynamic "weighted_backend_services" {
      for_each = google_compute_backend_service.this
      content {
        backend_service = weighted_backend_services.value.id
        weight          = weighted_backend_services.key == var.active_color ? 100 : 0
      }
    }
  }

  dynamic "host_rule" {
    for_each = local.test_hosts
    content {
      hosts        = [host_rule.value]
      path_matcher = host_rule.key
    }
  }

  dynamic "path_matcher" {
    for_each = local.test_hosts
    content {
      name            = path_matcher.key
      default_service = google_compute_backend_service.this[path_matcher.key].id
    }
  }

  lifecycle {
    ignore_changes = [default_service, default_route_action] # the weights are the switch's
  }
}

module "switch" {
  source = "../switch"

  name         = var.name
  active_color = var.active_color
  blue         = merge(var.blue, { gcp_lb = { backend_services = [google_compute_backend_service.this["blue"].id] } })
  green        = merge(var.green, { gcp_lb = { backend_services = [google_compute_backend_service.this["green"].id] } })
  gcp_lb       = { url_maps = [google_compute_url_map.this.id] }

  release         = var.release
  steps           = var.steps
  bake            = var.bake
  drain           = var.drain
  rollback_window = var.rollback_window
  window          = var.window
  analysis        = var.analysis
  gates           = var.gates
  notify          = var.notify
  protect_active  = var.protect_active
  timeouts        = var.timeouts
}
