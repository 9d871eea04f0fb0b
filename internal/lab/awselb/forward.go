package awselb

import (
	"slices"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

// acceptForward spells a forward action out: the groups with their weights, and stickiness.
func (o *operation) acceptForward(lis *listener, a *wire.Action) error {
	config, err := forwardConfig(a)
	if err != nil {
		return err
	}
	if len(config.TargetGroups) > o.lab.opts.Limits.GroupsPerAction {
		// The reference lists this code for every action that takes a forward; it names no other for
		// the limit of groups in one action.
		return apiErrorf("TooManyUniqueTargetGroupsPerLoadBalancer",
			"The maximum number of target groups for an action is %d", o.lab.opts.Limits.GroupsPerAction)
	}
	if config.TargetGroupStickinessConfig, err = acceptStickiness(config.TargetGroupStickinessConfig); err != nil {
		return err
	}
	if err := o.checkGroups(lis, config); err != nil {
		return err
	}
	a.ForwardConfig, a.TargetGroupArn = config, ""
	return nil
}

// forwardConfig joins the two ways of naming target groups.
func forwardConfig(a *wire.Action) (*wire.ForwardConfig, error) {
	if a.ForwardConfig == nil || len(a.ForwardConfig.TargetGroups) == 0 {
		if a.TargetGroupArn == "" {
			return nil, invalidf("A target group ARN must be specified")
		}
		return &wire.ForwardConfig{TargetGroups: []wire.TargetGroupTuple{{TargetGroupArn: a.TargetGroupArn, Weight: ptr[int32](1)}}}, nil
	}
	config := wire.ForwardConfig{
		TargetGroups:                slices.Clone(a.ForwardConfig.TargetGroups),
		TargetGroupStickinessConfig: a.ForwardConfig.TargetGroupStickinessConfig,
	}
	if a.TargetGroupArn != "" && (len(config.TargetGroups) > 1 || config.TargetGroups[0].TargetGroupArn != a.TargetGroupArn) {
		return nil, invalidf("TargetGroupArn and ForwardConfig must name one and the same target group")
	}
	seen := map[string]bool{}
	for i := range config.TargetGroups {
		t := &config.TargetGroups[i]
		if seen[t.TargetGroupArn] {
			return nil, invalidf("A target group can be specified only once in an action")
		}
		seen[t.TargetGroupArn] = true
		if t.Weight == nil {
			t.Weight = ptr[int32](1)
		}
		if *t.Weight < 0 || *t.Weight > maxWeight {
			return nil, invalidf("The weight for each target group must be between 0 and %d, inclusive", maxWeight)
		}
	}
	return &config, nil
}

func acceptStickiness(in *wire.GroupStickiness) (*wire.GroupStickiness, error) {
	if in == nil || in.Enabled == nil || !*in.Enabled {
		return &wire.GroupStickiness{Enabled: ptr(false)}, nil
	}
	if in.DurationSeconds == nil || *in.DurationSeconds < 1 || *in.DurationSeconds > maxStickiness {
		return nil, invalidf("The duration of target group stickiness must be between 1 and %d seconds", maxStickiness)
	}
	return &wire.GroupStickiness{Enabled: ptr(true), DurationSeconds: in.DurationSeconds}, nil
}

func (o *operation) checkGroups(lis *listener, config *wire.ForwardConfig) error {
	for _, t := range config.TargetGroups {
		g := o.groups.get(t.TargetGroupArn)
		if g == nil {
			return groupNotFound()
		}
		if g.networkOnly() != lis.balancer.network() {
			return apiErrorf("IncompatibleProtocols", "The protocol '%s' of target group '%s' is not compatible with "+
				"the listener's protocol '%s'", g.data.Protocol, t.TargetGroupArn, lis.data.Protocol)
		}
		if arns := g.data.LoadBalancerArns; len(arns) > 0 && !slices.Contains(arns, lis.balancer.data.LoadBalancerArn) {
			return apiErrorf("TargetGroupAssociationLimit",
				"The following target groups cannot be associated with more than one load balancer: %s", t.TargetGroupArn)
		}
		if len(config.TargetGroups) > 1 && g.sticky() && !*config.TargetGroupStickinessConfig.Enabled {
			return apiErrorf("InvalidConfigurationRequest",
				"You must enable group stickiness on a rule if you enabled target stickiness on one of its target groups")
		}
	}
	return nil
}

// checkUnique holds a load balancer to its number of different target groups.
func (o *operation) checkUnique(b *balancer, actions []wire.Action, replaced *string) error {
	unique := map[string]bool{}
	add := func(arn string, list []wire.Action) {
		if replaced == nil || *replaced != arn {
			for _, t := range tuples(list) {
				unique[t.TargetGroupArn] = true
			}
		}
	}
	for _, lis := range b.listeners {
		add(lis.data.ListenerArn, lis.data.DefaultActions)
		for _, r := range lis.rules {
			add(r.data.RuleArn, r.data.Actions)
		}
	}
	for _, t := range tuples(actions) {
		unique[t.TargetGroupArn] = true
	}
	if limit := o.lab.opts.Limits.GroupsPerBalancer; len(unique) > limit {
		return apiErrorf("TooManyUniqueTargetGroupsPerLoadBalancer",
			"The maximum number of unique target groups for a load balancer is %d", limit)
	}
	return nil
}

// tuples returns the groups and weights of the forward action of a list; none when it has no such action.
func tuples(actions []wire.Action) []wire.TargetGroupTuple {
	for _, a := range actions {
		if a.ForwardConfig != nil {
			return a.ForwardConfig.TargetGroups
		}
	}
	return nil
}

// relink finds out anew which groups stand behind which load balancer, starts the health checks of
// those that came into use, and ends those of groups that no action names any more.
func (r *region) relink() {
	used := map[string][]string{}
	use := func(b *balancer, actions []wire.Action) {
		arn := b.data.LoadBalancerArn
		for _, t := range tuples(actions) {
			if !slices.Contains(used[t.TargetGroupArn], arn) {
				used[t.TargetGroupArn] = append(used[t.TargetGroupArn], arn)
			}
		}
	}
	for _, lis := range r.listeners.all() {
		use(lis.balancer, lis.data.DefaultActions)
		for _, rl := range lis.rules {
			use(lis.balancer, rl.data.Actions)
		}
	}
	for _, g := range r.groups.all() {
		g.attach(r.lab, used[g.data.TargetGroupArn])
	}
}

func (g *group) networkOnly() bool {
	return g.data.TargetType != lambda && !strings.HasPrefix(g.data.Protocol, "HTTP")
}

func ptr[T any](v T) *T { return &v }
