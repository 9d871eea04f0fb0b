package awslb

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// Health implements traffic.HealthReader with one call, and another one before
// it while the action has not told which group is meant.
func (m *member) Health(ctx context.Context, c traffic.Color) (traffic.Health, error) {
	p, ok := m.choice.pair()
	if !ok {
		if _, err := m.read(ctx); err != nil {
			return traffic.Health{}, err
		}
		p, _ = m.choice.pair()
	}
	group := p.Of(c)
	arn := group.ID.String()
	out, err := m.region.api.DescribeTargetHealth(ctx, &elbv2.DescribeTargetHealthInput{TargetGroupArn: &arn})
	if err == nil {
		return healthOf(out.TargetHealthDescriptions), nil
	}
	seen := pkg.Errorf("reading the health of target group %s: %w", arn, notFound(err))
	if isAnyGroupGone(err) {
		return traffic.Health{}, groupGone(c, group, seen)
	}
	return traffic.Health{}, seen
}

// healthOf counts targets. Those that are draining have been deregistered and
// only finish what they have begun, so that they count as nothing: a group that
// is being renewed is as healthy as what is registered now. Those that are
// unhealthy.draining are registered still, and not healthy. Nor is what is
// unavailable, which means that nobody looks.
func healthOf(targets []types.TargetHealthDescription) traffic.Health {
	var h traffic.Health
	for _, t := range targets {
		health := t.TargetHealth
		if health == nil {
			health = &types.TargetHealth{State: types.TargetHealthStateEnumUnavailable}
		}
		if health.State == types.TargetHealthStateEnumDraining {
			continue
		}
		h.Total++
		if health.State == types.TargetHealthStateEnumHealthy {
			h.Healthy++
			continue
		}
		h.Unhealthy = append(h.Unhealthy, fmt.Sprintf("%s is %s%s", targetName(t.Target), health.State, because(health)))
	}
	return h
}

// targetName is a target as its owner knows it: "10.0.0.7:8080".
func targetName(t *types.TargetDescription) string {
	switch {
	case t == nil:
		return "a target"
	case t.Port == nil:
		return aws.ToString(t.Id)
	default:
		return aws.ToString(t.Id) + ":" + strconv.Itoa(int(*t.Port))
	}
}

// because gives the API's reason, and explains those that it says too little of.
func because(h *types.TargetHealth) string {
	why := aws.ToString(h.Description)
	if why == "" {
		why = string(h.Reason)
	}
	switch h.Reason {
	case types.TargetHealthReasonEnumNotInUse:
		why += " (no load balancer uses the target group, or the target's zone is not enabled for the load balancer)"
	case types.TargetHealthReasonEnumHealthCheckDisabled:
		why += " (enable the target group's health check)"
	}
	if why == "" {
		return ""
	}
	return ": " + why
}
