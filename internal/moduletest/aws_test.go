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
	scenario := awselb.StartT(t, awselb.Options{HealthInterval: 10 * time.Millisecond}).ScenarioT(t, awselb.ScenarioOptions{})
	s := &shop{}
	s.blue, s.green = startApps(t)
	s.call(t, binary, fmt.Sprintf(`
variable "active_color" { default = "blue" }
module "shop" {
  source        = "./modules/%s"
  name          = "web"
  active_color  = var.active_color%s
  vpc_id        = "vpc-0a1b2c3d"
  target_groups = { port = 8080, target_type = "ip", health_check = { path = "/health" } }
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
