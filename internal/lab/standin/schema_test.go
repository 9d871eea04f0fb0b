package standin_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
)

// What Terraform says that a provider has is what the facts say, attribute by
// attribute. Only more may be computed, which the facts do not know.
func TestServed(t *testing.T) {
	t.Parallel()
	for _, name := range standin.Names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts, err := standin.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			s := initialise(t, cli.TerraformT(t), fmt.Sprintf("terraform {\n required_providers {\n %s = {\n source = \"hashicorp/%[1]s\"\n }\n }\n}\n", name))
			text, err := s.Run(t.Context(), "providers", "schema", "-json")
			if err != nil {
				t.Fatal(err)
			}
			var shown struct {
				Providers map[string]struct {
					Resources   map[string]*standin.Schema `json:"resource_schemas"`
					DataSources map[string]*standin.Schema `json:"data_source_schemas"`
				} `json:"provider_schemas"`
			}
			if err := json.Unmarshal([]byte(text), &shown); err != nil {
				t.Fatal(err)
			}
			provider := shown.Providers["registry.terraform.io/hashicorp/"+name]
			compareSchemas(t, facts.Resources, provider.Resources)
			compareSchemas(t, facts.DataSources, provider.DataSources)
		})
	}
}

func compareSchemas(t *testing.T, want, got map[string]*standin.Schema) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d are served of %d", len(got), len(want))
	}
	for kind, schema := range want {
		if got[kind] == nil {
			t.Errorf("%s is not served", kind)
			continue
		}
		compareBlocks(t, kind, schema.Block, got[kind].Block)
	}
}

func compareBlocks(t *testing.T, path string, want, got *standin.Block) {
	t.Helper()
	if len(got.Attributes) != len(want.Attributes) || len(got.Blocks) != len(want.Blocks) {
		t.Errorf("%s has %d attributes and %d blocks, not %d and %d", path, len(got.Attributes), len(got.Blocks),
			len(want.Attributes), len(want.Blocks))
		return
	}
	for name, a := range want.Attributes {
		b := got.Attributes[name]
		if b == nil || !b.Type.Equal(a.Type.Type) || b.Required != a.Required || b.Optional != a.Optional || a.Computed && !b.Computed {
			t.Errorf("%s.%s is %+v, not %+v", path, name, b, a)
		}
	}
	for name, a := range want.Blocks {
		b := got.Blocks[name]
		if b == nil || b.Nesting != a.Nesting || b.Min != a.Min || b.Max != a.Max {
			t.Errorf("%s.%s is %+v, not %+v", path, name, b, a)
			continue
		}
		compareBlocks(t, path+"."+name, a.Block, b.Block)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	for name, test := range map[string]struct{ config, says string }{
		"an argument that is missing": {`resource "aws_lb_listener_rule" "this" {
			action {
				type = "forward"
			}
			condition {}
		}`, `The argument "listener_arn" is required`},
		"a block that is missing": {`resource "aws_lb_listener" "this" {
			load_balancer_arn = "arn"
		}`, `At least 1 "default_action" blocks are required`},
		"a block too many": {`resource "aws_lb_target_group" "this" {
			health_check {}
			health_check {}
		}`, `No more than 1 "health_check" blocks are allowed`},
		"a name that is not there": {`resource "aws_lb" "this" {
			sub_nets = []
		}`, `An argument named "sub_nets" is not expected here`},
		"a type": {`resource "aws_lb" "this" {
			idle_timeout = "long"
		}`, "a number is required"},
		"what the provider decides": {`resource "aws_lb" "this" {
			dns_name = "shop.example.com"
		}`, "dns_name is decided by the provider"},
		"what stands beside another": {`resource "aws_lb" "this" {
			name        = "shop"
			name_prefix = "shop-"
		}`, "name_prefix cannot stand beside name."},
		"blocks that stand beside an argument": {`resource "aws_lb" "this" {
			subnets = ["subnet-1"]
			subnet_mapping {
				subnet_id = "subnet-2"
			}
		}`, "subnet_mapping cannot stand beside subnets."},
		"a number out of range": {`resource "aws_lb_listener_rule" "this" {
			listener_arn = "arn"
			priority     = 50001
			action {
				type = "forward"
			}
			condition {}
		}`, "priority is between 1 and 50000, not 50001."},
		"a number in a block out of range": {`resource "aws_lb_listener" "this" {
			load_balancer_arn = "arn"
			default_action {
				type = "forward"
				forward {
					target_group {
						arn    = "arn"
						weight = 1000
					}
				}
			}
		}`, "default_action.forward.target_group.weight is between 0 and 999, not 1000."},
		"an argument of a data source": {`data "aws_lb" "this" {
			dns_name = "shop.example.com"
		}`, "dns_name is decided by the provider"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := initialise(t, cli.TerraformT(t), awsConfig(lab)+test.config)
			s.refuses([]string{"validate", "-no-color"}, test.says)
		})
	}
}

