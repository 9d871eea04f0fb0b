package acctest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// estate is a switch over one or several sites, and the workspace of the team
// that switches.
type estate struct {
	stack
	sites  []site
	config estateConfig
}

// estateConfig is the configuration of an estate, in parts that tests replace.
type estateConfig struct {
	provider    string // the blocks of the provider
	blue, green string // the environments, all but their names and versions
	router      string // the switch's blocks of routers
	versions    [2]string
	args        string // more of the switch
	rest        string // more blocks
}

func estateConfigOf(sites []site) estateConfig {
	c := estateConfig{versions: [2]string{"1.0.0", "2.0.0"}}
	for _, s := range sites {
		c.provider += "\n  " + s.provider()
		c.blue += "\n  " + s.kind() + " = " + s.backend(traffic.Blue)
		c.green += "\n  " + s.kind() + " = " + s.backend(traffic.Green)
		c.router += "\n  " + s.kind() + " = " + s.router()
	}
	return c
}

// with returns the configuration with more arguments in the switch.
func (c estateConfig) with(args string) estateConfig {
	c.args += "\n  " + args
	return c
}

// String is the configuration as it is written.
func (c estateConfig) String() string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    bluegreen = { source = "terraform-bluegreen/bluegreen" }
  }
}

variable "active_color" { default = "blue" }

provider "bluegreen" {
  %s
}

resource "bluegreen_environment" "blue" {
  name    = "shop-blue"
  version = %q
%s
}

resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = %q
%s
}

resource "bluegreen_switch" "shop" {
  name         = "shop"
  active_color = var.active_color
  blue         = bluegreen_environment.blue
  green        = bluegreen_environment.green
%s
%s
}
%s
`, c.provider, c.versions[0], c.blue, c.versions[1], c.green, c.router, c.args, c.rest)
}

// found is an estate whose switch is not created yet: blue has all traffic.
func found(t *testing.T, options cli.Options, change func(*estateConfig), sites ...site) *estate {
	t.Helper()
	if options.Binary == "" {
		options.Binary = terraform(t)
	}
	e := &estate{sites: sites, config: estateConfigOf(sites)}
	if change != nil {
		change(&e.config)
	}
	e.Workspace = workspace(t, options, e.config.String())
	e.forget()
	return e
}

// adopted is an estate whose switch has been created.
func adopted(t *testing.T, options cli.Options, change func(*estateConfig), sites ...site) *estate {
	t.Helper()
	e := found(t, options, change, sites...)
	e.apply(t)
	e.forget()
	return e
}

func (e *estate) rewrite(t *testing.T, change func(*estateConfig)) {
	t.Helper()
	change(&e.config)
	write(t, e.Workspace, e.config.String())
}

func (e *estate) forget() {
	for _, s := range e.sites {
		s.forget()
	}
}

func (e *estate) setWeights(t *testing.T, w traffic.Weights) {
	t.Helper()
	for _, s := range e.sites {
		s.setWeights(t, w)
	}
}

func (e *estate) setHealthy(t *testing.T, c traffic.Color, healthy bool) {
	t.Helper()
	for _, s := range e.sites {
		s.setHealthy(t, c, healthy)
	}
}

func (e *estate) wantWeights(t *testing.T, want traffic.Weights) {
	t.Helper()
	for _, s := range e.sites {
		if got := s.weights(); got != want {
			t.Errorf("%s: traffic is %s, want %s", s.kind(), got, want)
		}
	}
}

func (e *estate) wantSteps(t *testing.T, incoming traffic.Color, want ...int) {
	t.Helper()
	for _, s := range e.sites {
		if got := s.steps(incoming); !slices.Equal(got, want) {
			t.Errorf("%s: the weights of %s were %v, want %v", s.kind(), incoming, got, want)
		}
	}
}

// wantUntouched fails the test when anything was written since forget.
func (e *estate) wantUntouched(t *testing.T) {
	t.Helper()
	for _, s := range e.sites {
		for _, c := range s.calls() {
			if c.writes {
				t.Errorf("%s: %s was called", s.kind(), c.action)
			}
		}
	}
}

// keep remembers all sites as they are, for restore.
func (e *estate) keep(t *testing.T) (restore func(*testing.T)) {
	t.Helper()
	var all []func(*testing.T)
	for _, s := range e.sites {
		all = append(all, s.keep(t))
	}
	return func(t *testing.T) {
		t.Helper()
		for _, restore := range all {
			restore(t)
		}
		e.forget()
	}
}

// sound fails the test when at any instant since forget nothing had any
// weight, or traffic was on an environment that was not fit.
func (e *estate) sound(t *testing.T, point string, to traffic.Color) {
	t.Helper()
	for _, s := range e.sites {
		for _, what := range s.unsound(to) {
			t.Errorf("%s: %s: %s", point, s.kind(), what)
		}
	}
}

// watch has befall and after told of the API calls at all sites, numbered in
// the order of their arrival, from 1.
func (e *estate) watch(befall func(n int, at site, c apiCall) mishap, after func(n int)) (remove func()) {
	var (
		mu      sync.Mutex
		numbers = map[string]int{}
		removes []func()
	)
	for _, s := range e.sites {
		key := func(c apiCall) string { return fmt.Sprint(s.id(), " ", c.index) }
		removes = append(removes, s.watch(observer{befall: func(c apiCall) mishap {
			mu.Lock()
			n := len(numbers) + 1
			numbers[key(c)] = n
			mu.Unlock()
			return befall(n, s, c)
		}, after: func(c apiCall) {
			mu.Lock()
			n := numbers[key(c)]
			mu.Unlock()
			if after != nil && n > 0 {
				after(n)
			}
		}}))
	}
	return func() {
		for _, remove := range removes {
			remove()
		}
	}
}

// at calls do once, when health is first read at a site while green has a
// weight there: in the middle of a pause. It returns a function that ends the
// wait.
func (e *estate) at(weight int, do func()) (remove func()) {
	var once sync.Once
	var removes []func()
	for _, s := range e.sites {
		removes = append(removes, s.watch(observer{after: func(c apiCall) {
			if readsHealth(c.action) && s.weights().Green == weight {
				once.Do(do)
			}
		}}))
	}
	return func() {
		for _, remove := range removes {
			remove()
		}
	}
}

func readsHealth(action string) bool {
	return strings.HasSuffix(strings.ToLower(action), "health") || action == "ProfilesClient.Get"
}

// oneCloud opens a site with nothing special about it, by its kind.
var oneCloud = map[string]func(t *testing.T) site{
	"gcp": func(t *testing.T) site {
		t.Helper()
		return openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{})
	},
	"azure": func(t *testing.T) site {
		t.Helper()
		return openAzure(t, azuretm.Options{}, azuretm.ScenarioOptions{TTL: noTTL})
	},
}

// eachCloud runs a test on a site of each of the clouds.
func eachCloud(t *testing.T, test func(t *testing.T, s site)) {
	t.Helper()
	t.Parallel()
	for name, open := range oneCloud {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// eachCloudAndCLI runs a test on each of the clouds with both CLIs.
func eachCloudAndCLI(t *testing.T, test func(t *testing.T, binary string, s site)) {
	t.Helper()
	withCLIs(t, func(t *testing.T, binary string) {
		for name, open := range oneCloud {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, binary, open(t))
			})
		}
	})
}
