package aws

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// Cloud is the stand-in for hashicorp/aws.
func Cloud(*standin.Facts) *plugin.Cloud {
	return &plugin.Cloud{Config: schema(), Open: open, Types: map[string]plugin.Type{
		"aws_autoscaling_group":          scalingGroupType,
		"aws_ecs_service":                serviceType,
		"aws_ecs_task_definition":        taskDefinitionType,
		"aws_launch_template":            launchTemplateType,
		"aws_lb":                         balancerType,
		"aws_lb_listener":                listenerType,
		"aws_lb_listener_rule":           ruleType,
		"aws_lb_target_group":            groupType,
		"aws_lb_target_group_attachment": attachmentType,
		"data.aws_lb":                    sourceType,
		"data.aws_lb_listener":           listenerSourceType,
		"data.aws_lb_target_group":       sourceType,
	}}
}

// schema is the provider's block: the arguments that people set. Of them the
// stand-in obeys region, the keys, default_tags, and where ELBv2 answers.
func schema() *standin.Block {
	texts, tags := tftypes.List{ElementType: tftypes.String}, tftypes.Map{ElementType: tftypes.String}
	role := standin.Optional(tftypes.String, "duration", "external_id", "policy", "role_arn", "session_name", "source_identity").
		With(tftypes.Set{ElementType: tftypes.String}, "policy_arns", "transitive_tag_keys").With(tags, "tags")
	return standin.Optional(tftypes.String,
		"access_key", "custom_ca_bundle", "ec2_metadata_service_endpoint", "http_proxy", "https_proxy", "no_proxy", "profile", "region",
		"retry_mode", "secret_key", "sts_region", "token").
		With(tftypes.Bool, "insecure", "s3_use_path_style", "skip_credentials_validation", "skip_metadata_api_check",
			"skip_region_validation", "skip_requesting_account_id", "use_dualstack_endpoint", "use_fips_endpoint").
		With(tftypes.Number, "max_retries").
		With(tftypes.Set{ElementType: tftypes.String}, "allowed_account_ids", "forbidden_account_ids").
		With(texts, "shared_config_files", "shared_credentials_files").
		WithBlock("assume_role", "list", 0, 0, role).
		WithBlock("default_tags", "list", 0, 1, standin.Optional(tags, "tags")).
		WithBlock("endpoints", "set", 0, 0, standin.Optional(tftypes.String,
			"acm", "autoscaling", "cloudwatch", "ec2", "ecs", "elasticloadbalancing", "elasticloadbalancingv2", "elb", "elbv2", "iam",
			"lambda", "logs", "route53", "s3", "sns", "ssm", "sts")).
		WithBlock("ignore_tags", "list", 0, 1, standin.Optional(tftypes.Set{ElementType: tftypes.String}, "key_prefixes", "keys"))
}
