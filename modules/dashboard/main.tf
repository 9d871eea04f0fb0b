module "panels" {
  source = "../queries"

  kind         = var.kind
  labels       = var.labels
  color_labels = var.color_labels
  custom       = var.custom
  window       = "$__rate_interval"
  quantiles    = local.quantiles
}

module "alerts" {
  source = "../queries"

  kind         = var.kind
  labels       = var.labels
  color_labels = var.color_labels
  custom       = var.custom
  window       = var.window
  quantiles    = [var.latency_quantile]
}

locals {
  quantiles   = [0.5, 0.9, 0.99]
  colors      = ["blue", "green"]
  asked       = { blue = module.panels.blue, green = module.panels.green }
  max_seconds = var.max_latency == null ? null : tonumber(regex("^[0-9.]+", var.max_latency)) * { ms = 0.001, s = 1, m = 60 }[regex("[a-z]+$", var.max_latency)]

  # Of all requests those of a color, in percent; none without any.
  shares = {
    for name, queries in { asked = local.asked, judged = local.judged } : name => {
      for color in local.colors : color => join("", [
        "100 * ((${queries[color].requests_per_second}) or vector(0)) / ((",
        join(" + ", [for each in local.colors : "((${queries[each].requests_per_second}) or vector(0))"]),
        ") > 0)",
      ])
    }
  }

  datasource = { type = "prometheus", uid = coalesce(var.datasource, "$${datasource}") }

  # A panel's graphs by their names in the legend, and how it shows them. Those of
  # which there is none are left out.
  averages = module.panels.latency_is == "average"
  wanted = concat(
    [
      { title = "Requests", unit = "reqps", max = null, stacked = false, limit = null, graphs = { for color in local.colors : color => local.asked[color].requests_per_second } },
      { title = "Share of the requests", unit = "percent", max = 100, stacked = true, limit = null, graphs = local.shares.asked },
      { title = "Errors", unit = "percent", max = null, stacked = false, limit = var.max_error_percent, graphs = { for color in local.colors : color => local.asked[color].error_percent } },
      { title = "Errors a second", unit = "reqps", max = null, stacked = false, limit = null, graphs = { for color in local.colors : color => local.asked[color].errors_per_second } },
    ],
    [
      for color in local.colors : {
        title = local.averages ? "Latency of ${color}, on average" : "Latency of ${color}", unit = "s", max = null, stacked = false, limit = local.max_seconds, graphs = {
          for name, query in { for q in local.quantiles : local.averages ? "average" : "p${q * 100}" => local.asked[color].latency[tostring(q)]... if contains(keys(local.asked[color].latency), tostring(q)) } : name => query[0]
        }
      }
    ],
    [
      { title = "Open", unit = "short", max = null, stacked = false, limit = null, graphs = { for color in local.colors : color => local.asked[color].open if local.asked[color].open != null } },
    ],
  )
  shown = [for panel in local.wanted : panel if length(panel.graphs) > 0]

  shades = { blue = "blue", green = "green", p50 = "light-blue", p90 = "light-orange", p99 = "light-purple", average = "light-blue" }

  panels = [
    for i, panel in local.shown : {
      id         = i + 1
      type       = "timeseries"
      title      = panel.title
      datasource = local.datasource
      gridPos    = { h = 8, w = 12, x = 12 * (i % 2), y = 8 * floor(i / 2) }
      targets = [
        for j, name in keys(panel.graphs) : {
          refId        = substr("ABC", j, 1)
          datasource   = local.datasource
          expr         = panel.graphs[name]
          legendFormat = name
          editorMode   = "code"
          range        = true
        }
      ]
      fieldConfig = {
        defaults = merge(
          {
            unit = panel.unit
            min  = 0
            custom = {
              drawStyle       = "line"
              lineWidth       = 2
              fillOpacity     = panel.stacked ? 40 : 5
              showPoints      = "never"
              spanNulls       = false
              stacking        = { mode = panel.stacked ? "normal" : "none", group = "A" }
              thresholdsStyle = { mode = panel.limit == null ? "off" : "line" }
            }
            thresholds = { mode = "absolute", steps = concat([{ color = "transparent", value = null }], [for limit in panel.limit[*] : { color = "red", value = limit }]) }
          },
          { for max in panel.max[*] : "max" => max },
        )
        overrides = [
          for name in keys(panel.graphs) : {
            matcher    = { id = "byName", options = name }
            properties = [{ id = "color", value = { mode = "fixed", fixedColor = local.shades[name] } }]
          }
        ]
      }
      options = {
        legend  = { displayMode = "list", placement = "bottom", showLegend = true, calcs = [] }
        tooltip = { mode = "multi", sort = "desc" }
      }
    }
  ]

  # What the provider's notify.grafana writes has the tags bluegreen, the switch's
  # name, the occasion and the incoming color.
  occasions = {
    started     = { name = "Cutovers that began", color = "blue" }
    promoted    = { name = "Promoted", color = "green" }
    rolled_back = { name = "Rolled back", color = "red" }
    stuck       = { name = "Stuck", color = "dark-purple" }
  }
  annotations = [
    for occasion, shown in local.occasions : {
      name       = shown.name
      datasource = { type = "grafana", uid = "-- Grafana --" }
      enable     = true
      iconColor  = shown.color
      target     = { type = "tags", tags = compact(["bluegreen", var.switch, occasion]), matchAny = false, limit = 100 }
    }
  ]

  dashboard = merge(
    {
      title         = var.title
      tags          = var.tags
      editable      = true
      graphTooltip  = 1
      schemaVersion = 39
      refresh       = "30s"
      time          = { from = "now-3h", to = "now" }
      timezone      = "browser"
      annotations   = { list = local.annotations }
      panels        = local.panels
      templating = { list = var.datasource != null ? [] : [
        { name = "datasource", label = "Prometheus", type = "datasource", query = "prometheus" },
      ] }
    },
    { for uid in var.uid[*] : "uid" => uid },
  )
}

