package awslb

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// set returns the actions that divide traffic as to says, and false when the
// ones at hand do already, exactly and with both groups named. Errors wrap
// router.ErrInexact or errTooMany.
func (s split) set(to traffic.Weights) ([]types.Action, bool, error) {
	if s.attached() && s.shares().Are(to) {
		return s.actions, false, nil
	}
	blue, green, err := s.shares().Divide(to)
	if err != nil {
		return nil, false, err
	}
	if s.attached() && s.raw() == newRaw(blue, green) {
		return s.actions, false, nil
	}
	next, err := s.attach()
	if err != nil {
		return nil, false, err
	}
	next.put(newRaw(blue, green))
	return next.rewritten(), true, nil
}

// attach returns the split with both groups named, the one that was not at
// weight 0. Errors wrap errTooMany.
func (s split) attach() (split, error) {
	next := s
	next.tuples = slices.Clone(s.tuples)
	for _, c := range traffic.Colors() {
		if !next.names(s.groups.of(c)) {
			next.tuples = append(next.tuples, types.TargetGroupTuple{
				TargetGroupArn: aws.String(s.groups.of(c)), Weight: aws.Int32(0),
			})
		}
	}
	if len(next.tuples) > maxGroups {
		return next, fmt.Errorf("%w: with both environments the action would name %d, and %d is the limit",
			errTooMany, len(next.tuples), maxGroups)
	}
	return next, nil
}

// rewritten returns new actions with the split's tuples in the forward
// action. All else is as it was, in the form that the API takes back: a group
// in TargetGroupArn must not stand beside several in ForwardConfig, and the
// OIDC client's secret, which is never read, is kept by saying so.
func (s split) rewritten() []types.Action {
	actions := slices.Clone(s.actions)
	forward := types.ForwardActionConfig{}
	if c := actions[s.at].ForwardConfig; c != nil {
		forward = *c
	}
	forward.TargetGroups = s.tuples
	if c := forward.TargetGroupStickinessConfig; c != nil && !aws.ToBool(c.Enabled) && aws.ToInt32(c.DurationSeconds) == 0 {
		// It may read as 0, which the API refuses to take back.
		forward.TargetGroupStickinessConfig = &types.TargetGroupStickinessConfig{Enabled: c.Enabled}
	}
	actions[s.at].ForwardConfig = &forward
	actions[s.at].TargetGroupArn = nil
	for i := range actions {
		if c := actions[i].AuthenticateOidcConfig; c != nil && c.ClientSecret == nil {
			oidc := *c
			oidc.UseExistingClientSecret = aws.Bool(true)
			actions[i].AuthenticateOidcConfig = &oidc
		}
	}
	return actions
}

// put gives our two groups, both of which are attached, their weights.
func (s split) put(w raw) {
	s.tuples[s.index(s.groups.blue)].Weight = aws.Int32(w.blue)
	s.tuples[s.index(s.groups.green)].Weight = aws.Int32(w.green)
}
