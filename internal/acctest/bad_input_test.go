package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// badInput is a configuration that gets a diagnostic at plan: its summary, the
// line that it points to, and the cure.
type badInput struct {
	change func(t *testing.T, sh *shop, c *config)
	args   []string
	wants  []string
}

func with(args string) func(*testing.T, *shop, *config) {
	return func(_ *testing.T, _ *shop, c *config) { *c = c.with(args) }
}

// inConfiguration is wrong whatever the routers are.
var inConfiguration = map[string]badInput{
	"color that is neither": {args: to("purple"), wants: []string{
		"Invalid Attribute Value Match", `active_color = var.active_color`, `value must be one of: ["blue" "green"], got: "purple"`,
	}},
	"no router": {
		change: func(_ *testing.T, _ *shop, c *config) { c.lb = "null" },
		wants:  []string{"Router Missing", "The switch has no block for any kind of router. Add at least one of:", "aws_lb"},
	},
	"environment without any backend": {
		change: func(_ *testing.T, _ *shop, c *config) { c.green = "" },
		wants:  []string{"Router Missing", `in resource "bluegreen_environment" "green"`, "Add at least one of:", "aws_lb"},
	},
	"environment without a backend of the switch's kind": {
		change: func(_ *testing.T, _ *shop, c *config) { c.green = `haproxy = { backend = "green" }` },
		wants:  []string{"Environment Has No Backend", "its green environment has none", "add aws_lb to that bluegreen_environment"},
	},
	"steps out of order": {change: with("steps = [{ weight = 50 }, { weight = 10 }]"), wants: []string{
		"Invalid Step", "steps = [{ weight = 50 }, { weight = 10 }]", "Steps rise: 10 does not come after 50", "The attribute is steps[1].weight",
	}},
	"step of 100": {change: with("steps = [{ weight = 10 }, { weight = 100 }]"), wants: []string{
		"steps = [", "100 always comes last and needs no step",
	}},
	"step of 0": {change: with("steps = [{ weight = 0 }]"), wants: []string{
		"Invalid Step", "steps = [{ weight = 0 }]", "A step's weight is 1 to 99, not 0",
	}},
	"step with a fraction": {change: with("steps = [{ weight = 2.5 }]"), wants: []string{
		"Invalid Step", "steps = [{ weight = 2.5 }]", "A step's weight is a whole number from 1 to 99, not 2.5", "The attribute is steps[0].weight",
	}},
	"pause that is no duration": {change: with(`steps = [{ weight = 10, pause = "5 minutes" }]`), wants: []string{
		"Not A Duration", "steps = [", `steps[0].pause: "5 minutes" is not a duration. Write a number and a unit: "30s", "5m", "1h30m".`,
	}},
	"negative pause": {change: with(`steps = [{ weight = 10, pause = "-5m" }]`), wants: []string{
		"Duration Too Short", "steps = [", `steps[0].pause: "-5m" is not a duration of 0s or more`,
	}},
	"health gate that cannot hold": {
		change: func(_ *testing.T, _ *shop, c *config) { c.green += "\n  health = { stable_for = \"10m\" }" },
		wants: []string{
			"Health Gate Can Never Hold", "in resource \"bluegreen_environment\" \"green\"",
			"for 10m (stable_for)", "no longer than 5m (timeout)", "Raise timeout above stable_for",
		},
	},
	"timetable beyond the timeout": {
		change: with(`steps = [{ weight = 10, pause = "30m" }, { weight = 50, pause = "30m" }]`), args: to(traffic.Green),
		wants: []string{
			"Timetable Longer Than Timeout", "The cutover takes at most 1h9m40s, but is stopped and rolled back after 1h",
			"Raise timeouts.update above the total", "step: blue 90, green 10, held for 30m",
		},
	},
	"timeout that is too short": {
		change: with(`timeouts = { update = "3m" }`), args: to(traffic.Green),
		wants: []string{"Timetable Longer Than Timeout", `timeouts = { update = "3m" }`, "at most 6m, but is stopped and rolled back after 3m"},
	},
	"one environment in both colors": {
		change: func(_ *testing.T, _ *shop, c *config) { c.rest = onceMore("bluegreen_environment.blue", c.lb) },
		wants:  []string{"One Environment In Both Colors", `Blue and green are both the environment "shop-blue"`},
	},
	"one group in both environments": {
		change: func(_ *testing.T, _ *shop, c *config) { c.green = c.blue },
		wants:  []string{"Same Target Group in Both Environments", "green = bluegreen_environment.green", "each environment needs its own"},
	},
	"rule among the listeners": {
		change: func(_ *testing.T, sh *shop, c *config) {
			c.lb = listeners(strings.Replace(sh.s.ListenerARN, ":listener/", ":listener-rule/", 1) + "/0123456789abcdef")
		},
		wants: []string{"Not the Right ARN", "is a rule, and a listener is wanted", "rules go into rule_arns"},
	},
	"no ARN": {
		change: func(_ *testing.T, _ *shop, c *config) { c.lb = listeners("shop") },
		wants:  []string{"Not the Right ARN", `"shop" is no ARN`, "such as arn:aws:elasticloadbalancing"},
	},
	"no listener": {
		change: func(_ *testing.T, _ *shop, c *config) { c.lb = "{}" },
		wants:  []string{"No Listener and No Rule", "aws_lb = {}", "give listener_arns or rule_arns at least one ARN"},
	},
	"group in another region": {
		change: func(_ *testing.T, sh *shop, c *config) {
			c.green = groups(strings.Replace(sh.s.Green.GroupARN, "eu-west-1", "us-east-1", 1))
		},
		wants: []string{"No Target Group in the Region", "The green environment has no target group in eu-west-1", "green = bluegreen_environment.green", "add one"},
	},
	"listener in another region": {
		change: func(_ *testing.T, sh *shop, c *config) {
			c.lb = listeners(strings.Replace(sh.s.ListenerARN, "eu-west-1", "us-east-1", 1))
		},
		wants: []string{"No Target Group in the Region", "has no target group in us-east-1", "add one"},
	},
}

