locals {
  environments = { blue = var.blue, green = var.green }
  endpoint_ids = merge(
    { for color, endpoint in azurerm_traffic_manager_azure_endpoint.this : color => endpoint.id },
    { for color, endpoint in azurerm_traffic_manager_external_endpoint.this : color => endpoint.id },
  )
}

resource "azurerm_traffic_manager_profile" "this" {
  name                   = var.name
  resource_group_name    = var.resource_group_name
  traffic_routing_method = "Weighted"
  tags                   = var.tags

  dns_config {
    relative_name = coalesce(var.relative_name, var.name)
    ttl           = var.ttl
  }

  monitor_config {
    protocol                     = var.monitor_config.protocol
    port                         = var.monitor_config.port
    path                         = var.monitor_config.protocol == "TCP" ? null : var.monitor_config.path
    expected_status_code_ranges  = var.monitor_config.expected_status_code_ranges
    interval_in_seconds          = var.monitor_config.interval_in_seconds
    timeout_in_seconds           = var.monitor_config.timeout_in_seconds
    tolerated_number_of_failures = var.monitor_config.tolerated_number_of_failures
  }
}

resource "azurerm_traffic_manager_azure_endpoint" "this" {
  for_each = { for color, e in local.environments : color => e if e.external_endpoint == null }

  name               = each.key
  profile_id         = azurerm_traffic_manager_profile.this.id
  target_resource_id = each.value.target_resource_id

  # Traffic Manager has no weight 0: the idle color is disabled.
  weight  = 1000
  enabled = each.key == var.active_color

  lifecycle {
    ignore_changes = [weight, enabled] # they are the switch's
  }
}

resource "azurerm_traffic_manager_external_endpoint" "this" {
  for_each = { for color, e in local.environments : color => e.external_endpoint if e.external_endpoint != null }

  name              = each.key
  profile_id        = azurerm_traffic_manager_profile.this.id
  target            = each.value.target
  endpoint_location = each.value.endpoint_location

  # Traffic Manager has no weight 0: the idle color is disabled.
  weight  = 1000
  enabled = each.key == var.active_color

  lifecycle {
    ignore_changes = [weight, enabled] # they are the switch's
  }
}

module "switch" {
  source = "../switch"

  name         = var.name
  active_color = var.active_color
  blue         = merge(var.blue, { azure_traffic_manager = { endpoint_ids = [local.endpoint_ids["blue"]] } })
  green        = merge(var.green, { azure_traffic_manager = { endpoint_ids = [local.endpoint_ids["green"]] } })

  azure_traffic_manager = { profile_ids = [azurerm_traffic_manager_profile.this.id] }

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
