package awslb

import (
	"context"
	"fmt"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// actions are what a load balancer does with requests: a listener's default
// actions, or a rule's. Errors of read and recent wrap traffic.ErrNotFound when
// there are none.
type actions interface {
	// read asks the API for the actions now.
	read(ctx context.Context) ([]types.Action, error)
	// recent returns actions as a read shared with others had them.
	recent(ctx context.Context) ([]types.Action, error)
	// write replaces the actions, all of them.
	write(ctx context.Context, list []types.Action) error
	// noun is how messages call what has them: "listener".
	noun() string
}

// actionsOf returns the actions of r, a listener or a rule.
func actionsOf(r resource, from *region) actions {
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
	return l.region.listeners.Get(ctx, l.asks(l.loadBalancer(), l.String()), l.read)
}

func (l listener) write(ctx context.Context, list []types.Action) error {
	defer l.region.listeners.Forget(l.loadBalancer(), l.String())
	arn := l.String()
	_, err := l.region.api.ModifyListener(ctx, &elbv2.ModifyListenerInput{ListenerArn: &arn, DefaultActions: list})
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
	return r.region.rules.Get(ctx, r.asks(r.listener(), r.String()), r.read)
}

func (r rule) write(ctx context.Context, list []types.Action) error {
	defer r.region.rules.Forget(r.listener(), r.String())
	arn := r.String()
	_, err := r.region.api.ModifyRule(ctx, &elbv2.ModifyRuleInput{RuleArn: &arn, Actions: list})
	return refusal(err)
}

// asks is what r asks of the reads that are shared.
func (r resource) asks(parent, child string) router.Question {
	return router.Question{Parent: parent, Child: child, For: r.String()}
}
