package acctest

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/azuretm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// project is a switch over one or several fixtures, and the workspace of the team
// that switches.
type project struct {
	stack
	fixtures []fixture
	config   projectConfig
}

// projectConfig is the configuration of a project, in parts that tests replace.
type projectConfig struct {
	provider    string // the blocks of the provider
	blue, green string // the environments, all but their names and versions
	versions    [2]string
	name        string
	color       string // active_color of the switch
	router      string // the switch's blocks of routers
	args        string // more of the switch
	rest        string // more blocks
}

func projectConfigOf(fixtures []fixture) projectConfig {
	c := projectConfig{versions: [2]string{"1.0.0", "2.0.0"}, name: "shop", color: "var.active_color"}
	for _, s := range fixtures {
		c.provider += "\n  " + s.provider()
		c.blue += "\n  " + s.kind() + " = " + s.backend(traffic.Blue)
		c.green += "\n  " + s.kind() + " = " + s.backend(traffic.Green)
		c.router += "\n  " + s.kind() + " = " + s.router()
	}
	return c
}

// with returns the configuration with more arguments in the switch.
func (c projectConfig) with(args string) projectConfig {
	c.args += "\n  " + args
	return c
}

// String is the configuration as it is written.
func (c projectConfig) String() string {
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
  name         = %q
  active_color = %s
  blue         = bluegreen_environment.blue
  green        = bluegreen_environment.green
%s
%s
}
%s
`, c.provider, c.versions[0], c.blue, c.versions[1], c.green, c.name, c.color, c.router, c.args, c.rest)
}

// found is a project whose switch is not created yet: blue has all traffic.
func found(t *testing.T, options cli.Options, change func(*projectConfig), fixtures ...fixture) *project {
	t.Helper()
	if options.Binary == "" {
		options.Binary = terraform(t)
	}
	e := &project{fixtures: fixtures, config: projectConfigOf(fixtures)}
	if change != nil {
		change(&e.config)
	}
	e.Workspace = workspace(t, options, e.config.String())
	e.forget()
	return e
}

// adopted is a project whose switch has been created.
func adopted(t *testing.T, options cli.Options, change func(*projectConfig), fixtures ...fixture) *project {
	t.Helper()
	e := found(t, options, change, fixtures...)
	e.apply(t)
	e.forget()
	return e
}

func (e *project) rewrite(t *testing.T, change func(*projectConfig)) {
	t.Helper()
	change(&e.config)
	write(t, e.Workspace, e.config.String())
}

func (e *project) forget() {
	for _, s := range e.fixtures {
		s.forget()
	}
}

func (e *project) setWeights(t *testing.T, w traffic.Weights) {
	t.Helper()
	for _, s := range e.fixtures {
		s.setWeights(t, w)
	}
}

// setLive moves what routers obey now, and not what they would begin anew with,
// where the two differ.
func (e *project) setLive(t *testing.T, w traffic.Weights) {
	t.Helper()
	for _, s := range e.fixtures {
		if live, ok := s.(interface {
			setLive(t *testing.T, w traffic.Weights)
		}); ok {
			live.setLive(t, w)
			continue
		}
		s.setWeights(t, w)
	}
}

func (e *project) setHealthy(t *testing.T, c traffic.Color, healthy bool) {
	t.Helper()
	for _, s := range e.fixtures {
		s.setHealthy(t, c, healthy)
	}
}

func (e *project) wantWeights(t *testing.T, want traffic.Weights) {
	t.Helper()
	for _, s := range e.fixtures {
		if got := s.weights(); got != want {
			t.Errorf("%s: traffic is %s, want %s", s.kind(), got, want)
		}
	}
}

func (e *project) wantSteps(t *testing.T, incoming traffic.Color, want ...int) {
	t.Helper()
	for _, s := range e.fixtures {
		if got := s.steps(incoming); !slices.Equal(got, want) {
			t.Errorf("%s: the weights of %s were %v, want %v", s.kind(), incoming, got, want)
		}
	}
}

// wantUntouched fails the test when anything was written since forget.
func (e *project) wantUntouched(t *testing.T) {
	t.Helper()
	for _, s := range e.fixtures {
		for _, c := range s.calls() {
			if c.writes {
				t.Errorf("%s: %s was called", s.kind(), c.action)
			}
		}
	}
}

// keep remembers all fixtures as they are, for restore.
func (e *project) keep(t *testing.T) (restore func(*testing.T)) {
	t.Helper()
	var all []func(*testing.T)
	for _, s := range e.fixtures {
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
func (e *project) sound(t *testing.T, point string, to traffic.Color) {
	t.Helper()
	for _, s := range e.fixtures {
		for _, what := range s.unsound(to) {
			t.Errorf("%s: %s: %s", point, s.kind(), what)
		}
	}
}

// watch has befall and after told of the API calls at all fixtures, numbered in
// the order of their arrival, from 1.
func (e *project) watch(befall func(n int, at fixture, c apiCall) failure, after func(n int)) (remove func()) {
	var (
		mu      sync.Mutex
		numbers = map[string]int{}
		removes []func()
	)
	for _, s := range e.fixtures {
		key := func(c apiCall) string { return fmt.Sprint(s.id(), " ", c.index) }
		removes = append(removes, s.watch(observer{befall: func(c apiCall) failure {
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

// allOrNothing tells whether any of the routers has no weights between.
func (e *project) allOrNothing() bool {
	return slices.ContainsFunc(e.fixtures, fixture.allOrNothing)
}

// inSteps has the switch move in steps where its routers can.
func (e *project) inSteps(t *testing.T, steps string) {
	t.Helper()
	if !e.allOrNothing() {
		e.rewrite(t, func(c *projectConfig) { *c = c.with(steps) })
	}
}

// aside is where a hand moves some of blue's traffic to.
func (e *project) aside() traffic.Weights {
	if e.allOrNothing() {
		return traffic.All(traffic.Green)
	}
	return traffic.Split(traffic.Blue, 70)
}

// at calls do once, when health is first read at a fixture while green has a
// weight there: in the middle of a pause. It returns a function that ends the
// wait.
func (e *project) at(weight int, do func()) (remove func()) {
	var once sync.Once
	var removes []func()
	for _, s := range e.fixtures {
		removes = append(removes, s.watch(observer{after: func(c apiCall) {
			if c.readsHealth && s.weights().Green == weight {
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

// router is what a router brings to the tests that all routers pass.
type router struct {
	// open opens a fixture with nothing special about it.
	open func(t *testing.T) fixture
	// fails are the failures that can befall its calls.
	fails []failure
	// local is set when it is reached on this machine, so that a lost call is
	// not tried again, but told.
	local bool
}

var cloudFails = []failure{internalError, throttled, denial, lostRequest, lostReply}

// routers are all of them. A router adds its line here.
var routers = map[string]router{
	"aws": {func(t *testing.T) fixture {
		t.Helper()
		return openAWS(t)
	}, cloudFails, false},
	"gcp": {func(t *testing.T) fixture {
		t.Helper()
		return openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{})
	}, cloudFails, false},
	"azure": {func(t *testing.T) fixture {
		t.Helper()
		return openAzure(t, azuretm.Options{}, azuretm.ScenarioOptions{TTL: noTTL})
	}, cloudFails, false},
	"haproxy-map": {func(t *testing.T) fixture {
		t.Helper()
		return openHAProxy(t, byMap)
	}, []failure{denial, lostRequest, lostReply}, true},
	"haproxy-servers": {func(t *testing.T) fixture {
		t.Helper()
		return openHAProxy(t, byServers)
	}, []failure{denial, lostRequest, lostReply}, true},
}

// eachRouter runs a test on a fixture of each router.
func eachRouter(t *testing.T, test func(t *testing.T, s fixture)) {
	t.Helper()
	t.Parallel()
	for name, r := range routers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, r.open(t))
		})
	}
}

// eachRouterAndCLI runs a test on each router with both CLIs.
func eachRouterAndCLI(t *testing.T, test func(t *testing.T, binary string, s fixture)) {
	t.Helper()
	withCLIs(t, func(t *testing.T, binary string) {
		for name, r := range routers {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, binary, r.open(t))
			})
		}
	})
}
