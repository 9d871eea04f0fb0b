package awslb

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The names of the blocks' attributes.
const (
	attrListeners = "listener_arns"
	attrRules     = "rule_arns"
	attrGroups    = "target_group_arns"
)

// routerBlock is the block of a switch.
type routerBlock struct {
	ListenerARNs []string `tfsdk:"listener_arns"`
	RuleARNs     []string `tfsdk:"rule_arns"`
}

// backendBlock is the block of an environment.
type backendBlock struct {
	TargetGroupARNs []string `tfsdk:"target_group_arns"`
}

func backendSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "The environment behind Application and Network Load Balancers on AWS.",
		Attributes: map[string]schema.Attribute{
			attrGroups: schema.ListAttribute{
				Required:    true,
				ElementType: types.StringType,
				Validators:  append(arnsOf(kindTargetGroup), listvalidator.SizeAtLeast(1)),
				MarkdownDescription: "ARNs of the environment's target groups, in each region in which the switch has a listener or a rule. Of several in one region, " +
					"the action of a listener or a rule tells which is meant: the one that it forwards to, or for the other color the one with the same protocol, version, port and target type. " +
					"Groups in other regions are allowed and left alone. All must be used with the same load balancer as the listener, or with none yet.",
			},
		},
	}
}

func routerSchema() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Listeners and rules of AWS load balancers that divide the traffic. At least one is needed; all of them move together. " +
			"Each is paired with the target groups of the two environments that are in its region.\n\n" +
			"Only the weights of these two target groups are changed. Authentication, order, stickiness and other target groups with their weights stay as they are; " +
			"both groups stay attached, the idle one at weight 0, so that its health is known. Where another group has a weight above 0, the sum of our " +
			"two weights stays the same, and only shares that are whole numbers of that sum can be set.\n\n" +
			"An `aws_lb_listener` or `aws_lb_listener_rule` beside the switch needs `lifecycle { ignore_changes = [default_action] }` or " +
			"`[action]`, or it puts the weights back. A switch that is created over a listener leaves the weights that it finds when they are those asked for.\n\n" +
			"Clients with a cookie of target group stickiness stay with the outgoing environment at weight 0 until the cookie ends; " +
			"the plan's timetable has this time.\n\n" +
			"IAM actions needed: `elasticloadbalancing:DescribeListeners`, `DescribeRules`, `DescribeTargetGroups` and `DescribeTargetHealth` on `*`, " +
			"`ModifyListener` and `ModifyRule` on the listeners and rules, with " +
			"`cognito-idp:DescribeUserPoolClient` on the user pool if a listener authenticates with Amazon Cognito.",
		Attributes: map[string]schema.Attribute{
			attrListeners: schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  arnsOf(kindListener),
				MarkdownDescription: "ARNs of listeners, of Application or Network Load Balancers, whose default action forwards to a target group " +
					"of at least one of the two environments.",
			},
			attrRules: schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  arnsOf(kindRule),
				MarkdownDescription: "ARNs of rules of Application Load Balancers whose action forwards to a target group of at least one of the two " +
					"environments. A listener's default rule is given in `listener_arns`, as the listener.",
			},
		},
	}
}

// arnsOf are the validators of a list of ARNs of one kind of resource.
func arnsOf(kind string) []validator.List {
	return []validator.List{
		listvalidator.UniqueValues(),
		listvalidator.ValueStringsAre(arnValidator(kind)),
	}
}

// arnValidator validates ARNs of a kind of resource. Its value is the kind.
type arnValidator string

// Description implements validator.String.
func (v arnValidator) Description(context.Context) string {
	return "value must be the ARN of " + said[string(v)]
}

// MarkdownDescription implements validator.String.
func (v arnValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements validator.String.
func (v arnValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := parse(req.ConfigValue.ValueString(), string(v)); err != nil {
		text := strings.TrimPrefix(err.Error(), errARN.Error()+": ")
		resp.Diagnostics.AddAttributeError(req.Path, summaryARN, fmt.Sprintf("%s: %s.", req.Path, text))
	}
}
