package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// servers are the servers of a service or group, as many as it wants.
func servers(name string, count int) ([]types.TargetDescription, error) {
	addresses, err := plugin.Servers(name)
	if err != nil {
		return nil, err
	}
	if len(addresses) < count {
		return nil, fmt.Errorf("aws: %s wants %d servers, and %s names %d", name, count, plugin.TargetsFile, len(addresses))
	}
	var targets []types.TargetDescription
	for _, address := range addresses[:count] {
		host, port := address.Addr().String(), int32(address.Port())
		targets = append(targets, types.TargetDescription{Id: &host, Port: &port})
	}
	return targets, nil
}

// releaseTimeout is how long new servers may take to become healthy: what a
// timeouts block says of the action, or 20 minutes, as with the provider.
func releaseTimeout(o plugin.Object, action string) (time.Duration, error) {
	given := o.Block("timeouts").Text(action)
	if given == "" {
		return 20 * time.Minute, nil
	}
	timeout, err := time.ParseDuration(given)
	if err != nil {
		return 0, fmt.Errorf("aws: timeouts: %w", err)
	}
	return timeout, nil
}

// release makes the targets of a group those given, as a rolling release does:
// the new ones are healthy before the old ones go. In a group that no load
// balancer uses nobody looks at health.
func release(ctx context.Context, client *elbv2.Client, group string, wanted []types.TargetDescription, timeout time.Duration) error {
	was, err := client.DescribeTargetHealth(ctx, &elbv2.DescribeTargetHealthInput{TargetGroupArn: &group})
	if err != nil {
		return err
	}
	if len(wanted) > 0 {
		if err := register(ctx, client, group, wanted, timeout); err != nil {
			return errors.Join(err, leave(ctx, client, group, wanted, was.TargetHealthDescriptions))
		}
	}
	stay := map[string]bool{}
	for _, target := range wanted {
		stay[key(target)] = true
	}
	var old []types.TargetDescription
	for _, health := range was.TargetHealthDescriptions {
		if !stay[key(*health.Target)] && health.TargetHealth.State != types.TargetHealthStateEnumDraining {
			old = append(old, *health.Target)
		}
	}
	if len(old) == 0 {
		return nil
	}
	_, err = client.DeregisterTargets(ctx, &elbv2.DeregisterTargetsInput{TargetGroupArn: &group, Targets: old})
	return err
}

// leave takes servers out of a group that were not in it before.
func leave(ctx context.Context, client *elbv2.Client, group string, servers []types.TargetDescription, before []types.TargetHealthDescription) error {
	stay := map[string]bool{}
	for _, health := range before {
		stay[key(*health.Target)] = true
	}
	fresh := slices.DeleteFunc(slices.Clone(servers), func(target types.TargetDescription) bool { return stay[key(target)] })
	if len(fresh) == 0 {
		return nil
	}
	_, err := client.DeregisterTargets(ctx, &elbv2.DeregisterTargetsInput{TargetGroupArn: &group, Targets: fresh})
	return err
}

func key(target types.TargetDescription) string {
	return fmt.Sprintf("%s:%d", *target.Id, *target.Port)
}

func register(ctx context.Context, client *elbv2.Client, group string, wanted []types.TargetDescription, timeout time.Duration) error {
	if _, err := client.RegisterTargets(ctx, &elbv2.RegisterTargetsInput{TargetGroupArn: &group, Targets: wanted}); err != nil {
		return err
	}
	used, err := isUsed(ctx, client, group)
	if err != nil || !used {
		return err
	}
	waiter := elbv2.NewTargetInServiceWaiter(client, func(o *elbv2.TargetInServiceWaiterOptions) {
		o.MinDelay, o.MaxDelay = 10*time.Millisecond, 100*time.Millisecond
	})
	err = waiter.Wait(ctx, &elbv2.DescribeTargetHealthInput{TargetGroupArn: &group, Targets: wanted}, timeout)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", errUnfit, group, err)
	}
	return nil
}

// errUnfit says that new servers did not become healthy in time.
var errUnfit = errors.New("aws: the new servers did not become healthy")

func isUsed(ctx context.Context, client *elbv2.Client, group string) (bool, error) {
	found, err := client.DescribeTargetGroups(ctx, &elbv2.DescribeTargetGroupsInput{TargetGroupArns: []string{group}})
	if err != nil {
		return false, err
	}
	return len(found.TargetGroups[0].LoadBalancerArns) > 0, nil
}

// withdraw takes all targets out of a group, unless the group has gone.
func withdraw(ctx context.Context, client *elbv2.Client, group string) error {
	err := release(ctx, client, group, nil, 0)
	var missing *types.TargetGroupNotFoundException
	if errors.As(err, &missing) {
		return nil
	}
	return err
}

// orNumber is a number of an object, or another's where it is not there.
func orNumber(o plugin.Object, names ...string) int {
	var number float64
	for _, name := range names {
		number = cmp.Or(number, o.Number(name))
	}
	return int(number)
}
