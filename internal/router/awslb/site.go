package awslb

import (
	"context"
	"fmt"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// site is where a load balancer holds a list of actions: a listener's default
// actions, or a rule's. Errors of read and recent wrap traffic.ErrNotFound
// when it does not exist.
type site interface {
	// read asks the API for the actions now.
	read(ctx context.Context) ([]types.Action, error)
	// recent returns actions as a read shared with others had them.
	recent(ctx context.Context) ([]types.Action, error)
	// write replaces the actions, all of them.
	write(ctx context.Context, actions []types.Action) error
	// noun is how messages call it: "listener".
	noun() string
}

// newSite returns the site that r, a listener or a rule, names.
func newSite(r resource, from *region) site {
	if r.parts[0] == kindRule {
		return rule{resource: r, region: from}
	}
	return listener{resource: r, region: from}
}

type listener struct {
	resource
	region *region
}

func (l listener) noun() string { return "listener" }

func (l listener) read(ctx context.Context) ([]types.Action, error) {
	out, err := l.region.api.DescribeListeners(ctx, &elbv2.DescribeListenersInput{ListenerArns: []string{l.String()}})
	if err != nil {
		return nil, notFound(err)
	}
	if len(out.Listeners) == 0 {
		return nil, traffic.ErrNotFound
	}
	return out.Listeners[0].DefaultActions, nil
}

func (l listener) recent(ctx context.Context) ([]types.Action, error) {
	return l.region.listeners.member(ctx, l.loadBalancer(), l.String(), l.read)
}

func (l listener) write(ctx context.Context, actions []types.Action) error {
	defer l.region.listeners.forget(l.loadBalancer(), l.String())
	arn := l.String()
	_, err := l.region.api.ModifyListener(ctx, &elbv2.ModifyListenerInput{ListenerArn: &arn, DefaultActions: actions})
	return refusal(err)
}

type rule struct {
	resource
	region *region
}

func (r rule) noun() string { return "rule" }

func (r rule) read(ctx context.Context) ([]types.Action, error) {
	out, err := r.region.api.DescribeRules(ctx, &elbv2.DescribeRulesInput{RuleArns: []string{r.String()}})
	if err != nil {
		return nil, notFound(err)
	}
	if len(out.Rules) == 0 {
		return nil, traffic.ErrNotFound
	}
	if isDefault := out.Rules[0].IsDefault; isDefault != nil && *isDefault {
		return nil, fmt.Errorf("%w: name its listener, %s, in %s", errDefaultRule, r.listener(), attrListeners)
	}
	return out.Rules[0].Actions, nil
}

func (r rule) recent(ctx context.Context) ([]types.Action, error) {
	return r.region.rules.member(ctx, r.listener(), r.String(), r.read)
}

func (r rule) write(ctx context.Context, actions []types.Action) error {
	defer r.region.rules.forget(r.listener(), r.String())
	arn := r.String()
	_, err := r.region.api.ModifyRule(ctx, &elbv2.ModifyRuleInput{RuleArn: &arn, Actions: actions})
	return refusal(err)
}
