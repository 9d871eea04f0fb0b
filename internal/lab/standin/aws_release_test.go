package standin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// front is a load balancer with one group and a listener.
const front = `
variable "release" {
  type    = string
  default = "1"
}

variable "patience" {
  type    = string
  default = "20m"
}

resource "aws_lb" "this" {
  name    = "shop"
  subnets = ["subnet-1", "subnet-2"]
}

resource "aws_lb_target_group" "this" {
  name        = "shop"
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = "vpc-1"

  health_check {
    path              = "/health"
    healthy_threshold = 2
  }
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}
`

const ecs = `
resource "aws_ecs_cluster" "this" {
  name = "shop"
}

resource "aws_ecs_task_definition" "this" {
  family                = "shop"
  container_definitions = jsonencode([{ name = "shop", image = "shop:${var.release}" }])
}

resource "aws_ecs_service" "this" {
  name            = "shop"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = 1

  load_balancer {
    target_group_arn = aws_lb_target_group.this.arn
    container_name   = "shop"
    container_port   = 8080
  }

  timeouts {
    update = var.patience
  }

  depends_on = [aws_lb_listener.this]
}
`

const scaling = `
resource "aws_launch_template" "this" {
  name     = "shop"
  image_id = "ami-${var.release}"
}

resource "aws_autoscaling_group" "this" {
  name              = "shop"
  min_size          = 1
  max_size          = 2
  target_group_arns = [aws_lb_target_group.this.arn]

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  timeouts {
    update = var.patience
  }

  depends_on = [aws_lb_listener.this]
}
`

// writeTargets says which servers the service shop has.
func writeTargets(t *testing.T, dir string, apps ...*app.App) {
	t.Helper()
	addresses := []string{}
	for _, a := range apps {
		addresses = append(addresses, a.Addr())
	}
	text, err := json.Marshal(map[string][]string{"shop": addresses})
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, plugin.TargetsFile), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// gate is what the stand-in asks before it changes something of a type.
type gate struct {
	asked  chan string // what is asked
	answer chan int    // with which status
	server *httptest.Server
}

func newGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{asked: make(chan string), answer: make(chan int)}
	g.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.asked <- r.URL.RawQuery
		w.WriteHeader(<-g.answer)
	}))
	t.Cleanup(g.server.Close)
	return g
}

// pass answers the next one that asks, after looking around.
func (g *gate) pass(status int, look func(query string)) {
	look(<-g.asked)
	g.answer <- status
}

func TestRelease(t *testing.T) {
	t.Parallel()
	for kind, test := range map[string]struct{ config, address, attribute, first, second string }{
		"aws_ecs_service": {
			ecs, "aws_ecs_task_definition.this", "arn",
			"arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:1", "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:2",
		},
		"aws_autoscaling_group": {scaling, "aws_launch_template.this", "latest_version", "1", "2"},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			lab, dir, gate := awselb.StartT(t, awselb.Options{}), t.TempDir(), newGate(t)
			one, two := startApp(t, "one"), startApp(t, "two")
			s := initialise(t, cli.TerraformT(t), awsConfig(lab)+front+test.config,
				plugin.DirVariable+"="+dir, plugin.HoldVariable+"="+kind+"="+gate.server.URL)

			writeTargets(t, dir, one)
			go gate.pass(http.StatusOK, func(string) {})
			s.apply()
			s.settled()
			url := lab.Listener(s.attribute("aws_lb_listener.this", "arn").(string)).URL()
			if got := answers(t, url, "shop"); got != "one" {
				t.Errorf("%s answers", got)
			}
			if got := fmt.Sprint(s.attribute(test.address, test.attribute)); got != test.first {
				t.Errorf("%s is %s", test.attribute, got)
			}

			// A release goes on when the gate is passed, and no earlier.
			writeTargets(t, dir, two)
			go gate.pass(http.StatusOK, func(query string) {
				if query != "action=update&name=shop" {
					t.Errorf("asked %s", query)
				}
				if got := answers(t, url, "shop"); got != "one" {
					t.Errorf("%s answers before the release", got)
				}
			})
			s.apply("-var", "release=2")
			if got := answers(t, url, "shop"); got != "two" {
				t.Errorf("%s answers after the release", got)
			}
			if got := fmt.Sprint(s.attribute(test.address, test.attribute)); got != test.second {
				t.Errorf("%s is %s", test.attribute, got)
			}

			// A release that fails changes nothing.
			writeTargets(t, dir, one)
			go gate.pass(http.StatusTeapot, func(string) {})
			s.refuses([]string{"apply", "-auto-approve", "-no-color", "-var", "release=3"}, "was refused: 418")
			if got := answers(t, url, "shop"); got != "two" {
				t.Errorf("%s answers after a release that failed", got)
			}

			// One whose servers are not healthy fails as well. The old ones stay, and the
			// next plan has no change: as with the provider, state says what was asked for.
			sick := startApp(t, "sick")
			sick.SetHealthy(false)
			writeTargets(t, dir, sick)
			go gate.pass(http.StatusOK, func(string) {})
			sooner := []string{"-var", "release=3", "-var", "patience=1s"}
			s.refuses(append([]string{"apply", "-auto-approve", "-no-color"}, sooner...), "did not become healthy")
			if got := answers(t, url, "shop"); got != "two" {
				t.Errorf("%s answers beside a release that is not healthy", got)
			}
			if text, changes, err := s.Plan(t.Context(), sooner...); err != nil || changes {
				t.Errorf("a plan after a release that is not healthy: %v\n%s", err, text)
			}

			// One that has no servers fails too.
			writeTargets(t, dir)
			go gate.pass(http.StatusOK, func(string) {})
			s.refuses([]string{"apply", "-auto-approve", "-no-color", "-var", "release=4"}, "shop wants 1 servers")

			s.destroy()
			if found, err := lab.Client("eu-west-1").DescribeLoadBalancers(t.Context(), &elbv2.DescribeLoadBalancersInput{}); err != nil ||
				len(found.LoadBalancers) != 0 {
				t.Errorf("the lab still has %d load balancers, %v", len(found.LoadBalancers), err)
			}
		})
	}
}

// As in ECS, a service cannot be made for a group that no load balancer has.
func TestServiceWithoutLoadBalancer(t *testing.T) {
	t.Parallel()
	lab, dir := awselb.StartT(t, awselb.Options{}), t.TempDir()
	writeTargets(t, dir, startApp(t, "one"))
	unlisted, _, _ := strings.Cut(front, `resource "aws_lb_listener"`)
	service := strings.Replace(ecs, "depends_on = [aws_lb_listener.this]", "", 1)
	s := initialise(t, cli.TerraformT(t), awsConfig(lab)+unlisted+service, plugin.DirVariable+"="+dir)
	s.refuses([]string{"apply", "-auto-approve", "-no-color"}, "does not have an associated load balancer")
}
