package aws

import (
	"context"
	"errors"
	"strconv"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// rules are aws_lb_listener_rule. Transforms stay in state.
type rules struct{ *account }

var ruleType = plugin.Type{
	Replace:  []string{"listener_arn", "region"},
	Computed: []string{"priority", "action.fixed_response.status_code"},
	Defaults: actionDefaults("action"),
	Ranges:   merge(actionRanges("action"), map[string][2]float64{"priority": {1, 50000}}),
}

// Create implements plugin.Remote.
func (r rules) Create(ctx context.Context, o plugin.Object) (plugin.Object, error) {
	client, err := r.client(o)
	if err != nil {
		return nil, err
	}
	priority := whole(o, "priority")
	if priority == nil {
		if priority, err = nextPriority(ctx, client, text(o, "listener_arn")); err != nil {
			return nil, err
		}
	}
	made, err := client.CreateRule(ctx, &elbv2.CreateRuleInput{
		ListenerArn: text(o, "listener_arn"), Priority: priority, Actions: actionsOf(o.Blocks("action")),
		Conditions: conditionsOf(o.Blocks("condition")), Tags: tagsOf(o),
	})
	if err != nil {
		return nil, err
	}
	return ruleObject(made.Rules[0], o), nil
}

// nextPriority is the one after the last rule's, as the provider takes it.
func nextPriority(ctx context.Context, client *elbv2.Client, listener *string) (*int32, error) {
	found, err := client.DescribeRules(ctx, &elbv2.DescribeRulesInput{ListenerArn: listener})
	if err != nil {
		return nil, err
	}
	var last int32
	for _, rule := range found.Rules {
		if priority, err := strconv.ParseInt(*rule.Priority, 10, 32); err == nil { // that of the default rule is no number
			last = max(last, int32(priority))
		}
	}
	last++
	return &last, nil
}

// Read implements plugin.Remote.
func (r rules) Read(ctx context.Context, state plugin.Object) (plugin.Object, error) {
	return r.read(ctx, state, func(client *elbv2.Client) (plugin.Object, error) {
		found, err := client.DescribeRules(ctx, &elbv2.DescribeRulesInput{RuleArns: []string{state.Text("id")}})
		if err != nil {
			return nil, err
		}
		return ruleObject(found.Rules[0], state), nil
	})
}

func ruleObject(rule types.Rule, state plugin.Object) plugin.Object {
	o := plugin.Object{
		"id": *rule.RuleArn, "arn": *rule.RuleArn, "listener_arn": listenerOf(*rule.RuleArn),
		"action":    actionObjects(rule.Actions, state.Blocks("action")),
		"condition": conditionObjects(rule.Conditions),
	}
	if priority, err := strconv.ParseInt(*rule.Priority, 10, 32); err == nil {
		o["priority"] = priority
	}
	return o
}

// Update implements plugin.Remote.
func (r rules) Update(ctx context.Context, prior, planned plugin.Object) (plugin.Object, error) {
	client, err := r.client(planned)
	if err != nil {
		return nil, err
	}
	if priority := whole(planned, "priority"); priority != nil && *priority != *whole(prior, "priority") {
		if _, err := client.SetRulePriorities(ctx, &elbv2.SetRulePrioritiesInput{
			RulePriorities: []types.RulePriorityPair{{RuleArn: text(planned, "id"), Priority: priority}},
		}); err != nil {
			return nil, err
		}
	}
	made, err := client.ModifyRule(ctx, &elbv2.ModifyRuleInput{
		RuleArn: text(planned, "id"), Actions: actionsOf(planned.Blocks("action")), Conditions: conditionsOf(planned.Blocks("condition")),
	})
	if err != nil {
		return nil, err
	}
	return ruleObject(made.Rules[0], planned), r.retag(ctx, prior, planned)
}

// Delete implements plugin.Remote.
func (r rules) Delete(ctx context.Context, state plugin.Object) error {
	client, err := r.client(state)
	if err != nil {
		return err
	}
	_, err = client.DeleteRule(ctx, &elbv2.DeleteRuleInput{RuleArn: text(state, "id")})
	var missing *types.RuleNotFoundException
	if errors.As(err, &missing) { // it went with its listener
		return nil
	}
	return err
}
