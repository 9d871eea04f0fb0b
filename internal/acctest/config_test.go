package acctest

import (
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

// config is a configuration with one switch, in parts that tests replace.
type config struct {
	aws         string // the provider's block
	blue, green string // the environments, all but their names and versions
	versions    [2]string
	name        string
	color       string // active_color of the switch
	lb          string // the switch's block
	args        string // more of the switch
	rest        string // more blocks
}

// configOf is a switch over the scenario's listener.
func configOf(s *awselb.Scenario) config {
	return config{
		aws:      awsBlock(s, awselb.AccessKey, awselb.SecretKey),
		blue:     groups(s.Blue.GroupARN),
		green:    groups(s.Green.GroupARN),
		versions: [2]string{"1.0.0", "2.0.0"},
		name:     "shop",
		color:    "var.active_color",
		lb:       listeners(s.ListenerARN),
	}
}

func awsBlock(s *awselb.Scenario, key, secret string) string {
	return fmt.Sprintf(`{
    region     = %q
    access_key = %q
    secret_key = %q
    %s
  }`, s.Region, key, secret, endpoints(s))
}

func endpoints(s *awselb.Scenario) string {
	return fmt.Sprintf("endpoints = { elbv2 = %[1]q, sts = %[1]q }", s.Lab.URL())
}

func groups(arns ...string) string {
	return "aws_lb = { target_group_arns = " + list(arns) + " }"
}

func listeners(arns ...string) string { return "{ listener_arns = " + list(arns) + " }" }

func rules(arns ...string) string { return "{ rule_arns = " + list(arns) + " }" }

func list(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = fmt.Sprintf("%q", text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// with returns the configuration with more arguments in the switch.
func (c config) with(args string) config {
	c.args += "\n  " + args
	return c
}

// String is the configuration as it is written.
func (c config) String() string {
	return projectConfig{
		provider: "aws = " + c.aws, blue: "  " + c.blue, green: "  " + c.green, versions: c.versions,
		name: c.name, color: c.color, router: "  aws_lb = " + c.lb, args: "  " + c.args, rest: c.rest,
	}.String()
}
