package moduletest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

// awsEnv is where the lab is and who calls, for all providers: their blocks can stay empty.
func awsEnv(s *awselb.Scenario) []string {
	return []string{
		"AWS_REGION=" + s.Region, "AWS_ACCESS_KEY_ID=" + awselb.AccessKey, "AWS_SECRET_ACCESS_KEY=" + awselb.SecretKey,
		"AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2=" + s.Lab.URL(), "AWS_EC2_METADATA_DISABLED=true",
	}
}

// startAWS starts a lab with a load balancer, in which targets are fit or unfit within a moment.
func startAWS(t *testing.T, options awselb.ScenarioOptions) *awselb.Scenario {
	t.Helper()
	return awselb.StartT(t, awselb.Options{HealthInterval: 10 * time.Millisecond}).ScenarioT(t, options)
}

// targets are applications as a module registers them.
func targets(apps []*app.App) string {
	var all []string
	for i, a := range apps {
		all = append(all, fmt.Sprintf("t%d = { id = \"127.0.0.1\", port = %d }", i, a.Port()))
	}
	return "{ " + strings.Join(all, ", ") + " }"
}

// openAWS calls a module of AWS, with a load balancer that is there already.
func openAWS(t *testing.T, binary, module string, args func(*awselb.Scenario) string) (*awselb.Scenario, *shop) {
	t.Helper()
	scenario := startAWS(t, awselb.ScenarioOptions{Network: module == "aws-nlb-listener"})
	s := &shop{}
	s.blue, s.green = startApps(t)
	s.call(t, binary, fmt.Sprintf(`
variable "active_color" { default = "blue" }
module "shop" {
  source        = "./modules/%s"
  name          = "web"
  active_color  = var.active_color%s
  vpc_id        = "vpc-0a1b2c3d"
  target_groups = { port = 8080, target_type = "ip", health_check = { protocol = "HTTP", path = "/health" } }
  blue          = { version = "1.9.3", targets = %s }
  green         = { version = "2.0.0", targets = %s, health = { timeout = "3s" } }
  steps         = [{ weight = 10, pause = "2s" }]
  bake          = "1s"
  drain         = "1s"
}
`, module, args(scenario), targets(s.blue), targets(s.green)), awsEnv(scenario)...)
	return scenario, s
}

func TestALBRuleModule(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		scenario, s := openAWS(t, binary, "aws-alb-rule", func(of *awselb.Scenario) string {
			return fmt.Sprintf(`
  listener_arn  = %q
  conditions    = { path_pattern = ["/*"] }`, of.ListenerARN)
		})
		s.wantLines(t, 15)
		s.cutOver(t, life{inSteps: true, url: scenario.URL})
	})
}

func TestALBListenerModule(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		scenario, s := openAWS(t, binary, "aws-alb-listener", func(of *awselb.Scenario) string {
			return fmt.Sprintf(`
  load_balancer_arn = %q
  port              = 8080
  protocol          = "HTTP"
  test              = { priority = 1, http_header = { X-Preview = ["1"] } }`, of.LoadBalancerARN)
		})
		url := func() string { return scenario.Lab.Listener(s.output(t, "listener_arn")).URL() }
		s.cutOver(t, life{inSteps: true, url: url, after: func(t *testing.T, serving string) {
			t.Helper()
			s.wantPreview(t, url(), serving)
		}})
	})
}

// wantPreview fails the test unless requests with the header of the test rule reach the color that does not serve.
func (s *shop) wantPreview(t *testing.T, url, serving string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Preview", "1")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if got := response.Header.Get(app.ColorHeader); got != other(serving) {
		t.Errorf("%s serves, and the test rule leads to %s", serving, got)
	}
}

func TestNLBListenerModule(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		scenario, s := openAWS(t, binary, "aws-nlb-listener", func(of *awselb.Scenario) string {
			return fmt.Sprintf(`
  load_balancer_arn = %q
  port              = 8080`, of.LoadBalancerARN)
		})
		s.fresh = true
		s.cutOver(t, life{inSteps: true, url: func() string { return scenario.Lab.Listener(s.output(t, "listener_arn")).URL() }})
	})
}