locals {
  # A rule is about one color; both are in one group, so that they are asked at one time.
  judged  = { blue = module.alerts.blue, green = module.alerts.green }
  enough  = { for color in local.colors : color => var.min_requests == 0 ? "" : " and on () ((${local.judged[color].requests}) >= ${var.min_requests})" }
  latency = { for color in local.colors : color => lookup(local.judged[color].latency, tostring(var.latency_quantile), null) }
  about   = replace(coalesce(var.switch, var.title), "{{", "{ {") # what Prometheus takes for a template
  told    = { for url in var.runbook_url[*] : "runbook_url" => url }
  called  = { for name in var.switch[*] : "switch" => name }

  rules = concat(
    [
      for color in local.colors : {
        alert       = "BluegreenErrors"
        expr        = "(${local.judged[color].error_percent}) > ${var.max_error_percent}${local.enough[color]}"
        for         = var.alert_for
        labels      = merge(var.alert_labels, local.called, { color = color })
        annotations = merge(local.told, { summary = "${local.about}: ${color} answers {{ $value | printf \"%.2f\" }} % of its requests with an error, more than ${var.max_error_percent} %." })
      }
    ],
    [
      for color in local.colors : {
        alert       = "BluegreenLatency"
        expr        = "(${local.latency[color]}) > ${local.max_seconds}${local.enough[color]}"
        for         = var.alert_for
        labels      = merge(var.alert_labels, local.called, { color = color })
        annotations = merge(local.told, { summary = "${local.about}: ${color} takes {{ $value | humanizeDuration }} to answer, more than ${var.max_latency}." })
      } if var.max_latency != null && local.latency[color] != null
    ],
    [
      for divided_for in var.divided_for[*] : {
        alert       = "BluegreenDivided"
        expr        = join(" and on () ", [for color in local.colors : "((${local.shares.judged[color]}) > 1)"])
        for         = divided_for
        labels      = merge(var.alert_labels, local.called)
        annotations = merge(local.told, { summary = "${local.about}: blue and green have each had more than 1 % of the requests for ${divided_for}. A cutover was held or killed, or somebody divided it by hand." })
      }
    ],
  )
}
