# The names are those of the exporters' own documentation:
#   HAProxy        https://github.com/haproxy/haproxy/blob/master/addons/promex/README
#   ingress-nginx  https://kubernetes.github.io/ingress-nginx/user-guide/monitoring/
#   nginx-vts      https://github.com/vozlt/nginx-module-vts
#   Envoy          https://www.envoyproxy.io/docs/envoy/latest/configuration/upstream/cluster_manager/cluster_stats
#   Istio          https://istio.io/latest/docs/reference/config/metrics/
#   Linkerd        https://linkerd.io/2/reference/proxy-metrics/
#   OpenTelemetry  https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
#   Google Cloud   https://cloud.google.com/monitoring/api/metrics_gcp_i_o#gcp-loadbalancing
#
# In a selector, @ stands for the labels of a color and # for the window. Window
# and quantile are put in first, so that no label can have either.

locals {
  google = {
    google_lb          = { resource = "https_lb_rule", requests = "https_backend_request_count", latency = "https_backend_latencies" }
    google_lb_regional = { resource = "http_external_regional_lb_rule", requests = "https_external_regional_backend_request_count", latency = "https_external_regional_backend_latencies" }
    google_lb_internal = { resource = "internal_http_lb_rule", requests = "https_internal_request_count", latency = "https_internal_backend_latencies" }
  }

  # With server among the labels it is servers that HAProxy is asked for, and not
  # backends. What could not be sent to a server, or came back as no answer, is in
  # no count of its answers; a backend counts the 503 that its users get for it.
  haproxy_rows = contains(concat(keys(var.labels), try(keys(var.color_labels.blue), [])), "server") ? "server" : "backend"
  haproxy_lost = local.haproxy_rows == "server" ? ["haproxy_server_connection_errors_total{@}", "haproxy_server_response_errors_total{@}"] : []

  # requests and errors are selectors of counters, which are added up; histogram is
  # the name and the unit of one in that unit, average an expression.
  kinds = merge({
    haproxy = {
      labels    = {}
      requests  = concat(["haproxy_${local.haproxy_rows}_http_responses_total{@}"], local.haproxy_lost)
      errors    = concat(["haproxy_${local.haproxy_rows}_http_responses_total{@,code=\"5xx\"}"], local.haproxy_lost)
      histogram = null
      unit      = "s"
      # HAProxy has averages alone, each over the last 1024 requests, whenever those
      # were: weighted by what there was in the window, idle rows count for nothing.
      average = join("", [
        "sum(haproxy_${local.haproxy_rows}_response_time_average_seconds{@} * sum without (code) (rate(haproxy_${local.haproxy_rows}_http_responses_total{@}[#])))",
        " / (sum(rate(haproxy_${local.haproxy_rows}_http_responses_total{@}[#])) > 0)",
      ])
      open = "haproxy_${local.haproxy_rows}_current_sessions{@}"
    }
    nginx_ingress = {
      labels    = {}
      requests  = ["nginx_ingress_controller_requests{@}"]
      errors    = ["nginx_ingress_controller_requests{@,status=~\"5..\"}"]
      histogram = "nginx_ingress_controller_request_duration_seconds"
      unit      = "s"
      average   = null
      open      = null
    }
    nginx_vts = {
      labels    = {}
      requests  = ["nginx_vts_upstream_requests_total{@,code=~\"[1-5]xx\"}"] # exporters have a total beside them
      errors    = ["nginx_vts_upstream_requests_total{@,code=\"5xx\"}"]
      histogram = "nginx_vts_upstream_response_duration_seconds"
      unit      = "s"
      average   = null
      open      = null
    }
    envoy = {
      labels    = {}
      requests  = ["envoy_cluster_upstream_rq_xx{@}"] # not upstream_rq_total, which lacks what Envoy answers itself
      errors    = ["envoy_cluster_upstream_rq_xx{@,envoy_response_code_class=\"5\"}"]
      histogram = "envoy_cluster_upstream_rq_time"
      unit      = "ms"
      average   = null
      open      = "envoy_cluster_upstream_cx_active{@}"
    }
    istio = {
      labels    = { reporter = "destination" } # else each request is counted by both sidecars
      requests  = ["istio_requests_total{@}"]
      errors    = ["istio_requests_total{@,response_code=~\"5..\"}"]
      histogram = "istio_request_duration_milliseconds"
      unit      = "ms"
      average   = null
      open      = null
    }
    linkerd = {
      labels    = { direction = "inbound", route_name = "!=probe" } # neither what the pods ask of others, nor the kubelet's probes
      requests  = ["response_total{@}"]
      errors    = ["response_total{@,classification=\"failure\"}"]
      histogram = "response_latency_ms"
      unit      = "ms"
      average   = null
      open      = "tcp_open_connections{@,peer=\"src\"}" # else the half to the application counts as well
    }
    opentelemetry = {
      labels    = {}
      requests  = ["http_server_request_duration_seconds_count{@}"]
      errors    = ["http_server_request_duration_seconds_count{@,http_response_status_code=~\"5..\"}"]
      histogram = "http_server_request_duration_seconds"
      unit      = "s"
      average   = null
      open      = "http_server_active_requests{@}"
    }
    custom = {
      labels    = {}
      requests  = ["${try(var.custom.requests, "custom_is_missing")}{@}"]
      errors    = ["${try(var.custom.requests, "custom_is_missing")}{@,${local.custom_errors}}"]
      histogram = try(var.custom.latency, null)
      unit      = try(var.custom.latency_unit, "s")
      average   = null
      open      = try("${var.custom.open}{@}", null)
    }
    }, {
    for kind, names in local.google : kind => {
      labels    = { monitored_resource = names.resource }
      requests  = ["loadbalancing_googleapis_com:${names.requests}{@}"]
      errors    = ["loadbalancing_googleapis_com:${names.requests}{@,response_code_class=\"500\"}"]
      histogram = "loadbalancing_googleapis_com:${names.latency}"
      unit      = "ms"
      average   = null
      open      = null
    }
  })
  kind = local.kinds[var.kind]

  # A label's operator is before its value, = when there is none.
  custom_errors = join(",", [
    for name, value in try(var.custom.errors, {}) :
    "${name}${try(regex("^(?:=~|!~|!=)", value), "=")}${jsonencode(try(regex("^(?:=~|!~|!=)(.*)$", value)[0], value))}"
  ])

  # The labels of a color; "" is the one that is measured, for which {{color}} stands.
  labels = {
    for color in ["", "blue", "green"] : color => merge(
      local.kind.labels,
      { for name, value in var.labels : name => color == "" ? value : replace(value, "{{color}}", color) },
      try(var.color_labels[color], {}),
    )
  }
  selectors = {
    for color, labels in local.labels : color => join(",", [
      for name, value in labels :
      "${name}${try(regex("^(?:=~|!~|!=)", value), "=")}${jsonencode(try(regex("^(?:=~|!~|!=)(.*)$", value)[0], value))}"
    ])
  }

  # A counter of errors that never happened is not there, and that is 0; no requests
  # are no answer. That of which there are several counts what there is of them.
  counts = {
    for name, function in { rate = "rate", increase = "increase" } : name => {
      for what, selectors in { requests = local.kind.requests, errors = local.kind.errors } : what => join(" + ", [
        for selector in selectors : length(selectors) + (what == "errors" ? 1 : 0) > 1 ? "(sum(${function}(${selector}[#])) or vector(0))" : "sum(${function}(${selector}[#]))"
      ])
    }
  }
  per_second = local.kind.unit == "ms" ? " / 1000" : ""

  texts = merge(
    {
      requests            = local.counts.increase.requests
      requests_per_second = local.counts.rate.requests
      errors_per_second   = local.counts.rate.errors
      error_percent       = "100 * (${local.counts.rate.errors}) / ((${local.counts.rate.requests}) > 0)"
    },
    local.kind.open == null ? {} : { open = "sum(${local.kind.open})" },
    {
      for q in var.quantiles : "latency_${q}" => local.kind.average != null ? local.kind.average : join("", [
        "histogram_quantile(${q}, sum by (le) (rate(${local.kind.histogram}_bucket{@}[#])))${local.per_second}",
        " and on () (sum(rate(${local.kind.histogram}_bucket{@,le=\"+Inf\"}[#])) > 0)",
      ]) if local.kind.average != null || local.kind.histogram != null
    },
  )
  windowed = { for name, text in local.texts : name => replace(text, "#", var.window) }
  queries  = { for color, selector in local.selectors : color => { for name, text in local.windowed : name => replace(text, "@", selector) } }

  # One text for both colors, in which {{color}} picks the part that counts.
  picked = { for color in ["blue", "green"] : color => "label_replace(vector(1), \"color\", \"{{color}}\", \"\", \"\") and on (color) label_replace(vector(1), \"color\", \"${color}\", \"\", \"\")" }
  either = {
    for name in keys(local.windowed) : name =>
    join(" or ", [for color in ["blue", "green"] : "((${local.queries[color][name]}) and on () (${local.picked[color]}))"])
  }
  measured = var.color_labels == null ? local.queries[""] : local.either

  shaped = {
    for color, texts in { measured = local.measured, blue = local.queries.blue, green = local.queries.green } : color => {
      requests                     = texts.requests
      requests_per_second          = texts.requests_per_second
      errors_per_second            = texts.errors_per_second
      error_percent                = texts.error_percent
      open                         = try(texts.open, null)
      latency                      = { for q in var.quantiles : tostring(q) => texts["latency_${q}"] if contains(keys(texts), "latency_${q}") }
    }
  }
}
