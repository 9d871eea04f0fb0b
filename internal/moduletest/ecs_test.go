package moduletest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// released is a service whose module makes what serves: services or groups, whose servers are applications of the test.
type released struct {
	*shop
	scenario *awselb.Scenario
	dir      string
	// asks answers what the stand-in asks before it releases: nil, and it goes on.
	asks chan func() error
	// known is whether a plan knows what each color runs, and so can refuse a release of the one that serves.
	known bool
}

// openReleased calls a module that releases. What it makes of a kind waits for the test, if there is one.
func openReleased(t *testing.T, binary, kind, main string) *released {
	t.Helper()
	r := &released{
		shop: &shop{}, dir: t.TempDir(), asks: make(chan func() error, 4),
		scenario: startAWS(t, awselb.ScenarioOptions{}),
	}
	r.blue, r.green = startApps(t)
	env := append(awsEnv(r.scenario), plugin.DirVariable+"="+r.dir)
	if kind != "" {
		gate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if err := (<-r.asks)(); err != nil {
				http.Error(w, err.Error(), http.StatusTeapot)
			}
		}))
		t.Cleanup(gate.Close)
		env = append(env, plugin.HoldVariable+"="+kind+"="+gate.URL)
	}
	r.serve(t, r.blue, r.green)
	r.call(t, binary, fmt.Sprintf(main, r.scenario.ListenerARN), env...)
	return r
}

// serve says which applications the next release of each color has.
func (r *released) serve(t *testing.T, blue, green []*app.App) {
	t.Helper()
	text, err := json.Marshal(map[string][]string{"web-blue": addresses(blue), "web-green": addresses(green)})
	if err == nil {
		err = os.WriteFile(filepath.Join(r.dir, plugin.TargetsFile), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// pass lets releases go on, as many as are asked about.
func (r *released) pass(asked int) {
	for range asked {
		r.asks <- func() error { return nil }
	}
}

// wantOneApply releases to the idle color and cuts over in one apply. Until the release is done no weight moves, when it
// fails none does at all, and the old release never gets a request.
func (r *released) wantOneApply(t *testing.T) {
	t.Helper()
	r.pass(2)
	r.apply(t)
	r.underLoad(t, r.scenario.URL())
	r.wantServing(t, "blue", "")
	r.wantSettled(t)
	before, moved := r.outputs(t), len(r.scenario.Lab.Journal())

	if r.known {
		_, _, err := r.Plan(t.Context(), "-var", `releases={ blue = "2", green = "1" }`)
		if err == nil || !strings.Contains(err.Error(), "Active Environment Protected") {
			t.Errorf("a plan with a release of the color that serves: %v", err)
		}
	}

	release := append(to("green"), "-var", `releases={ blue = "1", green = "2" }`)
	r.asks <- func() error { return fmt.Errorf("no room for it") }
	r.refused(t, release, "418", "no room for it")
	r.wantOutputs(t, before)
	if got := len(r.scenario.Lab.Journal()); got != moved {
		t.Errorf("after a release that failed the weights were changed %d times", got-moved)
	}

	old, fresh := r.green, []*app.App{startApp(t, "green"), startApp(t, "green")}
	r.serve(t, r.blue, fresh)
	r.asks <- func() error {
		if got := len(r.scenario.Lab.Journal()); got != moved {
			t.Errorf("weights were changed %d times before the release was there", got-moved)
		}
		return nil
	}
	r.apply(t, release...)
	r.wantServing(t, "green", "promoted")
	r.wantSettled(t, release...)
	for i := range old {
		if old[i].Requests() != 0 || fresh[i].Requests() == 0 {
			t.Errorf("server %d of the old release had %d requests, and that of the new one %d", i, old[i].Requests(), fresh[i].Requests())
		}
	}
	r.wantNoneLost(t)
	if _, err := r.Destroy(t.Context(), release...); err != nil {
		t.Fatal(err)
	}
}

// ecsService calls the module aws-ecs.
const ecsService = `
variable "active_color" { default = "blue" }
variable "releases" {
  type    = map(string)
  default = { blue = "1", green = "1" }
}

resource "aws_ecs_cluster" "this" { name = "shop" }

resource "aws_ecs_task_definition" "this" {
  for_each              = var.releases
  family                = "web-${each.key}"
  container_definitions = jsonencode([{ name = "web", image = "web:${each.value}" }])
}

module "shop" {
  source         = "./modules/aws-ecs"
  name           = "web"
  active_color   = var.active_color
  cluster        = aws_ecs_cluster.this.arn
  subnets        = ["subnet-1"]
  container_name = "web"
  container_port = 8080
  listener_arn   = %q
  conditions     = { path_pattern = ["/*"] }
  vpc_id         = "vpc-0a1b2c3d"
  target_groups  = { health_check = { path = "/health", healthy_threshold = 2 } }
  blue           = { task_definition = aws_ecs_task_definition.this["blue"].arn }
  green          = { task_definition = aws_ecs_task_definition.this["green"].arn, health = { timeout = "3s" } }
  steps          = [{ weight = 10, pause = "2s" }]
  bake           = "1s"
  drain          = "1s"
}
`

func TestECSModule(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		r := openReleased(t, binary, "", ecsService)
		r.cutOver(t, life{inSteps: true, url: r.scenario.URL})
	})
}

// TestECSModuleTakenBack has the circuit breaker of ECS take a release back in the apply that would cut over to it. The
// service is steady then, with what it had before, and no traffic moves.
func TestECSModuleTakenBack(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		r := openReleased(t, binary, "", strings.Replace(ecsService, "  steps ", "  deployment_timeout = \"2s\"\n  steps ", 1))
		r.apply(t)
		r.underLoad(t, r.scenario.URL())
		before, moved := r.outputs(t), len(r.scenario.Lab.Journal())
		release := append(to("green"), "-var", `releases={ blue = "1", green = "2" }`)
		unfit := []*app.App{startApp(t, "green"), startApp(t, "green")}
		setHealthy(unfit, false)
		r.serve(t, r.blue, unfit)
		r.refused(t, release, "The service web-green went back to", "Nothing was cut over")
		r.wantOutputs(t, before)
		if got := len(r.scenario.Lab.Journal()); got != moved {
			t.Errorf("weights were changed %d times", got-moved)
		}
		setHealthy(unfit, true)
		r.apply(t, release...)
		r.wantServing(t, "green", "promoted")
		r.wantNoneLost(t)
	})
}

