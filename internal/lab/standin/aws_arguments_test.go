package standin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
)

// arguments uses what the wired resources pass on. The variable changes all that
// can be changed.
const arguments = `
variable "changed" {
  type    = bool
  default = false
}

resource "aws_lb" "this" {
  name_prefix     = "shop-"
  internal        = true
  subnets         = var.changed ? ["subnet-1", "subnet-3"] : ["subnet-1", "subnet-2"]
  security_groups = var.changed ? ["sg-2"] : ["sg-1"]
  tags            = var.changed ? { Stage = "b" } : { Stage = "a", Old = "yes" }

  enable_deletion_protection = !var.changed
}

resource "aws_lb_target_group" "this" {
  name        = "shop"
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = "vpc-1"

  deregistration_delay = var.changed ? 1 : 2

  health_check {
    path                = var.changed ? "/healthz" : "/health"
    port                = 8080
    interval            = 10
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 4
    matcher             = "200-204"
  }

  stickiness {
    type    = "lb_cookie"
    enabled = var.changed
  }
}

resource "aws_lb_target_group" "grpc" {
  name             = "grpc"
  port             = 80
  protocol         = "HTTP"
  protocol_version = "GRPC"

  health_check {
    matcher = "0"
  }
}

resource "aws_lb_target_group" "function" {
  name        = "function"
  target_type = "lambda"
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = var.changed ? 8080 : 80

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = var.changed ? "HTTP" : "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "secure" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"

  default_action {
    type  = "fixed-response"
    order = 1

    fixed_response {
      content_type = "text/plain"
      message_body = var.changed ? "two" : "one"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener_rule" "conditions" {
  listener_arn = aws_lb_listener.this.arn
  priority     = var.changed ? 20 : 10

  action {
    type = "forward"

    forward {
      target_group {
        arn = aws_lb_target_group.this.arn
      }

      stickiness {
        enabled  = var.changed
        duration = 600
      }
    }
  }

  condition {
    http_header {
      http_header_name = "X-Color"
      values           = ["green", "teal"]
    }
  }

  condition {
    query_string {
      key   = "color"
      value = "green"
    }

    query_string {
      value = "teal"
    }
  }

  condition {
    http_request_method {
      values = ["GET"]
    }
  }

  condition {
    source_ip {
      values = ["127.0.0.0/8"]
    }
  }

  condition {
    path_pattern {
      values = ["/shop/*"]
    }
  }
}

resource "aws_lb_listener_rule" "next" {
  listener_arn = aws_lb_listener.this.arn

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "here"
    }
  }

  condition {
    host_header {
      values = ["here.example.com"]
    }
  }

  depends_on = [aws_lb_listener_rule.conditions]
}

resource "aws_lb" "network" {
  name               = "net"
  load_balancer_type = "network"

  subnet_mapping {
    subnet_id = "subnet-1"
  }
}

resource "aws_lb_target_group" "network" {
  name     = "net"
  port     = 80
  protocol = "TCP"
}

resource "aws_lb_listener" "network" {
  load_balancer_arn = aws_lb.network.arn
  port              = 80
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.network.arn
  }
}

data "aws_lb" "by_arn" {
  arn = aws_lb.network.arn
}

data "aws_lb_target_group" "by_name" {
  name       = "net"
  depends_on = [aws_lb_target_group.network]
}

data "aws_lb_listener" "by_port" {
  load_balancer_arn = aws_lb.network.arn
  port              = aws_lb_listener.network.port
}

data "aws_lb_listener" "by_arn" {
  arn = aws_lb_listener.secure.arn
}

output "read" {
  value = join(" ", [
    data.aws_lb.by_arn.load_balancer_type, data.aws_lb_target_group.by_name.protocol, data.aws_lb_listener.by_port.protocol,
    data.aws_lb_listener.by_arn.port, aws_lb_listener_rule.next.priority, data.aws_lb.by_arn.tags.team,
  ])
}
`