// onceMore is a second switch, with one environment in both colors.
func onceMore(environment, lb string) string {
	return fmt.Sprintf(`
resource "bluegreen_switch" "again" {
  name         = "again"
  active_color = "blue"
  blue         = %[1]s
  green        = %[1]s
  aws_lb       = %[2]s
}
`, environment, lb)
}

// inRouter is wrong because of what the routers are.
var inRouter = map[string]badInput{
	"listener that does not exist": {
		change: func(_ *testing.T, sh *shop, c *config) {
			c.lb = listeners(sh.s.ListenerARN[:len(sh.s.ListenerARN)-16] + "0123456789abcdef")
		},
		wants: []string{"Listener or Rule Not Found", "aws_lb", "create it, or correct the ARN"},
	},
	"rule that does not exist": {
		change: func(_ *testing.T, sh *shop, c *config) {
			c.lb = rules(strings.Replace(sh.s.ListenerARN, ":listener/", ":listener-rule/", 1) + "/0123456789abcdef")
		},
		wants: []string{"Listener or Rule Not Found", "aws_lb", "create it, or correct the ARN"},
	},
	"group that does not exist": {
		args: to(traffic.Green),
		change: func(_ *testing.T, sh *shop, c *config) {
			c.green = groups(sh.s.Green.GroupARN[:len(sh.s.Green.GroupARN)-16] + "0123456789abcdef")
		},
		wants: []string{"Target Group Not Found", "green = bluegreen_environment.green", "or correct the ARN"},
	},
	"default action that redirects": {
		change: func(t *testing.T, sh *shop, _ *config) {
			sh.setActions(t, types.Action{Type: types.ActionTypeEnumRedirect, RedirectConfig: &types.RedirectActionConfig{
				StatusCode: types.RedirectActionStatusCodeEnumHttp301, Protocol: aws.String("HTTPS"), Port: aws.String("443"),
			}})
		},
		wants: []string{"Nothing Is Forwarded", "aws_lb", "the action is redirect", "give it a forward action to the target group of the active environment"},
	},
	"listener that forwards elsewhere": {
		change: func(t *testing.T, sh *shop, _ *config) { sh.setActions(t, forward(tuple(sh.addGroup(t, "other"), 1))) },
		wants:  []string{"Forwards to Neither Environment", "aws_lb", "correct target_group_arns"},
	},
	"more than five groups": {
		args: to(traffic.Green),
		change: func(t *testing.T, sh *shop, _ *config) {
			tuples := []types.TargetGroupTuple{tuple(sh.s.Blue.GroupARN, 100)}
			for i := range 4 {
				tuples = append(tuples, tuple(sh.addGroup(t, fmt.Sprintf("other%d", i)), 0))
			}
			sh.setActions(t, forward(tuples...))
		},
		wants: []string{"Too Many Target Groups", "aws_lb", "the action would name 6, and 5 is the limit", "take target groups that are no longer needed out"},
	},
	"one beside another": {
		// Beside a third group that has weight, ours are 1 together, and no
		// share but all and nothing is a whole number of that.
		args: to(traffic.Green),
		change: func(t *testing.T, sh *shop, c *config) {
			sh.setActions(t, forward(tuple(sh.s.Blue.GroupARN, 1), tuple(sh.s.Green.GroupARN, 0), tuple(sh.addGroup(t, "other"), 1)))
			*c = c.with("steps = [{ weight = 10 }]")
		},
		wants: []string{"Share Cannot Be Set Exactly", "steps = [{ weight = 10 }]", "targetgroup/other/", "stay 1 together", "Or take out steps"},
	},
	"step that is no whole number": {
		args: to(traffic.Green),
		change: func(t *testing.T, sh *shop, c *config) {
			sh.setActions(t, forward(tuple(sh.s.Blue.GroupARN, 10), tuple(sh.s.Green.GroupARN, 0), tuple(sh.addGroup(t, "other"), 1)))
			*c = c.with("steps = [{ weight = 25 }]")
		},
		wants: []string{"Share Cannot Be Set Exactly", "steps = [{ weight = 25 }]", "are multiples of 10 %, and 25 % is not"},
	},
	"unknown key": {
		change: func(_ *testing.T, sh *shop, c *config) { c.aws = awsBlock(sh.s, "AKIAUNKNOWN000000000", "secret") },
		wants:  []string{"Credentials Not Accepted", "aws_lb", "AWS refused them", "correct access_key"},
	},
	"key without rights": {
		change: func(_ *testing.T, sh *shop, c *config) { c.aws = awsBlock(sh.s, awselb.DeniedKey, awselb.SecretKey) },
		wants: []string{
			"Access Denied", "aws_lb", "not authorized to perform: elasticloadbalancing:DescribeListeners",
			"allow the action in an IAM policy",
		},
	},
	"no credentials": {
		change: func(_ *testing.T, sh *shop, c *config) {
			c.aws = fmt.Sprintf("{\n    region = %q\n    %s\n  }", sh.s.Region, endpoints(sh.s))
		},
		wants: []string{"Credentials Not Accepted", "aws_lb", "none were found", "set profile, access_key and secret_key, or assume_role"},
	},
}

// noCredentials hides those that this machine may have.
func noCredentials(t *testing.T) cli.Options {
	t.Helper()
	return cli.Options{Env: []string{
		"AWS_EC2_METADATA_DISABLED=true", "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_PROFILE=",
		"AWS_SHARED_CREDENTIALS_FILE=" + t.TempDir() + "/none", "AWS_CONFIG_FILE=" + t.TempDir() + "/none",
	}}
}

func TestBadConfiguration(t *testing.T) { eachBadInput(t, inConfiguration) }

func TestBadRouter(t *testing.T) { eachBadInput(t, inRouter) }

func eachBadInput(t *testing.T, inputs map[string]badInput) {
	t.Helper()
	t.Parallel()
	for name, bad := range inputs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sh := opened(t, noCredentials(t), awselb.ScenarioOptions{}, nil)
			if bad.change != nil {
				sh.rewrite(t, func(c *config) { bad.change(t, sh, c) })
			}
			sh.forget()
			_, _, err := sh.Plan(t.Context(), bad.args...)
			t.Log(failed(t, err, bad.wants...))
			sh.wantUntouched(t)
		})
	}
}
