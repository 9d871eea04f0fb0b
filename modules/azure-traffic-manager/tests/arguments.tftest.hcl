# What each argument does, and what it refuses. Offline: the providers are mocks.

mock_provider "bluegreen" {
  # OpenTofu makes up what a mock computes already in a plan, and others read this.
  mock_resource "bluegreen_environment" {
    defaults = { fitness = "{\"format\":1}" }
  }
  mock_resource "bluegreen_switch" {
    defaults = { serving_color = "blue", idle_color = "green", weights = { blue = 100, green = 0 } }
  }
}

mock_provider "azurerm" {
  mock_resource "azurerm_traffic_manager_profile" {
    defaults = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop", fqdn = "shop.trafficmanager.net" }
  }
}

variables {
  name                = "shop"
  active_color        = "blue"
  resource_group_name = "shop"
  blue                = { version = "1.9.3", target_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Web/sites/blue" }
  green               = { version = "2.0.0", external_endpoint = { target = "green.example.com", endpoint_location = "westeurope" } }
}

override_resource {
  target = azurerm_traffic_manager_azure_endpoint.this
  values = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop/AzureEndpoints/blue" }
}

override_resource {
  target = azurerm_traffic_manager_external_endpoint.this
  values = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop/ExternalEndpoints/green" }
}

# Before anything is applied: later the weights are the switch's, and a plan leaves them.
run "green_first" {
  command = plan
  variables {
    active_color = "green"
  }
  assert {
    condition     = !azurerm_traffic_manager_azure_endpoint.this["blue"].enabled && azurerm_traffic_manager_external_endpoint.this["green"].enabled
    error_message = "the profile does not begin with all traffic on green"
  }
}

run "it_begins_with_the_active_color" {
  assert {
    condition     = azurerm_traffic_manager_azure_endpoint.this["blue"].enabled && !azurerm_traffic_manager_external_endpoint.this["green"].enabled
    error_message = "the profile does not begin with all traffic on blue"
  }
  assert {
    condition     = azurerm_traffic_manager_profile.this.traffic_routing_method == "Weighted" && azurerm_traffic_manager_profile.this.dns_config[0].relative_name == "shop" && azurerm_traffic_manager_profile.this.dns_config[0].ttl == 30
    error_message = "a default of the profile is not what the documentation says"
  }
  assert {
    condition     = azurerm_traffic_manager_profile.this.monitor_config[0].protocol == "HTTPS" && azurerm_traffic_manager_profile.this.monitor_config[0].port == 443 && azurerm_traffic_manager_profile.this.monitor_config[0].path == "/"
    error_message = "a default of the monitor is not what the documentation says"
  }
  assert {
    condition     = azurerm_traffic_manager_azure_endpoint.this["blue"].target_resource_id == var.blue.target_resource_id && azurerm_traffic_manager_external_endpoint.this["green"].target == "green.example.com" && azurerm_traffic_manager_external_endpoint.this["green"].endpoint_location == "westeurope"
    error_message = "an endpoint leads elsewhere"
  }
  assert {
    condition     = output.fqdn == "shop.trafficmanager.net" && endswith(output.endpoint_ids.blue, "/AzureEndpoints/blue") && endswith(output.endpoint_ids.green, "/ExternalEndpoints/green") && output.profile_id != ""
    error_message = "an output is another"
  }
  assert {
    condition     = output.serving_color == "blue" && output.idle_color == "green" && output.weights.blue == 100
    error_message = "an output is not what the switch says"
  }
}

run "all_arguments" {
  command = plan
  variables {
    relative_name  = "shop-example"
    ttl            = 0
    tags           = { team = "shop" }
    monitor_config = { protocol = "TCP", port = 8080, interval_in_seconds = 30, timeout_in_seconds = 10, tolerated_number_of_failures = 0, expected_status_code_ranges = ["200-299"] }
    blue           = { version = "1.9.3", target_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Web/sites/blue", health = { min_healthy = 2 }, checks = { smoke = { http = { url = "http://127.0.0.1:8080/health" } } }, prewarm = { urls = ["http://127.0.0.1:8080/"] }, schema = { min_version = "41" } }
  }
  assert {
    condition     = azurerm_traffic_manager_profile.this.dns_config[0].relative_name == "shop-example" && azurerm_traffic_manager_profile.this.dns_config[0].ttl == 0 && azurerm_traffic_manager_profile.this.tags["team"] == "shop"
    error_message = "the profile has other arguments"
  }
  assert {
    condition     = azurerm_traffic_manager_profile.this.monitor_config[0].path == null && azurerm_traffic_manager_profile.this.monitor_config[0].interval_in_seconds == 30 && azurerm_traffic_manager_profile.this.monitor_config[0].tolerated_number_of_failures == 0
    error_message = "the monitor has other arguments"
  }
}

run "the_core" {
  command = plan
  variables {
    bake            = "10s"
    drain           = "1s"
    rollback_window = "5m"
    window          = { timezone = "UTC", allow = [{ days = ["mon"], from = "09:00" }] }
    analysis        = { metrics = { errors = { prometheus = { url = "http://prometheus.internal:9090", query = "vector(1)" }, max = 1 } } }
    gates           = { calendar = { http = { url = "https://calendar.internal/shop" } } }
    notify          = { oncall = { slack = { webhook_url_env = "SLACK" } } }
    protect_active  = false
    timeouts        = { create = "10m", update = "20m" }
    steps           = [{ weight = 10, pause = "1m" }]
  }
}

run "no_such_profile" {
  command = plan
  variables {
    release = "fast"
  }
  expect_failures = [var.release]
}

run "no_ttl" {
  command = plan
  variables {
    ttl = -1
  }
  expect_failures = [var.ttl]
}

run "no_such_protocol" {
  command = plan
  variables {
    monitor_config = { protocol = "GRPC" }
  }
  expect_failures = [var.monitor_config]
}

run "an_interval_that_azure_has_not" {
  command = plan
  variables {
    monitor_config = { interval_in_seconds = 20 }
  }
  expect_failures = [var.monitor_config]
}

run "too_long_a_timeout" {
  command = plan
  variables {
    monitor_config = { timeout_in_seconds = 10 }
  }
  expect_failures = [var.monitor_config]
}

run "no_versions" {
  command = plan
  variables {
    blue  = { version = "", external_endpoint = { target = "blue.example.com" } }
    green = { version = " ", external_endpoint = { target = "green.example.com" } }
  }
  expect_failures = [var.blue, var.green]
}

run "two_places_for_one_color" {
  command = plan
  variables {
    blue  = { version = "1", external_endpoint = { target = "blue.example.com" }, target_resource_id = "/x" }
    green = { version = "2" }
  }
  expect_failures = [var.blue, var.green]
}
