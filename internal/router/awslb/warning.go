package awslb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// warning says what a user should hear before a cutover to a color: that other
// rules of the same listener keep traffic on the color that it leaves, and that
// a router from which neither color gets anything has others that do. Nobody
// hears it in an apply, for which no rules are read.
func (m *member) warning(ctx context.Context, s split, to traffic.Color) string {
	var sentences []string
	if shares := s.shares(); shares.Blue+shares.Green == 0 && len(shares.Others) > 0 {
		sentences = append(sentences, fmt.Sprintf("Neither environment has any weight in %s %s now, and %s has all of it; "+
			"the two environments get the weight 100 together beside that.", m.actions.noun(), m.name, shares.Beside()))
	}
	if !router.IsForPlan(ctx) || router.IsForRefresh(ctx) || m.self.balancer() == network { // whose listeners have no rules
		return strings.Join(sentences, " ")
	}
	left := s.groups.of(to.Other())
	others, err := m.othersTo(ctx, left)
	if err != nil {
		sentences = append(sentences, fmt.Sprintf("Whether other rules of the listener of %s keep traffic on %s could not be read (%v).",
			m.name, to.Other(), err))
	}
	if len(others) > 0 {
		sentences = append(sentences, fmt.Sprintf("The cutover of %s leaves %s, but on the same listener %s still forwards to its target group %s, "+
			"and keeps doing so: add it to rule_arns or listener_arns of the switch, or change it by hand.",
			m.name, to.Other(), strings.Join(others, ", "), left))
	}
	return strings.Join(sentences, " ")
}

// othersTo names what else of the member's listener forwards to a group, and
// does not move together with the member.
func (m *member) othersTo(ctx context.Context, group string) (others []string, err error) {
	self := m.self.listener()
	rules, err := m.region.rules.All(ctx, m.self.asks(self, m.name))
	if err != nil {
		return nil, err
	}
	for arn, list := range rules {
		if !m.together[arn] && sends(list, group) {
			others = append(others, "the rule "+arn)
		}
	}
	slices.Sort(others)
	if m.name == self || m.together[self] {
		return others, nil
	}
	defaults, err := m.region.listeners.All(ctx, m.self.asks(m.self.loadBalancer(), self))
	if err == nil && sends(defaults[self], group) {
		others = append(others, "the default action of the listener")
	}
	return others, err
}

// sends tells whether actions send any traffic to a group.
func sends(list []types.Action, group string) bool {
	tuples, err := forwarded(list)
	return err == nil && split{tuples: tuples}.weight(group) > 0
}
