package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
)

// parallelism is Terraform's own.
const parallelism = 10

// bare is the SDK as it comes, in its adaptive mode: a script that a careful
// person would write. What is throttled for longer than the SDK tries is tried
// again, and counted as an error that the script saw.
type bare struct {
	client *elbv2.Client
	seen   atomic.Int64
}

func newBare(w *world) *bare {
	adaptive := func(o *elbv2.Options) { o.Retryer = retry.NewAdaptiveMode() }
	return &bare{client: w.lab.Client(w.scenario.Region, adaptive)}
}

// errors is how many errors the script saw.
func (b *bare) errors() int { return int(b.seen.Load()) }

// all does work for each site, as many at a time as Terraform.
func (b *bare) all(ctx context.Context, sites []site, work func(context.Context, site) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelism)
	for _, s := range sites {
		group.Go(func() error { return work(ctx, s) })
	}
	return group.Wait()
}

// cutover moves all traffic of a site to a color with the least calls that the
// job needs: compare, see that the color is healthy, set, read back.
func (b *bare) cutover(ctx context.Context, s site, to string) error {
	if err := b.expect(ctx, s, other(to)); err != nil {
		return err
	}
	if err := b.healthy(ctx, s.group(to)); err != nil {
		return err
	}
	if err := b.set(ctx, s, to); err != nil {
		return err
	}
	return b.expect(ctx, s, to)
}

func other(color string) string {
	if color == "green" {
		return "blue"
	}
	return "green"
}

// try makes a call, again as long as it is throttled.
func (b *bare) try(call func() error) error {
	for {
		err := call()
		var refused smithy.APIError
		var quota *retry.MaxAttemptsError
		throttled := errors.As(err, &refused) && refused.ErrorCode() == awselb.Throttled().Code
		if !throttled && !errors.As(err, &quota) {
			return err
		}
		b.seen.Add(1)
	}
}

// expect reads a site, and returns an error unless a color has everything.
func (b *bare) expect(ctx context.Context, s site, color string) error {
	actions, err := b.read(ctx, s)
	if err != nil {
		return err
	}
	for _, g := range actions[len(actions)-1].ForwardConfig.TargetGroups {
		if has := aws.ToInt32(g.Weight) > 0; has != (aws.ToString(g.TargetGroupArn) == s.group(color)) {
			return fmt.Errorf("%s does not send everything to %s", s.arn, color)
		}
	}
	return nil
}

func (b *bare) read(ctx context.Context, s site) (actions []types.Action, err error) {
	err = b.try(func() error {
		if s.rule {
			out, err := b.client.DescribeRules(ctx, &elbv2.DescribeRulesInput{RuleArns: []string{s.arn}})
			if err == nil {
				actions = out.Rules[0].Actions
			}
			return err
		}
		out, err := b.client.DescribeListeners(ctx, &elbv2.DescribeListenersInput{ListenerArns: []string{s.arn}})
		if err == nil {
			actions = out.Listeners[0].DefaultActions
		}
		return err
	})
	return actions, err
}

func (b *bare) healthy(ctx context.Context, group string) error {
	return b.try(func() error {
		out, err := b.client.DescribeTargetHealth(ctx, &elbv2.DescribeTargetHealthInput{TargetGroupArn: &group})
		if err != nil {
			return err
		}
		for _, t := range out.TargetHealthDescriptions {
			if t.TargetHealth.State != types.TargetHealthStateEnumHealthy {
				return fmt.Errorf("%s is %s", group, t.TargetHealth.State)
			}
		}
		return nil
	})
}

func (b *bare) set(ctx context.Context, s site, to string) error {
	actions := []types.Action{{Type: types.ActionTypeEnumForward, ForwardConfig: &types.ForwardActionConfig{
		TargetGroups: []types.TargetGroupTuple{
			{TargetGroupArn: aws.String(s.group(to)), Weight: aws.Int32(100)},
			{TargetGroupArn: aws.String(s.group(other(to))), Weight: aws.Int32(0)},
		},
	}}}
	return b.try(func() error {
		var err error
		if s.rule {
			_, err = b.client.ModifyRule(ctx, &elbv2.ModifyRuleInput{RuleArn: &s.arn, Actions: actions})
		} else {
			_, err = b.client.ModifyListener(ctx, &elbv2.ModifyListenerInput{ListenerArn: &s.arn, DefaultActions: actions})
		}
		return err
	})
}
