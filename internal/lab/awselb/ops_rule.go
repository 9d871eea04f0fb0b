package awselb

import (
	"slices"
	"strconv"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

const maxPriority = 50000

func ruleNotFound() *APIError { return apiErrorf("RuleNotFound", "One or more rules not found") }

func (o *operation) createRule(in *wire.CreateRuleInput) (any, error) {
	lis := o.listeners.get(in.ListenerArn)
	if lis == nil {
		return nil, listenerNotFound()
	}
	if err := o.checkNewRule(lis, in.Priority); err != nil {
		return nil, err
	}
	conditions, err := checkConditions(in.Conditions)
	if err != nil {
		return nil, err
	}
	actions, err := o.accept(lis, nil, in.Actions, nil)
	if err != nil {
		return nil, err
	}
	r := &rule{listener: lis, priority: *in.Priority}
	arn := strings.Replace(lis.data.ListenerArn, ":listener/", ":listener-rule/", 1) + "/" + newID()
	r.data = wire.Rule{RuleArn: arn, Conditions: conditions, Transforms: in.Transforms}
	lis.rules = append(lis.rules, r)
	sortRules(lis)
	o.rules.add(arn, r)
	o.tags[arn] = in.Tags
	o.setActions(r, actions)
	return wire.RulesOutput{Rules: []wire.Rule{shownRule(r)}}, nil
}

func (o *operation) checkNewRule(lis *listener, priority *int32) error {
	if lis.balancer.network() {
		return apiErrorf("UnsupportedProtocol", "Rules are not supported for listeners of a Network Load Balancer")
	}
	if err := checkPriority(lis, priority, nil); err != nil {
		return err
	}
	count := 0
	for _, other := range lis.balancer.listeners {
		count += len(other.rules)
	}
	if count >= o.lab.opts.Limits.RulesPerBalancer {
		return apiErrorf("TooManyRules", "The maximum number of rules for this load balancer has been reached")
	}
	return nil
}

func checkPriority(lis *listener, priority *int32, moving []*rule) error {
	if priority == nil || *priority < 1 || *priority > maxPriority {
		return invalidf("Priority must be between 1 and %d", maxPriority)
	}
	for _, other := range lis.rules {
		if other.priority == *priority && !slices.Contains(moving, other) {
			return apiErrorf("PriorityInUse", "Priority '%d' is currently in use", *priority)
		}
	}
	return nil
}

func sortRules(lis *listener) {
	slices.SortFunc(lis.rules, func(a, b *rule) int { return int(a.priority - b.priority) })
}

func (o *operation) setActions(r *rule, actions []wire.Action) {
	old := r.data.Actions
	r.data.Actions = actions
	o.relink()
	o.note(o.call, r.data.RuleArn, old, actions)
	o.publish(r.listener)
}

func (o *operation) describeRules(in *wire.DescribeRulesInput) (any, error) {
	found, err := o.findRules(in)
	if err != nil {
		return nil, err
	}
	part, next, err := page(found, in.Marker, in.PageSize, o.lab.opts.PageSize)
	if err != nil {
		return nil, err
	}
	return wire.RulesOutput{Rules: part, NextMarker: next}, nil
}

func (o *operation) findRules(in *wire.DescribeRulesInput) ([]wire.Rule, error) {
	switch {
	case len(in.RuleArns) > 0:
		return o.rulesByARN(in.RuleArns)
	case in.ListenerArn != "":
		lis := o.listeners.get(in.ListenerArn)
		if lis == nil {
			return nil, listenerNotFound()
		}
		var found []wire.Rule
		for _, r := range lis.rules {
			found = append(found, shownRule(r))
		}
		return append(found, shownDefault(lis)), nil
	default:
		return nil, invalidf("Either rule ARNs or a listener ARN must be specified")
	}
}

func (o *operation) rulesByARN(arns []string) ([]wire.Rule, error) {
	found := make([]wire.Rule, 0, len(arns))
	for _, arn := range arns {
		if r := o.rules.get(arn); r != nil {
			found = append(found, shownRule(r))
		} else if lis := o.ownerOfDefault(arn); lis != nil {
			found = append(found, shownDefault(lis))
		} else {
			return nil, ruleNotFound()
		}
	}
	return found, nil
}

func (o *operation) ownerOfDefault(arn string) *listener {
	for _, lis := range o.listeners.all() {
		if lis.defaultRule == arn {
			return lis
		}
	}
	return nil
}

func shownRule(r *rule) wire.Rule {
	data := r.data
	data.Actions = shown(data.Actions)
	data.Priority = strconv.Itoa(int(r.priority))
	return data
}

func shownDefault(lis *listener) wire.Rule {
	return wire.Rule{
		RuleArn: lis.defaultRule, IsDefault: true, Priority: "default",
		Actions: shown(lis.data.DefaultActions), Conditions: []wire.Condition{},
	}
}

func (o *operation) modifyRule(in *wire.ModifyRuleInput) (any, error) {
	r := o.rules.get(in.RuleArn)
	if r == nil {
		return nil, o.notModifiable(in.RuleArn)
	}
	conditions, actions := r.data.Conditions, r.data.Actions
	var err error
	if in.Conditions != nil {
		if conditions, err = checkConditions(in.Conditions); err != nil {
			return nil, err
		}
	}
	if in.Actions != nil {
		if actions, err = o.accept(r.listener, r.data.Actions, in.Actions, &in.RuleArn); err != nil {
			return nil, err
		}
	}
	r.data.Conditions = conditions
	if in.Transforms != nil || (in.ResetTransforms != nil && *in.ResetTransforms) {
		r.data.Transforms = in.Transforms
	}
	o.setActions(r, actions)
	return wire.RulesOutput{Rules: []wire.Rule{shownRule(r)}}, nil
}

// notModifiable says why a rule that is not an ordinary one cannot be changed.
func (o *operation) notModifiable(arn string) error {
	if o.ownerOfDefault(arn) != nil {
		return apiErrorf("OperationNotPermitted", "Default rule '%s' cannot be modified", arn)
	}
	return ruleNotFound()
}

func (o *operation) deleteRule(in *wire.RuleArn) (any, error) {
	r := o.rules.get(in.RuleArn)
	if r == nil {
		return nil, o.notModifiable(in.RuleArn)
	}
	o.dropRule(r)
	return nil, nil //nolint:nilnil // an empty result
}

func (o *operation) dropRule(r *rule) {
	o.rules.remove(r.data.RuleArn)
	delete(o.tags, r.data.RuleArn)
	r.listener.rules = slices.DeleteFunc(r.listener.rules, func(x *rule) bool { return x == r })
	o.relink()
	o.note(o.call, r.data.RuleArn, r.data.Actions, nil)
	o.publish(r.listener)
}

func (o *operation) setRulePriorities(in *wire.SetRulePrioritiesInput) (any, error) {
	var moving []*rule
	for _, p := range in.RulePriorities {
		r := o.rules.get(p.RuleArn)
		if r == nil {
			return nil, o.notModifiable(p.RuleArn)
		}
		moving = append(moving, r)
	}
	for i, p := range in.RulePriorities {
		if err := checkPriority(moving[i].listener, p.Priority, moving); err != nil {
			return nil, err
		}
	}
	out := wire.RulesOutput{Rules: []wire.Rule{}}
	for i, p := range in.RulePriorities {
		moving[i].priority = *p.Priority
		sortRules(moving[i].listener)
		out.Rules = append(out.Rules, shownRule(moving[i]))
		o.publish(moving[i].listener)
	}
	return out, nil
}
