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
	s, err := m.recent(ctx)
	if err != nil {
		return traffic.Facts{}, err
	}
	if _, _, err := s.set(traffic.All(to)); err != nil {
		return traffic.Facts{}, m.wrap("inspecting", err)
	}
	groups, err := m.inspectGroups(ctx, s)
	if err != nil {
		return traffic.Facts{}, err
	}
	shares := s.shares()
	return traffic.Facts{
		AllOrNothing: shares.Step() == 100, WeightStep: shares.Step(), LimitedBy: shares.LimitedBy(), StickyFor: s.stickyFor(),
		HealthUnknown: healthUnknown(groups[to]), Warning: m.warning(ctx, s, to), Seen: s.seen(),
	}, nil
}

// healthUnknown says why nobody knows the health of a group's targets. Only a
// group of a function can be without health checks, and is unless they were
// turned on: its target is unavailable for ever.
func healthUnknown(g types.TargetGroup) string {
	if g.HealthCheckEnabled == nil || *g.HealthCheckEnabled {
		return ""
	}
	return "health checks are off on " + aws.ToString(g.TargetGroupArn)
}

// seen is what a cutover rests on besides our weights: which groups are ours,
// how long clients stick, what else is done with requests, and what else divides
// them.
func (s split) seen() string {
	var text strings.Builder
	shares := s.shares()
	fmt.Fprintf(&text, "%s; %s; %s; sticky %s; of %d", s.groups.blue, s.groups.green, kinds(s.actions), s.stickyFor(), shares.Total())
	for _, o := range shares.Others {
		text.WriteString("; " + o.Name)
	}
	return text.String()
}

// stickyFor is how long clients may stay with a group by their cookie.
func (s split) stickyFor() time.Duration {
	c := s.actions[s.at].ForwardConfig
	if c == nil || c.TargetGroupStickinessConfig == nil || !aws.ToBool(c.TargetGroupStickinessConfig.Enabled) {
		return 0
	}
	return time.Duration(aws.ToInt32(c.TargetGroupStickinessConfig.DurationSeconds)) * time.Second
}

func (m *member) inspectGroups(ctx context.Context, s split) (map[traffic.Color]types.TargetGroup, error) {
	found, err := m.targetGroups(ctx, s)
	if err != nil {
		return nil, err
	}
	blue, green := found[traffic.Blue], found[traffic.Green]
	if err := errors.Join(m.checkGroup(traffic.Blue, blue), m.checkGroup(traffic.Green, green)); err != nil {
		return nil, err
	}
	return found, m.checkPair(blue, green)
}

// targetGroups returns both target groups. When both are attached they are
// among those of the load balancer, which many switches share; otherwise they
// are asked for together, and one by one only to learn which is missing.
func (m *member) targetGroups(ctx context.Context, s split) (map[traffic.Color]types.TargetGroup, error) {
	group := m.attachedGroup
	if !s.attached() {
		both, err := m.region.named(ctx, s.groups.blue, s.groups.green)
		if err == nil {
			return map[traffic.Color]types.TargetGroup{
				traffic.Blue: both[s.groups.blue], traffic.Green: both[s.groups.green],
			}, nil
		}
		if !errors.Is(err, traffic.ErrNotFound) {
			return nil, pkg.Errorf("reading the target groups of %s %s: %w", m.actions.noun(), m.name, err)
		}
		group = m.region.group
	}
	found := make(map[traffic.Color]types.TargetGroup, 2)
	var errs []error
	for _, c := range traffic.Colors() {
		g, err := group(ctx, s.groups.of(c))
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
	return m.region.groups.Get(ctx, m.self.asks(m.self.loadBalancer(), arn), direct)
}

func (m *member) inspectError(c traffic.Color, err error) error {
	p, _ := m.choice.pair()
	seen := pkg.Errorf("reading target group %s: %w", p.Of(c).ID, err)
	if errors.Is(err, traffic.ErrNotFound) {
		return groupGone(c, p.Of(c), seen)
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
	p, _ := m.choice.pair()
	arn, balancer := p.Of(c).ID, m.self.loadBalancer()
	if !slices.Contains(protocols[m.self.balancer()], g.Protocol) {
		return on(c, p.Of(c), summaryProtocol, pkg.Errorf("the target group %s has the protocol %s, which %s %s cannot forward to: "+
			"use one that has a protocol of its load balancer", arn, g.Protocol, m.actions.noun(), m.name))
	}
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListener.html,
	// TargetGroupAssociationLimit: a group is used with one load balancer.
	if len(g.LoadBalancerArns) > 0 && !slices.Contains(g.LoadBalancerArns, balancer) {
		return on(c, p.Of(c), summaryElsewhere, pkg.Errorf("the target group %s is used with %s, and %s %s belongs to %s: "+
			"a target group is used with one load balancer, so take it out of the other one or give this one its own",
			arn, strings.Join(g.LoadBalancerArns, ", "), m.actions.noun(), m.name, balancer))
	}
	return nil
}

func (m *member) checkPair(blue, green types.TargetGroup) error {
	b, g := aws.ToString(blue.VpcId), aws.ToString(green.VpcId)
	if b == "" || g == "" || b == g {
		return nil
	}
	return m.here(summaryVPC, pkg.Errorf("%s %s cannot forward to both environments: the target group %s is in %s and %s in %s; "+
		"both must be in the load balancer's VPC", m.actions.noun(), m.name, aws.ToString(blue.TargetGroupArn), b, aws.ToString(green.TargetGroupArn), g))
}