// tutorial is a stack with weights by hand, as HashiCorp's tutorial on blue-green deployments teaches it: its variables,
// and names of its own. What is %[1]s keeps Terraform's hands off the weights.
const tutorial = `
variable "traffic_distribution" { default = "blue" }

locals {
  traffic_dist_map = {
    blue     = { blue = 100, green = 0 }
    blue-90  = { blue = 90, green = 10 }
    split    = { blue = 50, green = 50 }
    green-90 = { blue = 10, green = 90 }
    green    = { blue = 0, green = 100 }
  }
}

resource "aws_lb_target_group" "blue" {
  name        = "web-blue"
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = "vpc-0a1b2c3d"
  health_check {
    path = "/health"
  }
}

resource "aws_lb_target_group" "green" {
  name        = "web-green"
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = "vpc-0a1b2c3d"
  health_check {
    path = "/health"
  }
}

resource "aws_lb_target_group_attachment" "blue" {
  target_group_arn = aws_lb_target_group.blue.arn
  target_id        = "127.0.0.1"
  port             = %[2]d
}

resource "aws_lb_target_group_attachment" "green" {
  target_group_arn = aws_lb_target_group.green.arn
  target_id        = "127.0.0.1"
  port             = %[3]d
}

resource "aws_lb_listener" "app" {
  load_balancer_arn = %[4]q
  port              = 8080
  protocol          = "HTTP"
  default_action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.blue.arn
        weight = lookup(local.traffic_dist_map[var.traffic_distribution], "blue", 100)
      }
      target_group {
        arn    = aws_lb_target_group.green.arn
        weight = lookup(local.traffic_dist_map[var.traffic_distribution], "green", 0)
      }
      stickiness {
        enabled  = false
        duration = 1
      }
    }
  }
  %[1]s
}
`

// TestTutorialIsAdopted moves such a stack over as the guide says, and no traffic with it.
func TestTutorialIsAdopted(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		scenario := startAWS(t, awselb.ScenarioOptions{})
		s := &shop{blue: []*app.App{startApp(t, "blue")}, green: []*app.App{startApp(t, "green")}}
		stack := func(lifecycle string) string {
			return fmt.Sprintf(tutorial, lifecycle, s.blue[0].Port(), s.green[0].Port(), scenario.LoadBalancerARN)
		}
		s.Workspace = workspace(t, binary, stack(""), awsEnv(scenario)...)
		initialise(t, s.Workspace)
		s.apply(t)

		s.write(t, "main.tf", stack("lifecycle { ignore_changes = [default_action] }"))
		s.wantSettled(t)
		s.write(t, "switch.tf", `
module "shop" {
  source       = "./modules/switch"
  name         = "web"
  active_color = var.traffic_distribution == "green" ? "green" : "blue"
  blue         = { version = "1.0", aws_lb = { target_group_arns = [aws_lb_target_group.blue.arn] } }
  green        = { version = "1.1", aws_lb = { target_group_arns = [aws_lb_target_group.green.arn] } }
  aws_lb       = { listener_arns = [aws_lb_listener.app.arn] }
  steps        = [{ weight = 10, pause = "1s" }]
  bake         = "1s"
  drain        = "1s"
}
`)
		s.write(t, "outputs.tf", "output \"shop\" { value = module.shop }\noutput \"listener_arn\" { value = aws_lb_listener.app.arn }\n")
		initialise(t, s.Workspace)
		scenario.Lab.ForgetJournal()
		s.apply(t)
		s.wantServing(t, "blue", "")
		if moved := scenario.Lab.Journal(); len(moved) > 0 {
			t.Errorf("adopting it moved traffic: %v", moved)
		}
		s.apply(t, "-var", "traffic_distribution=green")
		s.wantServing(t, "green", "promoted")
		s.wantSettled(t, "-var", "traffic_distribution=green")
	})
}

// TestServicesInOneCall cuts over one of two services that one call makes.
func TestServicesInOneCall(t *testing.T) {
	eachCLI(t, func(t *testing.T, binary string) {
		scenario := startAWS(t, awselb.ScenarioOptions{})
		s := &shop{}
		s.blue, s.green = startApps(t)
		main := fmt.Sprintf(`
variable "active_colors" {
  type    = map(string)
  default = { shop = "blue", api = "blue" }
}
module "shop" {
  source        = "./modules/aws-alb-rule"
  for_each      = var.active_colors
  name          = "web-${each.key}"
  active_color  = each.value
  listener_arn  = %q
  priority      = each.key == "shop" ? 10 : 20
  conditions    = { path_pattern = ["/${each.key}"] }
  vpc_id        = "vpc-0a1b2c3d"
  target_groups = { port = 8080, target_type = "ip", health_check = { path = "/health" } }
  blue          = { version = "1.9.3", targets = %s }
  green         = { version = "2.0.0", targets = %s }
  bake          = "1s"
  drain         = "1s"
}
output "serving" { value = { for name, service in module.shop : name => service.serving_color } }
`, scenario.ListenerARN, targets(s.blue), targets(s.green))
		s.Workspace = workspace(t, binary, main, awsEnv(scenario)...)
		initialise(t, s.Workspace)
		s.apply(t)
		s.apply(t, "-var", `active_colors={ shop = "green", api = "blue" }`)
		text, err := s.Run(t.Context(), "output", "-json", "serving")
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(text); got != `{"api":"blue","shop":"green"}` {
			t.Errorf("what serves is %s", got)
		}
	})
}
