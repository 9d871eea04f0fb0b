package aws

import (
	"cmp"
	"maps"
	"os"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// identity is how the ID and the ARN of a type are made. ${hash} is made of
// all arguments, so that it is the same whenever they are.
type identity struct{ id, arn string }

var identities = map[string]identity{
	"aws_acm_certificate":                 {"${arn}", "acm:${region}:${account}:certificate/${hash}"},
	"aws_cloudwatch_log_group":            {"${name}", "logs:${region}:${account}:log-group:${name}"},
	"aws_cloudwatch_metric_alarm":         {"${alarm_name}", "cloudwatch:${region}:${account}:alarm:${alarm_name}"},
	"aws_ecs_cluster":                     {"${arn}", "ecs:${region}:${account}:cluster/${name}"},
	"aws_iam_policy":                      {"${arn}", "iam::${account}:policy/${name}"},
	"aws_iam_role":                        {"${name}", "iam::${account}:role/${name}"},
	"aws_iam_role_policy_attachment":      {"${role}-${hash}", ""},
	"aws_lambda_alias":                    {"${arn}", "lambda:${region}:${account}:function:${function_name}:${name}"},
	"aws_lambda_function":                 {"${function_name}", "lambda:${region}:${account}:function:${function_name}"},
	"aws_launch_template":                 {"lt-${hash}", "ec2:${region}:${account}:launch-template/${id}"},
	"aws_route53_record":                  {"${zone_id}_${name}_${type}", ""},
	"aws_route53_zone":                    {"Z${hash}", "route53:::hostedzone/${id}"},
	"aws_s3_bucket":                       {"${bucket}", "s3:::${bucket}"},
	"aws_security_group":                  {"sg-${hash}", "ec2:${region}:${account}:security-group/${id}"},
	"aws_sns_topic":                       {"${arn}", "sns:${region}:${account}:${name}"},
	"aws_subnet":                          {"subnet-${hash}", "ec2:${region}:${account}:subnet/${id}"},
	"aws_vpc":                             {"vpc-${hash}", "ec2:${region}:${account}:vpc/${id}"},
	"aws_vpc_security_group_egress_rule":  {"sgr-${hash}", "ec2:${region}:${account}:security-group-rule/${id}"},
	"aws_vpc_security_group_ingress_rule": {"sgr-${hash}", "ec2:${region}:${account}:security-group-rule/${id}"},
	"data.aws_ami":                        {"ami-${hash}", "ec2:${region}::image/${id}"},
	"data.aws_caller_identity":            {"${account}", "iam::${account}:user/standin"},
	"data.aws_region":                     {"${region}", ""},
	"data.aws_route53_zone":               {"Z${hash}", "route53:::hostedzone/${id}"},
	"data.aws_ssm_parameter":              {"${name}", "ssm:${region}:${account}:parameter/${name}"},
	"data.aws_subnets":                    {"${region}", ""},
	"data.aws_vpc":                        {"vpc-${hash}", "ec2:${region}:${account}:vpc/${id}"},
}

// invent makes a computed value up.
func (a *account) invent(kind, attribute string, o plugin.Object) any {
	is := identities[kind]
	switch attribute {
	case "id":
		return a.expand(kind, orHash(is.id), o)
	case "zone_id":
		return a.expand(kind, "${id}", o)
	case "arn":
		return a.expand(kind, "arn:aws:"+is.arn, o)
	case "region":
		return a.region
	case "owner_id", "account_id":
		return number
	case "name":
		return a.expand(kind, "${name}", o)
	case "name_prefix":
		return "" // as the provider has it beside a name
	case "ids": // of subnets
		return []string{a.expand(kind, "subnet-${hash}", o), a.expand("other", "subnet-${hash}", o)}
	case "json", "minified_json":
		return `{"Statement":[],"Version":"2012-10-17"}`
	default:
		return nil
	}
}

func orHash(format string) string {
	if format == "" {
		return "${hash}"
	}
	return format
}

func (a *account) expand(kind, format string, o plugin.Object) string {
	return os.Expand(format, func(name string) string {
		if text := o.Text(name); text != "" {
			return text
		}
		switch name {
		case "account":
			return number
		case "region":
			return a.region
		case "hash":
			return plugin.Hash(kind, o)
		case "name":
			return cmp.Or(o.Text("name_prefix"), "tf-") + plugin.Hash(kind, o)
		case "id":
			return a.expand(kind, identities[kind].id, o)
		case "arn":
			return a.expand(kind, "arn:aws:"+identities[kind].arn, o)
		default:
			return ""
		}
	})
}

// allTags are the tags of a resource and the provider's default tags.
func (a *account) allTags(o plugin.Object) any {
	all := maps.Clone(a.defaultTags)
	maps.Copy(all, o.Map("tags"))
	return all
}

// suffix is the part of a load balancer's or a target group's ARN that metrics
// are named by.
func suffix(arn string) string {
	_, resource, _ := strings.Cut(arn, number+":")
	return strings.TrimPrefix(resource, "loadbalancer/")
}
