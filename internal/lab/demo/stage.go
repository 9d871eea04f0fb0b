package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/load"
)

// stage is what the demo plays on: a router with blue and green behind it.
type stage interface {
	// Title says what it is, for people.
	Title() string
	// Users is how users reach it: where to, and by which way.
	Users() load.Options
	// Provider is the configuration of the provider's block, or empty.
	Provider() string
	// Environment is the router's block in an environment, by color.
	Environment(color string) string
	// Switch is the router's block in the switch.
	Switch() string
	// Applications are the addresses of the applications, by color.
	Applications() map[string][]string
	// Break makes green's applications fail a share of their requests.
	Break(share float64)
	// Weights are the live weights, as the router itself has them.
	Weights() (blue, green int)
	// Close stops all that the stage started.
	Close() error
}

var stages = map[string]func(context.Context) (stage, error){
	"aws":     openAWS,
	"azure":   openAzure,
	"gcp":     openGCP,
	"haproxy": openHAProxy,
}

func routers() string {
	var names []string
	for name := range stages {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func open(ctx context.Context, router string) (stage, error) {
	start, ok := stages[router]
	if !ok {
		return nil, fmt.Errorf("there is no router %q here; there is %s", router, routers())
	}
	return start(ctx)
}

// errorQuery is the share of requests that failed, in percent. No requests give
// no answer, and no failures give 0.
const errorQuery = `100 * (sum(rate(http_requests_total{color=\"{{color}}\",status=~\"5..\"}[4s])) or vector(0))` +
	` / (sum(rate(http_requests_total{color=\"{{color}}\"}[4s])) > 0)`

// analysis is the switch's analysis by a Prometheus, or nothing without one.
func analysis(prometheus string) string {
	if prometheus == "" {
		return ""
	}
	return fmt.Sprintf(`
  analysis = {
    interval      = %q
    warm_up       = "3s"
    failure_limit = %d
    metrics = {
      error_percent = { prometheus = { url = %q, query = "%s" }, max = 5 }
    }
  }
`, interval, failureLimit, prometheus, errorQuery)
}

// configuration is what a user of the provider would write.
func configuration(s stage, prometheus string) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    bluegreen = { source = "terraform-bluegreen/bluegreen" }
  }
}

variable "active_color" {
  type    = string
  default = "blue"
}

variable "green_version" {
  type    = string
  default = "2.0.0"
}

provider "bluegreen" {%s}

resource "bluegreen_environment" "blue" {
  name    = "shop-blue"
  version = "1.0.0"
  %s
}

resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = var.green_version
  %s
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color
  blue         = bluegreen_environment.blue
  green        = bluegreen_environment.green
  %s

  steps           = [{ weight = 10, pause = "6s" }, { weight = 50, pause = "6s" }]
  bake            = "6s"
  drain           = "2s"
  rollback_window = "1h"
%s}
`, s.Provider(), s.Environment("blue"), s.Environment("green"), s.Switch(), analysis(prometheus))
}