func TestECSModuleReleasesAndCutsOverInOneApply(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		openReleased(t, binary, "aws_ecs_service", ecsService).wantOneApply(t)
	})
}

// scalingGroups calls the module aws-autoscaling.
const scalingGroups = `
variable "active_color" { default = "blue" }
variable "releases" {
  type    = map(string)
  default = { blue = "1", green = "1" }
}

resource "aws_launch_template" "this" {
  for_each = var.releases
  name     = "web-${each.key}"
  image_id = "ami-${each.value}"
}

module "shop" {
  source              = "./modules/aws-autoscaling"
  name                = "web"
  active_color        = var.active_color
  vpc_zone_identifier = ["subnet-1"]
  listener_arn        = %q
  conditions          = { path_pattern = ["/*"] }
  vpc_id              = "vpc-0a1b2c3d"
  target_groups       = { port = 8080, health_check = { path = "/health", healthy_threshold = 2 } }
  blue                = { launch_template = { name = aws_launch_template.this["blue"].name, version = var.releases.blue }, min_size = 2, max_size = 4 }
  green               = { launch_template = { name = aws_launch_template.this["green"].name, version = var.releases.green }, min_size = 2, max_size = 4, health = { timeout = "3s" } }
  steps               = [{ weight = 10, pause = "2s" }]
  bake                = "1s"
  drain               = "1s"
}
`

func TestAutoScalingModule(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		r := openReleased(t, binary, "", scalingGroups)
		r.cutOver(t, life{inSteps: true, url: r.scenario.URL})
	})
}

func TestAutoScalingModuleReleasesAndCutsOverInOneApply(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		r := openReleased(t, binary, "aws_autoscaling_group", scalingGroups)
		r.known = true
		r.wantOneApply(t)
	})
}