func TestAWSArguments(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	s := initialise(t, cli.TerraformT(t), awsConfig(lab)+arguments)
	if text, want := s.apply(), `read = "network TCP TCP 443 11 shop"`; !strings.Contains(text, want) {
		t.Errorf("an apply does not tell %s:\n%s", want, text)
	}
	s.settled()
	url := lab.Listener(s.attribute("aws_lb_listener.this", "arn").(string)).URL()
	if status, text := ask(t, url, "here.example.com"); status != http.StatusOK || text != "here" {
		t.Errorf("the rule answers %d %s", status, text)
	}
	client := lab.Client("eu-west-1")
	if text := fmt.Sprint(s.attribute("aws_lb.this", "name")); !strings.HasPrefix(text, "shop-") || len(text) > 32 {
		t.Errorf("the load balancer is called %s", text)
	}
	s.refuses([]string{"apply", "-destroy", "-auto-approve", "-no-color", "-target", "aws_lb.this"}, "deletion protection is enabled")
	s.apply() // what stands on it went before it was refused

	before := len(lab.Calls())
	s.apply("-var", "changed=true")
	for _, action := range []string{
		"SetSubnets", "SetSecurityGroups", "AddTags", "RemoveTags", "ModifyTargetGroup", "ModifyTargetGroupAttributes", "ModifyListener",
		"ModifyRule", "SetRulePriorities",
	} {
		found := false
		for _, call := range lab.Calls()[before:] {
			found = found || call.Action == action
		}
		if !found {
			t.Errorf("a change makes no call of %s", action)
		}
	}
	if text, changes, err := s.Plan(t.Context(), "-var", "changed=true"); err != nil || changes {
		t.Errorf("a plan after the change: %v\n%s", err, text)
	}

	// What has gone behind Terraform's back is made again.
	for _, address := range []string{"aws_lb_listener_rule.next", "aws_lb_listener_rule.conditions"} {
		arn := s.attribute(address, "arn").(string)
		if _, err := client.DeleteRule(t.Context(), &elbv2.DeleteRuleInput{RuleArn: &arn}); err != nil {
			t.Fatal(err)
		}
	}
	net := s.attribute("aws_lb.network", "arn").(string)
	if _, err := client.DeleteLoadBalancer(t.Context(), &elbv2.DeleteLoadBalancerInput{LoadBalancerArn: &net}); err != nil {
		t.Fatal(err)
	}
	group := s.attribute("aws_lb_target_group.network", "arn").(string)
	if _, err := client.DeleteTargetGroup(t.Context(), &elbv2.DeleteTargetGroupInput{TargetGroupArn: &group}); err != nil {
		t.Fatal(err)
	}
	text, err := s.Apply(t.Context(), "-var", "changed=true")
	if err != nil || !strings.Contains(text, "5 added, 0 changed, 0 destroyed") {
		t.Errorf("an apply after they had gone: %v\n%s", err, text)
	}
	if _, err := s.Destroy(t.Context(), "-var", "changed=true"); err != nil {
		t.Fatal(err)
	}
}

// A target that was taken out is put in again.
func TestAWSAttachmentIsMadeAgain(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	s := initialise(t, cli.TerraformT(t), awsConfig(lab)+fmt.Sprintf(shop, 81, 82, ""))
	s.apply()
	group := s.attribute(`aws_lb_target_group.this["blue"]`, "arn").(string)
	targets := func() int {
		t.Helper()
		found, err := lab.Client("eu-west-1").DescribeTargetHealth(t.Context(), &elbv2.DescribeTargetHealthInput{TargetGroupArn: &group})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, health := range found.TargetHealthDescriptions {
			if health.TargetHealth.State != "draining" {
				n++
			}
		}
		return n
	}
	found, err := lab.Client("eu-west-1").DescribeTargetHealth(t.Context(), &elbv2.DescribeTargetHealthInput{TargetGroupArn: &group})
	if err != nil || targets() != 1 {
		t.Fatalf("%d targets, %v", targets(), err)
	}
	if _, err := lab.Client("eu-west-1").DeregisterTargets(t.Context(), &elbv2.DeregisterTargetsInput{
		TargetGroupArn: &group, Targets: []types.TargetDescription{*found.TargetHealthDescriptions[0].Target},
	}); err != nil {
		t.Fatal(err)
	}
	s.plans(`aws_lb_target_group_attachment.this["blue"] will be created`, "1 to add, 0 to change, 0 to destroy")
	s.apply()
	if targets() != 1 {
		t.Errorf("%d targets", targets())
	}
}
