package awslb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Inspect implements traffic.Inspector, with reads that are shared. It fails
// when an action or a target group would be refused at the first write.
func (m *member) Inspect(ctx context.Context, to traffic.Color) (traffic.Facts, error) {
	d, err := m.recent(ctx)
	if err != nil {
		return traffic.Facts{}, err
	}
	if _, err := m.weights(d); err != nil {
		return traffic.Facts{}, err
	}
	if _, _, err := d.set(traffic.All(to)); err != nil {
		return traffic.Facts{}, m.wrap("inspecting", err)
	}
	if err := m.inspectGroups(ctx, d); err != nil {
		return traffic.Facts{}, err
	}
	return traffic.Facts{AllOrNothing: d.whole(), WeightStep: d.weightStep(), StickyFor: d.stickyFor()}, nil
}

// stickyFor is how long clients may stay with a group by their cookie.
func (d division) stickyFor() time.Duration {
	c := d.actions[d.at].ForwardConfig
	if c == nil || c.TargetGroupStickinessConfig == nil || !aws.ToBool(c.TargetGroupStickinessConfig.Enabled) {
		return 0
	}
	return time.Duration(aws.ToInt32(c.TargetGroupStickinessConfig.DurationSeconds)) * time.Second
}

func (m *member) inspectGroups(ctx context.Context, d division) error {
	found, err := m.targetGroups(ctx, d)
	if err != nil {
		return err
	}
	blue, green := found[traffic.Blue], found[traffic.Green]
	if err := errors.Join(m.checkGroup(traffic.Blue, blue), m.checkGroup(traffic.Green, green)); err != nil {
		return err
	}
	return m.checkPair(blue, green)
}

// targetGroups returns both target groups. When both are attached they are
// among those of the load balancer, which many switches share; otherwise they
// are asked for together, and one by one only to learn which is missing.
func (m *member) targetGroups(ctx context.Context, d division) (map[traffic.Color]types.TargetGroup, error) {
	group := m.attachedGroup
	if !d.attached() {
		both, err := m.region.named(ctx, m.groups.blue, m.groups.green)
		if err == nil {
			return map[traffic.Color]types.TargetGroup{
				traffic.Blue: both[m.groups.blue], traffic.Green: both[m.groups.green],
			}, nil
		}
		if !errors.Is(err, traffic.ErrNotFound) {
			return nil, fmt.Errorf("awslb: reading the target groups of %s %s: %w", m.site.noun(), m.name, err)
		}
		group = m.region.group
	}
	found := make(map[traffic.Color]types.TargetGroup, 2)
	var errs []error
	for _, c := range traffic.Colors() {
		g, err := group(ctx, m.groups.of(c))
		if err != nil {
			errs = append(errs, m.inspectError(c, err))
		}
		found[c] = g
	}
	return found, errors.Join(errs...)
}

// attachedGroup returns a group that the load balancer uses.
func (m *member) attachedGroup(ctx context.Context, arn string) (types.TargetGroup, error) {
	direct := func(ctx context.Context) (types.TargetGroup, error) { return m.region.group(ctx, arn) }
	return m.region.groups.member(ctx, m.self.loadBalancer(), arn, direct)
}

func (m *member) inspectError(c traffic.Color, err error) error {
	seen := fmt.Errorf("awslb: reading target group %s: %w", m.groups.of(c), err)
	if errors.Is(err, traffic.ErrNotFound) {
		return m.groupGone(c, seen)
	}
	return seen
}

// protocols are those of the target groups that a kind of load balancer takes;
// none is that of a function.
var protocols = map[string][]types.ProtocolEnum{
	application: {"", types.ProtocolEnumHttp, types.ProtocolEnumHttps},
	network: {
		types.ProtocolEnumTcp, types.ProtocolEnumTls, types.ProtocolEnumUdp, types.ProtocolEnumTcpUdp,
		types.ProtocolEnumQuic, types.ProtocolEnumTcpQuic,
	},
}

// checkGroup refuses a group that the load balancer would not take.
func (m *member) checkGroup(c traffic.Color, g types.TargetGroup) error {
	arn, balancer := m.groups.of(c), m.self.loadBalancer()
	if !slices.Contains(protocols[m.self.balancer()], g.Protocol) {
		return m.in(c, summaryProtocol, fmt.Errorf("awslb: the target group %s has the protocol %s, which %s %s cannot forward to: "+
			"use one that has a protocol of its load balancer", arn, g.Protocol, m.site.noun(), m.name))
	}
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html,
	// TargetGroupAssociationLimit: a group is used with one load balancer.
	if len(g.LoadBalancerArns) > 0 && !slices.Contains(g.LoadBalancerArns, balancer) {
		return m.in(c, summaryElsewhere, fmt.Errorf("awslb: the target group %s is used with %s, and %s %s belongs to %s: "+
			"a target group is used with one load balancer, so take it out of the other one or give this one its own",
			arn, strings.Join(g.LoadBalancerArns, ", "), m.site.noun(), m.name, balancer))
	}
	return nil
}

func (m *member) checkPair(blue, green types.TargetGroup) error {
	b, g := aws.ToString(blue.VpcId), aws.ToString(green.VpcId)
	if b == "" || g == "" || b == g {
		return nil
	}
	return m.here(summaryVPC, fmt.Errorf("awslb: %s %s cannot forward to both environments: the target group %s is in %s and %s in %s; "+
		"both must be in the load balancer's VPC", m.site.noun(), m.name, m.groups.blue, b, m.groups.green, g))
}
