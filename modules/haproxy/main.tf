module "switch" {
  source = "../switch"

  name         = var.name
  active_color = var.active_color
  blue         = merge(var.blue, { haproxy = { backend = var.blue.backend, servers = var.blue.servers } })
  green        = merge(var.green, { haproxy = { backend = var.green.backend, servers = var.green.servers } })
  haproxy      = { sockets = var.sockets, shares = var.shares, map = var.map }

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

# What is to be pasted. Weights and colors are those that serve, not those asked for: a
# configuration that runs ahead of the cutover would do it at the next reload.
locals {
  environments = { blue = var.blue, green = var.green }
  serving      = coalesce(module.switch.serving_color, var.active_color)
  values       = { for color, e in local.environments : color => try(var.map.values[color], e.backend) }

  # HAProxies that listen at each other's addresses do not start.
  sockets = concat(
    length(var.sockets) > 1 ? ["    # Of these lines each HAProxy has those of its own addresses."] : [],
    [for s in var.sockets : startswith(s, "unix://")
      ? "    stats socket ${trimprefix(s, "unix://")} mode 660 level admin expose-fd listeners"
      : "    stats socket ${startswith(s, "tcp://[") ? "ipv6" : "ipv4"}@${trimprefix(s, "tcp://")} level admin"
    ],
  )

  # One key is looked up as it is. Several are taken for the names of hosts.
  lookup = var.map == null ? "" : format("%%[%s,map_str(%s)]",
    var.map.key != null ? "str(${var.map.key})" : "req.hdr(host),field(1,:),lower",
    coalesce(var.map.id, var.map.file),
  )

  by_map = var.map == null ? [] : concat(
    ["", "frontend ${var.name}", "    use_backend ${try(replace(var.blue.backend, local.values.blue, local.lookup), local.lookup)}"],
    flatten([for color, e in local.environments : ["", "backend ${e.backend}", "    server ${color}1 ADDRESS:PORT check"]]),
  )

  backends = distinct([for s in concat(coalesce(var.blue.servers, []), coalesce(var.green.servers, [])) : split("/", s)[0]])
  by_weight = var.map != null ? [] : concat(
    ["    server-state-file /var/lib/haproxy/state", "", "defaults", "    load-server-state-from-file global"],
    flatten([for backend in local.backends : concat(
      ["", "backend ${backend}", "    balance roundrobin"],
      flatten([for color, e in local.environments : [
        for s in coalesce(e.servers, []) : "    server ${split("/", s)[1]} ADDRESS:PORT check weight ${try(module.switch.weights[color], 0)}"
        if split("/", s)[0] == backend
      ]]),
    )]),
  )
}
