package standin_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/app"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
)

// awsConfig is the beginning of a configuration that is kept in a lab.
func awsConfig(lab *awselb.Lab) string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region     = "eu-west-1"
  access_key = %q
  secret_key = %q

  skip_credentials_validation = true
  skip_requesting_account_id  = true

  endpoints {
    elbv2 = %q
  }

  default_tags {
    tags = { team = "shop" }
  }
}
`, awselb.AccessKey, awselb.SecretKey, lab.URL())
}

// shop is a load balancer with two colors, a listener and a rule for a host.
// Colors are target groups of the ports given; what is %s comes from the test.
const shop = `
resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "this" {
  count      = 2
  vpc_id     = aws_vpc.this.id
  cidr_block = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
}

resource "aws_lb" "this" {
  name    = "shop"
  subnets = aws_subnet.this[*].id
  tags    = { Name = "shop" }
}

resource "aws_lb_target_group" "this" {
  for_each = toset(["blue", "green"])

  name        = "shop-${each.key}"
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.this.id

  deregistration_delay = 5

  health_check {
    path              = "/health"
    healthy_threshold = 2
  }
}

resource "aws_lb_target_group_attachment" "this" {
  for_each = { blue = %d, green = %d }

  target_group_arn = aws_lb_target_group.this[each.key].arn
  target_id        = "127.0.0.1"
  port             = each.value
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["blue"].arn
  }
}

resource "aws_lb_listener_rule" "this" {
  listener_arn = aws_lb_listener.this.arn
  priority     = 10

  action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.this["blue"].arn
        weight = 100
      }

      target_group {
        arn    = aws_lb_target_group.this["green"].arn
        weight = 0
      }
    }
  }

  condition {
    host_header {
      values = ["shop.example.com"]
    }
  }
  %s
}

data "aws_lb" "this" {
  name       = "shop"
  depends_on = [aws_lb.this]
}

output "dns_name" {
  value = data.aws_lb.this.dns_name
}
`

func startApp(t *testing.T, color string) *app.App {
	t.Helper()
	return app.StartT(t, app.Options{Color: color})
}

// answers asks a listener as a host and returns the color that answers.
func answers(t *testing.T, url, host string) string {
	t.Helper()
	response := get(t, url, host)
	defer response.Body.Close()
	return response.Header.Get(app.ColorHeader)
}

// ask asks a listener as a host and returns what is answered.
func ask(t *testing.T, url, host string) (status int, text string) {
	t.Helper()
	response := get(t, url, host)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func get(t *testing.T, url, host string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func TestAWS(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	blue, green := startApp(t, "blue"), startApp(t, "green")
	s := initialise(t, cli.TerraformT(t), awsConfig(lab)+fmt.Sprintf(shop, blue.Port(), green.Port(), ""))
	s.apply()
	s.settled()

	listener, rule := s.attribute("aws_lb_listener.this", "arn").(string), s.attribute("aws_lb_listener_rule.this", "arn").(string)
	group := func(color string) string {
		return s.attribute(fmt.Sprintf("aws_lb_target_group.this[%q]", color), "arn").(string)
	}
	greenARN := group("green")
	if err := lab.WaitHealth(t.Context(), greenARN, awselb.Healthy(1)); err != nil {
		t.Fatal(err)
	}
	url := lab.Listener(listener).URL()
	if got := answers(t, url, "shop.example.com"); got != "blue" {
		t.Errorf("%s answers", got)
	}

	// Somebody else moves the weights: a plan sees it, and goes back.
	weights := func(blue, green int32) {
		t.Helper()
		if _, err := lab.Client("eu-west-1").ModifyRule(t.Context(), &elbv2.ModifyRuleInput{
			RuleArn: &rule, Actions: []types.Action{{Type: types.ActionTypeEnumForward, ForwardConfig: &types.ForwardActionConfig{
				TargetGroups: []types.TargetGroupTuple{
					{TargetGroupArn: sdk.String(group("blue")), Weight: &blue}, {TargetGroupArn: &greenARN, Weight: &green},
				},
			}}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	weights(0, 100)
	if got := answers(t, url, "shop.example.com"); got != "green" {
		t.Errorf("%s answers", got)
	}
	s.plans("aws_lb_listener_rule.this will be updated in-place", "1 to change")
	s.apply()
	if got := answers(t, url, "shop.example.com"); got != "blue" {
		t.Errorf("%s answers", got)
	}

	// With ignore_changes it is none of Terraform's business.
	s.write(awsConfig(lab) + fmt.Sprintf(shop, blue.Port(), green.Port(), "lifecycle {\n ignore_changes = [action]\n}"))
	weights(0, 100)
	s.settled()

	s.destroy()
	found, err := lab.Client("eu-west-1").DescribeTargetGroups(t.Context(), &elbv2.DescribeTargetGroupsInput{})
	if err != nil || len(found.TargetGroups) != 0 {
		t.Errorf("the lab still has %d groups, %v", len(found.TargetGroups), err)
	}
}

func TestAWSReplaces(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	config := awsConfig(lab) + fmt.Sprintf(shop, 81, 82, "")
	s := initialise(t, cli.TerraformT(t), config)
	s.apply()
	s.write(strings.Replace(config, `port        = 80`, `port        = 8080`, 1))
	s.plans("must be replaced", "forces replacement")
	// Terraform destroys first, and the listener still names the group.
	s.refuses([]string{"apply", "-auto-approve", "-no-color"}, "ResourceInUse")
	s.write(config)
	s.apply()
	s.settled()
}

func TestAWSImports(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	config := awsConfig(lab) + fmt.Sprintf(shop, 81, 82, "")
	s := initialise(t, cli.TerraformT(t), config)
	s.apply()
	for _, address := range []string{"aws_lb.this", `aws_lb_target_group.this["blue"]`, "aws_lb_listener_rule.this"} {
		arn := s.attribute(address, "arn").(string)
		for _, args := range [][]string{{"state", "rm", address}, {"import", "-no-color", address, arn}} {
			if _, err := s.Run(t.Context(), args...); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.settled()
	s.refuses([]string{"import", "-no-color", "aws_lb.other", "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/no/1"},
		"does not exist")
}

func TestAWSWithOpenTofu(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	s := initialise(t, cli.TofuT(t), awsConfig(lab)+fmt.Sprintf(shop, 81, 82, ""))
	s.apply()
	s.settled()
	s.destroy()
}
