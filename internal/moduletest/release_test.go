package moduletest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// twoServices are two services of ECS behind a rule. The version of each color is the task definition that its service
// runs, so that the switch depends on the release.
const twoServices = `
variable "active_color" { default = "blue" }
variable "images" {
  type    = map(string)
  default = { blue = "shop:1", green = "shop:1" }
}

resource "aws_lb_target_group" "this" {
  for_each    = var.images
  name        = "shop-release-${each.key}"
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = "vpc-1"
  health_check {
    path              = "/health"
    healthy_threshold = 2
  }
}

resource "aws_lb_listener_rule" "this" {
  listener_arn = %q
  priority     = 10
  action {
    type = "forward"
    forward {
      dynamic "target_group" {
        for_each = aws_lb_target_group.this
        content {
          arn    = target_group.value.arn
          weight = target_group.key == var.active_color ? 100 : 0
        }
      }
    }
  }
  condition {
    path_pattern { values = ["/*"] }
  }
  lifecycle { ignore_changes = [action] }
}

resource "aws_ecs_cluster" "this" { name = "shop" }

resource "aws_ecs_task_definition" "this" {
  for_each              = var.images
  family                = "shop-${each.key}"
  container_definitions = jsonencode([{ name = "shop", image = each.value }])
}

resource "aws_ecs_service" "this" {
  for_each              = var.images
  name                  = each.key
  cluster               = aws_ecs_cluster.this.id
  task_definition       = aws_ecs_task_definition.this[each.key].arn
  desired_count         = 1
  wait_for_steady_state = true
  load_balancer {
    target_group_arn = aws_lb_target_group.this[each.key].arn
    container_name   = "shop"
    container_port   = 80
  }
  depends_on = [aws_lb_listener_rule.this]
}

module "shop" {
  source       = "./modules/switch"
  name         = "shop"
  active_color = var.active_color
  aws_lb       = { rule_arns = [aws_lb_listener_rule.this.arn] }
  blue         = { version = aws_ecs_service.this["blue"].task_definition, aws_lb = { target_group_arns = [aws_lb_target_group.this["blue"].arn] } }
  green        = { version = aws_ecs_service.this["green"].task_definition, aws_lb = { target_group_arns = [aws_lb_target_group.this["green"].arn] } }
  bake         = "1s"
  drain        = "1s"
}
`

// writeServers says which servers the services have.
func writeServers(t *testing.T, dir string, blue, green *app.App) {
	t.Helper()
	text, err := json.Marshal(map[string][]string{"blue": {blue.Addr()}, "green": {green.Addr()}})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, plugin.TargetsFile), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// One apply both releases and cuts over. Until the release is done no traffic moves; when it fails none does at all.
func TestCutoverWaitsForRelease(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		scenario := awselb.StartT(t, awselb.Options{HealthInterval: 10 * time.Millisecond}).ScenarioT(t, awselb.ScenarioOptions{})
		dir := t.TempDir()
		blue, old, fresh := startApp(t, "blue"), startApp(t, "green"), startApp(t, "green")
		// The stand-in asks before it changes a service, and is told to go on, or why not.
		answers := make(chan func() int, 4)
		gate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader((<-answers)()) }))
		t.Cleanup(gate.Close)
		pass := func() int { return http.StatusOK }
		s := &shop{}
		s.call(t, binary, fmt.Sprintf(twoServices, scenario.ListenerARN),
			append(awsEnv(scenario), plugin.DirVariable+"="+dir, plugin.HoldVariable+"=aws_ecs_service="+gate.URL)...)

		writeServers(t, dir, blue, old)
		answers <- pass
		answers <- pass
		s.apply(t)
		s.underLoad(t, scenario.URL())
		s.wantServing(t, "blue", "")
		before := s.outputs(t)

		release := append(to("green"), "-var", `images={ blue = "shop:1", green = "shop:2" }`)
		answers <- func() int { return http.StatusTeapot }
		s.refused(t, release, "418")
		s.wantOutputs(t, before)

		writeServers(t, dir, blue, fresh)
		moved := len(scenario.Lab.Journal())
		answers <- func() int {
			if got := len(scenario.Lab.Journal()); got != moved {
				t.Errorf("weights were changed %d times before the release was there", got-moved)
			}
			return http.StatusOK
		}
		s.apply(t, release...)
		s.wantServing(t, "green", "promoted")
		if old.Requests() != 0 || fresh.Requests() == 0 {
			t.Errorf("the old release had %d requests, and the new one %d", old.Requests(), fresh.Requests())
		}
		s.wantNoneLost(t)
		s.destroy(t)
	})
}
