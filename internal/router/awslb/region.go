package awslb

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// regions are the regions that one provider has to do with. It is safe for use
// by several goroutines.
type regions struct {
	mu   sync.Mutex
	open map[regionKey]*region
}

type regionKey struct {
	session *awscloud.Session
	name    string
}

// of returns the region of a session, always the same one.
func (r *regions) of(session *awscloud.Session, name string) *region {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := regionKey{session, name}
	if r.open == nil {
		r.open = make(map[regionKey]*region)
	}
	if r.open[key] == nil {
		r.open[key] = newRegion(session.ELBv2(name))
	}
	return r.open[key]
}

// region is the API of one region, and the reads that its users share.
type region struct {
	api api
	// listeners are the default actions of a load balancer's listeners.
	listeners *router.Reads[[]types.Action]
	// rules are the actions of a listener's rules.
	rules *router.Reads[[]types.Action]
	// groups are the target groups that a load balancer uses.
	groups *router.Reads[types.TargetGroup]
}

func newRegion(a api) *region {
	r := &region{api: a}
	r.listeners = router.NewReads(r.listenersOf)
	r.rules = router.NewReads(r.rulesOf)
	r.groups = router.NewReads(r.groupsOf)
	return r
}

func (r *region) listenersOf(ctx context.Context, loadBalancer string) (map[string][]types.Action, error) {
	found := make(map[string][]types.Action)
	pages := elbv2.NewDescribeListenersPaginator(r.api, &elbv2.DescribeListenersInput{LoadBalancerArn: &loadBalancer})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, notFound(err)
		}
		for _, l := range page.Listeners {
			found[aws.ToString(l.ListenerArn)] = l.DefaultActions
		}
	}
	return found, nil
}

func (r *region) rulesOf(ctx context.Context, listener string) (map[string][]types.Action, error) {
	found := make(map[string][]types.Action)
	pages := elbv2.NewDescribeRulesPaginator(r.api, &elbv2.DescribeRulesInput{ListenerArn: &listener})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, notFound(err)
		}
		for _, rule := range page.Rules {
			// A default rule is left out, so that it is read by itself, which
			// says that it cannot be changed.
			if !aws.ToBool(rule.IsDefault) {
				found[aws.ToString(rule.RuleArn)] = rule.Actions
			}
		}
	}
	return found, nil
}

func (r *region) groupsOf(ctx context.Context, loadBalancer string) (map[string]types.TargetGroup, error) {
	found := make(map[string]types.TargetGroup)
	pages := elbv2.NewDescribeTargetGroupsPaginator(r.api, &elbv2.DescribeTargetGroupsInput{LoadBalancerArn: &loadBalancer})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, notFound(err)
		}
		for _, g := range page.TargetGroups {
			found[aws.ToString(g.TargetGroupArn)] = g
		}
	}
	return found, nil
}

// named asks the API for target groups by ARN. The error wraps
// traffic.ErrNotFound when one of them does not exist.
func (r *region) named(ctx context.Context, arns ...string) (map[string]types.TargetGroup, error) {
	found := make(map[string]types.TargetGroup, len(arns))
	for some := range slices.Chunk(arns, mostNamed) {
		out, err := r.api.DescribeTargetGroups(ctx, &elbv2.DescribeTargetGroupsInput{TargetGroupArns: some})
		if err != nil {
			return nil, notFound(err)
		}
		for _, g := range out.TargetGroups {
			found[aws.ToString(g.TargetGroupArn)] = g
		}
	}
	for _, arn := range arns {
		if _, ok := found[arn]; !ok {
			return nil, fmt.Errorf("%w: %s", traffic.ErrNotFound, arn)
		}
	}
	return found, nil
}

// mostNamed is how many groups one call may name; the API refuses more.
const mostNamed = 20

// group asks the API for one target group by ARN, as named does.
func (r *region) group(ctx context.Context, arn string) (types.TargetGroup, error) {
	found, err := r.named(ctx, arn)
	return found[arn], err
}
