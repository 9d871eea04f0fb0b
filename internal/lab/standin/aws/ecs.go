package aws

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// services are aws_ecs_service: what is in state, and the targets of its target
// groups. A service's apply always returns when it is steady, as the provider's
// does with wait_for_steady_state.
type services struct{ *account }

var serviceType = plugin.Type{
	Replace: []string{
		"cluster", "deployment_controller.type", "iam_role", "launch_type", "name", "region", "scheduling_strategy",
	},
	Computed: []string{
		"availability_zone_rebalancing", "cluster", "iam_role", "launch_type", "platform_version", "triggers",
	},
	Defaults: map[string]any{
		"deployment_controller.type": "ECS", "deployment_maximum_percent": 200, "deployment_minimum_healthy_percent": 100,
		"enable_ecs_managed_tags": false, "enable_execute_command": false, "scheduling_strategy": "REPLICA",
		"wait_for_steady_state": false,
	},
}

// Create implements plugin.Remote. A service that did not become steady is
// there all the same.
func (s services) Create(ctx context.Context, o plugin.Object) (plugin.Object, error) {
	if err := s.check(ctx, o); err != nil {
		return nil, err
	}
	cluster := cmp.Or(o.Text("cluster"), "default")
	cluster = cluster[strings.LastIndex(cluster, "/")+1:]
	arn := fmt.Sprintf("arn:aws:ecs:%s:%s:service/%s/%s", s.regionOf(o), number, cluster, o.Text("name"))
	return plugin.Object{"id": arn, "arn": arn, "cluster": o.Text("cluster"), "launch_type": "EC2"}, s.roll(ctx, o, "create")
}

// check refuses what the service does: a group that no load balancer uses. The
// words are the service's.
func (s services) check(ctx context.Context, o plugin.Object) error {
	for _, block := range o.Blocks("load_balancer") {
		client, err := s.client(o)
		if err != nil {
			return err
		}
		group := block.Text("target_group_arn")
		used, err := isUsed(ctx, client, group)
		if err != nil {
			return err
		}
		if !used {
			return fmt.Errorf("aws: InvalidParameterException: The target group with targetGroupArn %s does not have an "+
				"associated load balancer", group)
		}
	}
	return nil
}

func (s services) roll(ctx context.Context, o plugin.Object, action string) error {
	if len(o.Blocks("load_balancer")) == 0 {
		return nil
	}
	client, err := s.client(o)
	if err != nil {
		return err
	}
	timeout, err := releaseTimeout(o, action)
	if err != nil {
		return err
	}
	targets, err := servers(o.Text("name"), orNumber(o, "desired_count"))
	if err != nil {
		return err
	}
	for _, block := range o.Blocks("load_balancer") {
		if err := release(ctx, client, block.Text("target_group_arn"), targets, timeout); err != nil {
			return err
		}
	}
	return nil
}

// Read implements plugin.Remote.
func (services) Read(context.Context, plugin.Object) (plugin.Object, error) {
	return plugin.Object{}, nil
}

// Update implements plugin.Remote. A service that did not become steady has its
// new task definition all the same, in state too: the next plan has no change. One
// whose circuit breaker rolls back is steady with what it had before, and the apply
// is done.
func (s services) Update(ctx context.Context, prior, planned plugin.Object) (plugin.Object, error) {
	if err := s.check(ctx, planned); err != nil {
		return nil, err
	}
	err := s.roll(ctx, planned, "update")
	if breaker := planned.Block("deployment_circuit_breaker"); errors.Is(err, errUnfit) && breaker.Bool("enable") && breaker.Bool("rollback") {
		return nil, plugin.OtherwiseError{State: plugin.Object{"task_definition": prior.Text("task_definition")}}
	}
	return plugin.Object{}, err
}

// Delete implements plugin.Remote.
func (s services) Delete(ctx context.Context, state plugin.Object) error {
	for _, block := range state.Blocks("load_balancer") {
		client, err := s.client(state)
		if err != nil {
			return err
		}
		if err := withdraw(ctx, client, block.Text("target_group_arn")); err != nil {
			return err
		}
	}
	return nil
}

// taskDefinitions are aws_ecs_task_definition: what is in state, and a revision
// that grows with each one of a family that is made.
type taskDefinitions struct{ *account }

var taskDefinitionType = plugin.Type{
	ReplaceAll: true, Keep: []string{"id", "skip_destroy", "tags", "tags_all", "track_latest"},
	Defaults: map[string]any{"skip_destroy": false, "track_latest": false, "enable_fault_injection": false},
}

// revisions guards revisions.json.
var revisions sync.Mutex

// Create implements plugin.Remote.
func (t taskDefinitions) Create(_ context.Context, o plugin.Object) (plugin.Object, error) {
	family := o.Text("family")
	revision, err := nextRevision(family)
	if err != nil {
		return nil, err
	}
	arn := fmt.Sprintf("arn:aws:ecs:%s:%s:task-definition/%s", t.regionOf(o), number, family)
	return plugin.Object{
		"id": family, "arn": fmt.Sprintf("%s:%d", arn, revision), "arn_without_revision": arn, "revision": revision,
	}, nil
}

func nextRevision(family string) (int, error) {
	revisions.Lock()
	defer revisions.Unlock()
	path, err := plugin.File("revisions.json")
	if err != nil {
		return 0, err
	}
	all := map[string]int{}
	file, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return 0, fmt.Errorf("aws: %w", err)
	default:
		if err := json.Unmarshal(file, &all); err != nil {
			return 0, fmt.Errorf("aws: %s: %w", path, err)
		}
	}
	all[family]++
	if file, err = json.Marshal(all); err != nil {
		return 0, fmt.Errorf("aws: %w", err)
	}
	return all[family], os.WriteFile(path, file, 0o600)
}

// Read implements plugin.Remote.
func (taskDefinitions) Read(context.Context, plugin.Object) (plugin.Object, error) {
	return plugin.Object{}, nil
}

// Update implements plugin.Remote.
func (taskDefinitions) Update(context.Context, plugin.Object, plugin.Object) (plugin.Object, error) {
	return nil, nil
}

// Delete implements plugin.Remote.
func (taskDefinitions) Delete(context.Context, plugin.Object) error { return nil }
