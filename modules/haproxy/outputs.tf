output "haproxy_cfg" {
  description = "The lines of `haproxy.cfg` that the switch needs, to paste into yours. `ADDRESS:PORT` stands for that of each server."
  value       = "${join("\n", concat(["global"], local.sockets, local.by_map, local.by_weight))}\n"
}

output "map_file" {
  description = "The lines of the map file, as they must be before the first apply and are after each. Null without a `map`."
  value       = var.map == null ? null : join("", [for key in coalesce(var.map.keys, [var.map.key]) : "${key} ${local.values[local.serving]}\n"])
}