// What is not known may come to be nothing, so that it is not refused beside another.
func TestUnknownBesideAnother(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	s := initialise(t, cli.TerraformT(t), awsConfig(lab)+`
variable "name_prefix" { type = string }
variable "mapped" { type = set(string) }
resource "aws_lb" "this" {
	name        = "shop"
	name_prefix = var.name_prefix
	subnets     = ["subnet-1"]
	dynamic "subnet_mapping" {
		for_each = var.mapped
		content {
			subnet_id = subnet_mapping.value
		}
	}
}
`)
	if _, err := s.Run(t.Context(), "validate", "-no-color"); err != nil {
		t.Error(err)
	}
}

// The stand-in reaches nothing but a lab.
func TestNowhereElse(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	good := awsConfig(lab) + "resource \"aws_lb\" \"this\" {\n name = \"shop\"\n}\n"
	for name, test := range map[string]struct{ old, replacement, says string }{
		"no endpoint":    {fmt.Sprintf("elbv2 = %q", lab.URL()), "", "no endpoint"},
		"a real one":     {lab.URL(), "https://elasticloadbalancing.eu-west-1.amazonaws.com", "is not on loopback"},
		"no credentials": {fmt.Sprintf("access_key = %q", awselb.AccessKey), "", "no credentials"},
		"no region":      {`region     = "eu-west-1"`, "", "no region"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := strings.Replace(good, test.old, test.replacement, 1)
			if config == good {
				t.Fatal("nothing is replaced")
			}
			s := initialise(t, cli.TerraformT(t), config, noAWS...)
			s.refuses([]string{"apply", "-auto-approve", "-no-color"}, test.says)
		})
	}
}

// noAWS hides what this machine says of AWS.
var noAWS = []string{
	"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_REGION=", "AWS_DEFAULT_REGION=", "AWS_ENDPOINT_URL=",
	"AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2=",
}

const stateOnly = `
resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "this" {
  name_prefix = "shop-"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id = aws_security_group.this.id
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_iam_role" "this" {
  name               = "shop"
  assume_role_policy = jsonencode({})
}

resource "aws_iam_policy" "this" {
  name   = "shop"
  policy = jsonencode({})
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.this.arn
}

resource "aws_cloudwatch_log_group" "this" {
  name = "shop"
  tags = { Name = %q }
}

resource "aws_route53_zone" "this" {
  name = "example.com"
}

resource "aws_route53_record" "this" {
  zone_id = aws_route53_zone.this.zone_id
  name    = "shop"
  type    = "CNAME"
  ttl     = 60
  records = ["lb.example.com"]
}

resource "aws_s3_bucket" "this" {
  bucket = "shop-%[1]s"
}

data "aws_caller_identity" "this" {}

data "aws_region" "this" {}

data "aws_subnets" "this" {
  filter {
    name   = "vpc-id"
    values = [aws_vpc.this.id]
  }
}

output "made_up" {
  value = "${data.aws_caller_identity.this.account_id} ${data.aws_region.this.region} ${length(data.aws_subnets.this.ids)}"
}
`

// What no lab keeps is in Terraform's state, with IDs and ARNs made up.
func TestStateOnly(t *testing.T) {
	t.Parallel()
	lab := awselb.StartT(t, awselb.Options{})
	s := initialise(t, cli.TerraformT(t), awsConfig(lab)+fmt.Sprintf(stateOnly, "one"))
	text := s.apply()
	if want := `made_up = "123456789012 eu-west-1 2"`; !strings.Contains(text, want) {
		t.Errorf("an apply does not tell %q:\n%s", want, text)
	}
	s.settled()
	for address, want := range map[string]map[string]string{
		"aws_vpc.this":                  {"id": "vpc-", "arn": "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-", "tags_all": "map[team:shop]"},
		"aws_security_group.this":       {"id": "sg-", "name": "shop-"},
		"aws_iam_role.this":             {"id": "shop", "arn": "arn:aws:iam::123456789012:role/shop"},
		"aws_cloudwatch_log_group.this": {"tags_all": "map[Name:one team:shop]", "region": "eu-west-1"},
		"aws_route53_record.this":       {"id": "Z"},
		"aws_s3_bucket.this":            {"id": "shop-one", "arn": "arn:aws:s3:::shop-one"},
	} {
		for name, prefix := range want {
			if got := fmt.Sprint(s.attribute(address, name)); !strings.HasPrefix(got, prefix) {
				t.Errorf("%s of %s is %s, not %s…", name, address, got, prefix)
			}
		}
	}
	vpc := s.attribute("aws_vpc.this", "id")
	s.write(awsConfig(lab) + fmt.Sprintf(stateOnly, "two"))
	s.apply()
	s.settled()
	if got := fmt.Sprint(s.attribute("aws_cloudwatch_log_group.this", "tags_all")); got != "map[Name:two team:shop]" {
		t.Errorf("tags are %s", got)
	}
	if got := s.attribute("aws_vpc.this", "id"); got != vpc {
		t.Errorf("the VPC is %s, and was %s", got, vpc)
	}
	s.refuses([]string{"import", "-no-color", "aws_vpc.other", "vpc-1"}, "does not exist")
	s.write(awsConfig(lab) + fmt.Sprintf(stateOnly, "two") + "resource \"aws_vpc\" \"other\" {\n}\n")
	s.refuses([]string{"import", "-no-color", "aws_vpc.other", "vpc-1"}, "This is a stand-in for tests, and has no place where a aws_vpc would be kept")
	s.destroy()
}
