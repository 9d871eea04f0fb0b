# What the dashboard and the rules have, and what is refused. Grafana's own library
# reads the dashboard, promtool tries the rules, and a real Prometheus is asked each
# query, in internal/moduletest.

variables {
  title  = "Shop"
  kind   = "envoy"
  labels = { envoy_cluster_name = "shop_{{color}}" }
}

run "defaults" {
  command = plan
  assert {
    condition     = [for panel in jsondecode(output.dashboard).panels : panel.title] == ["Requests", "Share of the requests", "Errors", "Errors a second", "Latency of blue", "Latency of green", "Open"]
    error_message = output.dashboard
  }
  assert {
    condition     = jsondecode(output.dashboard).templating.list[0].name == "datasource" && jsondecode(output.dashboard).panels[0].datasource.uid == "$${datasource}" && !can(jsondecode(output.dashboard).uid)
    error_message = output.dashboard
  }
  assert {
    condition     = [for rule in yamldecode(output.rules).groups[0].rules : rule.alert] == ["BluegreenErrors", "BluegreenErrors", "BluegreenDivided"]
    error_message = output.rules
  }
  assert {
    condition     = [for annotation in jsondecode(output.dashboard).annotations.list : annotation.target.tags] == [["bluegreen", "promoted"], ["bluegreen", "rolled_back"], ["bluegreen", "started"], ["bluegreen", "stuck"]]
    error_message = output.dashboard
  }
}

run "everything" {
  command = plan
  variables {
    switch            = "shop"
    uid               = "shop-cutovers"
    datasource        = "mimir"
    max_error_percent = 2.5
    max_latency       = "750ms"
    latency_quantile  = 0.95
    min_requests      = 50
    window            = "10m"
    alert_for         = "5m"
    divided_for       = null
    alert_labels      = { severity = "page", team = "shop" }
    runbook_url       = "https://wiki.example/shop"
    tags              = ["shop", "cutovers"]
  }
  assert {
    condition     = jsondecode(output.dashboard).uid == "shop-cutovers" && jsondecode(output.dashboard).panels[0].targets[0].datasource.uid == "mimir" && length(jsondecode(output.dashboard).templating.list) == 0 && jsondecode(output.dashboard).tags == ["shop", "cutovers"]
    error_message = output.dashboard
  }
  assert {
    condition     = jsondecode(output.dashboard).panels[2].fieldConfig.defaults.thresholds.steps[1].value == 2.5 && jsondecode(output.dashboard).panels[4].fieldConfig.defaults.thresholds.steps[1].value == 0.75
    error_message = output.dashboard
  }
  assert {
    condition     = jsondecode(output.dashboard).annotations.list[0].target.tags == ["bluegreen", "shop", "promoted"]
    error_message = output.dashboard
  }
  assert {
    condition = [for rule in yamldecode(output.rules).groups[0].rules : "${rule.alert} ${rule.labels.color} ${rule.labels.team} ${rule.labels.switch} ${rule.for} ${rule.annotations.runbook_url}"] == [
      "BluegreenErrors blue shop shop 5m https://wiki.example/shop", "BluegreenErrors green shop shop 5m https://wiki.example/shop",
      "BluegreenLatency blue shop shop 5m https://wiki.example/shop", "BluegreenLatency green shop shop 5m https://wiki.example/shop",
    ]
    error_message = output.rules
  }
  assert {
    condition     = alltrue([for rule in yamldecode(output.rules).groups[0].rules : strcontains(rule.expr, "[10m]") && endswith(rule.expr, ">= 50)")]) && strcontains(yamldecode(output.rules).groups[0].rules[2].expr, "histogram_quantile(0.95, ")
    error_message = output.rules
  }
}

run "averages" {
  command = plan
  variables {
    kind   = "haproxy"
    labels = { proxy = "{{color}}-backend" }
  }
  assert {
    condition     = [for target in jsondecode(output.dashboard).panels[4].targets : target.legendFormat] == ["average"] && jsondecode(output.dashboard).panels[4].title == "Latency of blue, on average"
    error_message = output.dashboard
  }
}

run "names_without_a_color" {
  command = plan
  variables {
    labels       = {}
    color_labels = { blue = { envoy_cluster_name = "old" }, green = { envoy_cluster_name = "new" } }
  }
  assert {
    condition     = jsondecode(output.dashboard).panels[0].targets[1].expr == "sum(rate(envoy_cluster_upstream_rq_xx{envoy_cluster_name=\"new\"}[$__rate_interval]))"
    error_message = output.dashboard
  }
}

run "no_latency_and_nothing_open" {
  command = plan
  variables {
    kind         = "custom"
    custom       = { requests = "hits_total", errors = { code = "=~5.." } }
    min_requests = 0
  }
  assert {
    condition     = length(jsondecode(output.dashboard).panels) == 4 && !strcontains(output.rules, ">= 0")
    error_message = output.dashboard
  }
}

run "a_name_is_no_template" {
  command = plan
  variables {
    title = "Shop {{ .Labels }}"
  }
  assert {
    condition     = !strcontains(output.rules, "{{ .Labels")
    error_message = output.rules
  }
}

run "latency_of_nothing" {
  command = plan
  variables {
    kind        = "custom"
    custom      = { requests = "hits_total", errors = { code = "=~5.." } }
    max_latency = "1s"
  }
  expect_failures = [output.dashboard]
}

run "title" {
  command = plan
  variables {
    title = " "
  }
  expect_failures = [var.title]
}

run "switch" {
  command = plan
  variables {
    switch = ""
  }
  expect_failures = [var.switch]
}

run "uid" {
  command = plan
  variables {
    uid = "a dashboard"
  }
  expect_failures = [var.uid]
}

run "datasource" {
  command = plan
  variables {
    datasource = "http://prometheus:9090"
  }
  expect_failures = [var.datasource]
}

run "labels_of_an_environment" {
  command = plan
  variables {
    labels = { envoy_cluster_name = "{{environment}}" }
  }
  expect_failures = [var.labels]
}

run "max_error_percent" {
  command = plan
  variables {
    max_error_percent = -1
  }
  expect_failures = [var.max_error_percent]
}

run "max_latency" {
  command = plan
  variables {
    max_latency = "fast"
  }
  expect_failures = [var.max_latency]
}

run "latency_quantile" {
  command = plan
  variables {
    latency_quantile = 1
  }
  expect_failures = [var.latency_quantile]
}

run "min_requests" {
  command = plan
  variables {
    min_requests = -1
  }
  expect_failures = [var.min_requests]
}

run "window" {
  command = plan
  variables {
    window = "0s"
  }
  expect_failures = [var.window]
}

run "alert_for" {
  command = plan
  variables {
    alert_for = "2.5m"
  }
  expect_failures = [var.alert_for]
}

run "divided_for" {
  command = plan
  variables {
    divided_for = ""
  }
  expect_failures = [var.divided_for]
}

run "alert_labels" {
  command = plan
  variables {
    alert_labels = { color = "red" }
  }
  expect_failures = [var.alert_labels]
}

run "runbook_url" {
  command = plan
  variables {
    runbook_url = "wiki"
  }
  expect_failures = [var.runbook_url]
}

run "tags" {
  command = plan
  variables {
    tags = [""]
  }
  expect_failures = [var.tags]
}
