package awslb

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
)

func target(state types.TargetHealthStateEnum, reason types.TargetHealthReasonEnum, description string) types.TargetHealthDescription {
	h := &types.TargetHealth{State: state, Reason: reason}
	if description != "" {
		h.Description = aws.String(description)
	}
	return types.TargetHealthDescription{
		Target:       &types.TargetDescription{Id: aws.String("10.0.0.7"), Port: aws.Int32(8080)},
		TargetHealth: h,
	}
}

func TestHealthOf(t *testing.T) {
	const name = "10.0.0.7:8080 is "
	for state, test := range map[string]struct {
		target  types.TargetHealthDescription
		total   int
		healthy int
		says    []string
	}{
		"healthy":  {target(types.TargetHealthStateEnumHealthy, "", ""), 1, 1, nil},
		"draining": {target(types.TargetHealthStateEnumDraining, types.TargetHealthReasonEnumDeregistrationInProgress, "x"), 0, 0, nil},
		"unhealthy.draining": {
			target(types.TargetHealthStateEnumUnhealthyDraining, types.TargetHealthReasonEnumFailedHealthChecks, ""),
			1, 0,
			[]string{name + "unhealthy.draining: Target.FailedHealthChecks"},
		},
		"initial": {
			target(types.TargetHealthStateEnumInitial, types.TargetHealthReasonEnumRegistrationInProgress, "Target registration is in progress"),
			1, 0,
			[]string{name + "initial: Target registration is in progress"},
		},
		"unused": {
			target(types.TargetHealthStateEnumUnused, types.TargetHealthReasonEnumNotInUse, "Target group is not configured to receive traffic"),
			1, 0,
			[]string{name + "unused: Target group is not configured to receive traffic " +
				"(no load balancer uses the target group, or the target's zone is not enabled for the load balancer)"},
		},
		"unavailable": {
			target(types.TargetHealthStateEnumUnavailable, types.TargetHealthReasonEnumHealthCheckDisabled, "Health checks are not enabled"),
			1, 0,
			[]string{name + "unavailable: Health checks are not enabled (enable the target group's health check)"},
		},
		"unhealthy without a word": {target(types.TargetHealthStateEnumUnhealthy, "", ""), 1, 0, []string{name + "unhealthy"}},
		"a function": {
			types.TargetHealthDescription{
				Target:       &types.TargetDescription{Id: aws.String("arn:aws:lambda:eu-west-1:123456789012:function:shop")},
				TargetHealth: &types.TargetHealth{State: types.TargetHealthStateEnumUnhealthy},
			}, 1, 0, []string{"arn:aws:lambda:eu-west-1:123456789012:function:shop is unhealthy"},
		},
		"nothing known": {types.TargetHealthDescription{}, 1, 0, []string{"a target is unavailable"}},
	} {
		t.Run(state, func(t *testing.T) {
			h := healthOf([]types.TargetHealthDescription{test.target})
			if h.Total != test.total || h.Healthy != test.healthy || !slices.Equal(h.Unhealthy, test.says) {
				t.Errorf("healthOf = %+v", h)
			}
		})
	}
}
