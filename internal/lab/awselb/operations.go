package awselb

import (
	"net/url"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awsquery"
)

// operation is one API call at work on a region, under Lab.mu.
type operation struct {
	*region
	call int // Index of the call; 0 for the lab's own
}

type runner func(*operation, url.Values) (any, error)

// operations are the actions of the API that the lab knows.
var operations = map[string]runner{
	"CreateLoadBalancer":    decoded((*operation).createLoadBalancer),
	"DescribeLoadBalancers": decoded((*operation).describeLoadBalancers),
	"DeleteLoadBalancer":    decoded((*operation).deleteLoadBalancer),
	"SetSecurityGroups":     decoded((*operation).setSecurityGroups),
	"SetSubnets":            decoded((*operation).setSubnets),

	"CreateTargetGroup":             decoded((*operation).createTargetGroup),
	"DescribeTargetGroups":          decoded((*operation).describeTargetGroups),
	"ModifyTargetGroup":             decoded((*operation).modifyTargetGroup),
	"DeleteTargetGroup":             decoded((*operation).deleteTargetGroup),
	"DescribeTargetGroupAttributes": decoded((*operation).describeGroupAttributes),
	"ModifyTargetGroupAttributes":   decoded((*operation).modifyGroupAttributes),

	"RegisterTargets":      decoded((*operation).registerTargets),
	"DeregisterTargets":    decoded((*operation).deregisterTargets),
	"DescribeTargetHealth": decoded((*operation).describeTargetHealth),

	"CreateListener":    decoded((*operation).createListener),
	"DescribeListeners": decoded((*operation).describeListeners),
	"ModifyListener":    decoded((*operation).modifyListener),
	"DeleteListener":    decoded((*operation).deleteListener),

	"CreateRule":        decoded((*operation).createRule),
	"DescribeRules":     decoded((*operation).describeRules),
	"ModifyRule":        decoded((*operation).modifyRule),
	"DeleteRule":        decoded((*operation).deleteRule),
	"SetRulePriorities": decoded((*operation).setRulePriorities),

	"AddTags":      decoded((*operation).addTags),
	"RemoveTags":   decoded((*operation).removeTags),
	"DescribeTags": decoded((*operation).describeTags),
}

// decoded makes a runner of a method that takes its input as a struct.
func decoded[In any](method func(*operation, *In) (any, error)) runner {
	return func(o *operation, form url.Values) (any, error) {
		var in In
		if err := awsquery.Decode(form, &in); err != nil {
			return nil, apiErrorf("MalformedInput", "%v", err)
		}
		return method(o, &in)
	}
}
