# What each argument does, and what it refuses. Offline: the provider is a mock.

mock_provider "bluegreen" {
  # OpenTofu makes up what a mock computes already in a plan, and a switch reads this.
  mock_resource "bluegreen_environment" {
    defaults = { fitness = "{\"format\":1}" }
  }
  mock_resource "bluegreen_switch" {
    defaults = { serving_color = "blue", idle_color = "green", weights = { blue = 100, green = 0 } }
  }
}

variables {
  name         = "shop"
  active_color = "blue"
  blue         = { version = "1.9.3", backend = "blue-backend" }
  green        = { version = "2.0.0", backend = "green-backend" }
  sockets      = ["unix:///run/haproxy/admin.sock", "tcp://127.0.0.1:9999"]
  map          = { file = "/etc/haproxy/maps/backend.map", key = "shop" }
}

run "map" {
  assert {
    condition     = output.haproxy_cfg == <<-EOT
      global
          # Of these lines each HAProxy has those of its own addresses.
          stats socket /run/haproxy/admin.sock mode 660 level admin expose-fd listeners
          stats socket ipv4@127.0.0.1:9999 level admin

      frontend shop
          use_backend %[str(shop),map_str(/etc/haproxy/maps/backend.map)]

      backend blue-backend
          server blue1 ADDRESS:PORT check

      backend green-backend
          server green1 ADDRESS:PORT check
    EOT
    error_message = "the lines to paste are others"
  }
  assert {
    condition     = output.map_file == "shop blue-backend\n"
    error_message = "the map is another"
  }
  assert {
    condition     = output.serving_color == "blue" && output.idle_color == "green" && output.weights.blue == 100 && output.weights.green == 0
    error_message = "an output is not what the switch says"
  }
}

run "one_socket_on_ipv6" {
  command = plan
  variables {
    sockets = ["tcp://[::1]:9999"]
  }
  assert {
    condition     = startswith(output.haproxy_cfg, "global\n    stats socket ipv6@[::1]:9999 level admin\n")
    error_message = "HAProxy would not listen there"
  }
}

run "keys_and_values" {
  variables {
    blue  = { version = "1.9.3", backend = "blue-web" }
    green = { version = "2.0.0", backend = "green-web" }
    map = {
      file    = "/srv/haproxy/maps/hosts.map"
      id      = "maps/hosts.map"
      keys    = ["shop.example.com", "www.shop.example.com"]
      values  = { blue = "blue", green = "green" }
      persist = false
    }
  }
  assert {
    condition     = strcontains(output.haproxy_cfg, "    use_backend %[req.hdr(host),field(1,:),lower,map_str(maps/hosts.map)]-web\n")
    error_message = "the lookup is another"
  }
  assert {
    condition     = output.map_file == "shop.example.com blue\nwww.shop.example.com blue\n"
    error_message = "the map is another"
  }
}

run "servers" {
  variables {
    map    = null
    shares = true
    blue   = { version = "1.9.3", servers = ["app/blue1", "app/blue2"] }
    green  = { version = "2.0.0", servers = ["app/green1"] }
    steps  = [{ weight = 10, pause = "5m" }]
  }
  assert {
    condition     = strcontains(output.haproxy_cfg, "backend app\n    balance roundrobin\n    server blue1 ADDRESS:PORT check weight 100\n    server blue2 ADDRESS:PORT check weight 100\n    server green1 ADDRESS:PORT check weight 0\n")
    error_message = "the lines to paste are others"
  }
  assert {
    condition     = strcontains(output.haproxy_cfg, "    server-state-file /var/lib/haproxy/state\n\ndefaults\n    load-server-state-from-file global\n")
    error_message = "a reload would bring back the old weights"
  }
  assert {
    condition     = output.map_file == null
    error_message = "there is a map"
  }
}

run "everything_else" {
  command = plan
  variables {
    release         = "instant"
    bake            = "10s"
    drain           = "1s"
    rollback_window = "5m"
    window          = { timezone = "UTC", allow = [{ days = ["mon"], from = "09:00" }] }
    analysis        = { metrics = { errors = { haproxy = { sockets = ["unix:///run/haproxy/admin.sock"], backend = "{{color}}-backend" }, max = 1 } } }
    gates           = { calendar = { http = { url = "https://calendar.internal/shop" } } }
    notify          = { oncall = { slack = { webhook_url_env = "SLACK" } } }
    protect_active  = false
    timeouts        = { create = "10m", update = "20m" }
    blue = {
      version = "1.9.3"
      backend = "blue-backend"
      health  = { min_healthy = 2 }
      checks  = { smoke = { http = { url = "http://127.0.0.1:8080/health" } } }
      prewarm = { urls = ["http://127.0.0.1:8080/"] }
      schema  = { min_version = "41" }
    }
  }
}

run "no_such_profile" {
  command = plan
  variables {
    release = "fast"
  }
  expect_failures = [var.release]
}

run "no_sockets" {
  command = plan
  variables {
    sockets = []
  }
  expect_failures = [var.sockets]
}

run "a_socket_without_a_scheme" {
  command = plan
  variables {
    sockets = ["/run/haproxy/admin.sock"]
  }
  expect_failures = [var.sockets]
}

run "a_key_and_keys" {
  command = plan
  variables {
    map = { file = "/etc/haproxy/maps/backend.map", key = "shop", keys = ["shop"] }
  }
  expect_failures = [var.map]
}

run "a_backend_and_servers" {
  command = plan
  variables {
    blue  = { version = "1.9.3", backend = "blue-backend", servers = ["app/blue1"] }
    green = { version = "2.0.0" }
  }
  expect_failures = [var.blue, var.green]
}

run "no_versions" {
  command = plan
  variables {
    blue  = { version = "", backend = "blue-backend" }
    green = { version = " ", backend = "green-backend" }
  }
  expect_failures = [var.blue, var.green]
}
