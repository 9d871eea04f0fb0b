package aws

import (
	"context"
	"errors"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// scalingGroups are aws_autoscaling_group: what is in state, and the targets of
// its target groups. A change replaces the servers before the apply returns,
// where the provider starts an instance refresh, if it is asked to, and goes on.
type scalingGroups struct{ *account }

var scalingGroupType = plugin.Type{
	Replace:   []string{"name", "name_prefix", "region"},
	Conflicts: [][]string{{"name", "name_prefix"}, {"launch_configuration", "launch_template", "mixed_instances_policy"}},
	Computed: []string{
		"availability_zones", "default_cooldown", "desired_capacity", "health_check_type", "load_balancers", "service_linked_role_arn",
		"target_group_arns", "vpc_zone_identifier",
	},
	Defaults: map[string]any{
		"force_delete": false, "force_delete_warm_pool": false, "health_check_grace_period": 300, "ignore_failed_scaling_activities": false,
		"metrics_granularity": "1Minute", "protect_from_scale_in": false, "wait_for_capacity_timeout": "10m",
	},
}

// Create implements plugin.Remote. A group whose servers did not become healthy
// is there all the same.
func (g scalingGroups) Create(ctx context.Context, o plugin.Object) (plugin.Object, error) {
	name := g.expand("aws_autoscaling_group", "${name}", o)
	return plugin.Object{
		"id": name, "name": name, "desired_capacity": orNumber(o, "desired_capacity", "min_size"), "default_cooldown": 300,
		"health_check_type": "EC2",
		"arn":               g.expand("", "arn:aws:autoscaling:"+g.regionOf(o)+":${account}:autoScalingGroup:${hash}:autoScalingGroupName/"+name, o),
	}, g.roll(ctx, name, o, "create")
}

func (g scalingGroups) roll(ctx context.Context, name string, o plugin.Object, action string) error {
	groups := o.Texts("target_group_arns")
	if len(groups) == 0 {
		return nil
	}
	client, err := g.client(o)
	if err != nil {
		return err
	}
	timeout, err := releaseTimeout(o, action)
	if err != nil {
		return err
	}
	targets, err := servers(name, orNumber(o, "desired_capacity", "min_size"))
	if err != nil {
		return err
	}
	if err := remember(name, targets); err != nil {
		return err
	}
	for _, group := range groups {
		if action == "create" { // beside those of the group that this one replaces
			err = register(ctx, client, group, targets, timeout)
		} else {
			err = release(ctx, client, group, targets, timeout)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Read implements plugin.Remote.
func (scalingGroups) Read(context.Context, plugin.Object) (plugin.Object, error) {
	return plugin.Object{}, nil
}

// Update implements plugin.Remote. A group whose servers did not become healthy
// has its new launch template all the same, in state too.
func (g scalingGroups) Update(ctx context.Context, _, planned plugin.Object) (plugin.Object, error) {
	return plugin.Object{}, g.roll(ctx, planned.Text("name"), planned, "update")
}

// Delete implements plugin.Remote. Only the group's own servers go: with
// create_before_destroy those of the next one are there already.
func (g scalingGroups) Delete(ctx context.Context, state plugin.Object) error {
	own, err := forget(state.Text("name"))
	if err != nil || len(own) == 0 {
		return err
	}
	for _, group := range state.Texts("target_group_arns") {
		client, err := g.client(state)
		if err != nil {
			return err
		}
		_, err = client.DeregisterTargets(ctx, &elbv2.DeregisterTargetsInput{TargetGroupArn: &group, Targets: own})
		var missing *types.TargetGroupNotFoundException
		if err != nil && !errors.As(err, &missing) {
			return err
		}
	}
	return nil
}

// launchTemplates are aws_launch_template: what is in state, and a version that
// grows with each change.
type launchTemplates struct{}

var launchTemplateType = plugin.Type{
	Replace:   []string{"name", "name_prefix", "region"},
	Conflicts: [][]string{{"name", "name_prefix"}, {"default_version", "update_default_version"}},
	Computed:  []string{"default_version"},
	Renewed:   []string{"latest_version", "default_version"},
}

// Create implements plugin.Remote.
func (launchTemplates) Create(context.Context, plugin.Object) (plugin.Object, error) {
	return plugin.Object{"latest_version": 1, "default_version": 1}, nil
}

// Read implements plugin.Remote.
func (launchTemplates) Read(context.Context, plugin.Object) (plugin.Object, error) {
	return plugin.Object{}, nil
}

// Update implements plugin.Remote.
func (launchTemplates) Update(_ context.Context, prior, planned plugin.Object) (plugin.Object, error) {
	latest, standard := prior.Number("latest_version")+1, prior.Number("default_version")
	if planned.Bool("update_default_version") {
		standard = latest
	}
	return plugin.Object{"latest_version": latest, "default_version": standard}, nil
}

// Delete implements plugin.Remote.
func (launchTemplates) Delete(context.Context, plugin.Object) error { return nil }
