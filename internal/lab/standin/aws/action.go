package aws

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// actionDefaults are those of an action's arguments, below the name of the
// block.
func actionDefaults(block string) map[string]any {
	return map[string]any{
		block + ".forward.target_group.weight": 1, block + ".forward.stickiness.enabled": false,
		block + ".redirect.host": "#{host}", block + ".redirect.path": "/#{path}", block + ".redirect.port": "#{port}",
		block + ".redirect.protocol": "#{protocol}", block + ".redirect.query": "#{query}",
	}
}

func actionRanges(block string) map[string][2]float64 {
	return map[string][2]float64{
		block + ".forward.target_group.weight": {0, 999}, block + ".forward.stickiness.duration": {1, 604800},
		block + ".order": {1, 50000},
	}
}

// actionsOf are actions as the API takes them.
func actionsOf(blocks []plugin.Object) []types.Action {
	var actions []types.Action
	for _, o := range blocks {
		action := types.Action{
			Type: types.ActionTypeEnum(o.Text("type")), Order: whole(o, "order"), TargetGroupArn: text(o, "target_group_arn"),
			ForwardConfig: forwardOf(o.Block("forward")),
		}
		if fixed := o.Block("fixed_response"); fixed != nil {
			action.FixedResponseConfig = &types.FixedResponseActionConfig{
				ContentType: text(fixed, "content_type"), MessageBody: text(fixed, "message_body"),
				StatusCode: aws.String(cmp.Or(fixed.Text("status_code"), "200")),
			}
		}
		if redirect := o.Block("redirect"); redirect != nil {
			action.RedirectConfig = &types.RedirectActionConfig{
				Host: text(redirect, "host"), Path: text(redirect, "path"), Port: text(redirect, "port"), Protocol: text(redirect, "protocol"),
				Query: text(redirect, "query"), StatusCode: types.RedirectActionStatusCodeEnum(redirect.Text("status_code")),
			}
		}
		actions = append(actions, action)
	}
	return actions
}

func forwardOf(o plugin.Object) *types.ForwardActionConfig {
	if o == nil {
		return nil
	}
	forward := &types.ForwardActionConfig{}
	for _, group := range o.Blocks("target_group") {
		forward.TargetGroups = append(forward.TargetGroups, types.TargetGroupTuple{
			TargetGroupArn: text(group, "arn"), Weight: whole(group, "weight"),
		})
	}
	if sticky := o.Block("stickiness"); sticky != nil {
		forward.TargetGroupStickinessConfig = &types.TargetGroupStickinessConfig{
			Enabled: truth(sticky, "enabled"), DurationSeconds: whole(sticky, "duration"),
		}
	}
	return forward
}

// actionObjects are actions as state has them. What the API spells out in two
// ways is kept in the one that state has, as by the provider. After an import,
// where the provider has both, it is forward. Logins stay as they are in state.
func actionObjects(actions []types.Action, state []plugin.Object) []plugin.Object {
	var blocks []plugin.Object
	for i, action := range actions {
		var before plugin.Object
		if i < len(state) && state[i].Text("type") == string(action.Type) {
			before = state[i]
		}
		blocks = append(blocks, actionObject(action, before))
	}
	return blocks
}

func actionObject(action types.Action, before plugin.Object) plugin.Object {
	o := plugin.Object{"type": string(action.Type)}
	for _, kept := range []string{"authenticate_cognito", "authenticate_oidc", "jwt_validation"} {
		if before.Has(kept) {
			o[kept] = before[kept]
		}
	}
	if before.Has("order") {
		put(o, "order", action.Order)
	}
	switch forward := action.ForwardConfig; {
	case before != nil && before.Block("forward") == nil:
		put(o, "target_group_arn", action.TargetGroupArn)
	case forward != nil:
		o["forward"] = []plugin.Object{forwardObject(forward, before.Block("forward"))}
	}
	if fixed := action.FixedResponseConfig; fixed != nil {
		response := plugin.Object{}
		put(response, "content_type", fixed.ContentType)
		put(response, "message_body", fixed.MessageBody)
		put(response, "status_code", fixed.StatusCode)
		o["fixed_response"] = []plugin.Object{response}
	}
	if redirect := action.RedirectConfig; redirect != nil {
		target := plugin.Object{"status_code": string(redirect.StatusCode)}
		put(target, "host", redirect.Host)
		put(target, "path", redirect.Path)
		put(target, "port", redirect.Port)
		put(target, "protocol", redirect.Protocol)
		put(target, "query", redirect.Query)
		o["redirect"] = []plugin.Object{target}
	}
	return o
}

// forwardObject leaves out a stickiness that is off and was not configured:
// the API always says something of it.
func forwardObject(forward *types.ForwardActionConfig, before plugin.Object) plugin.Object {
	var groups []plugin.Object
	for _, group := range forward.TargetGroups {
		tuple := plugin.Object{"arn": aws.ToString(group.TargetGroupArn)}
		put(tuple, "weight", group.Weight)
		groups = append(groups, tuple)
	}
	o := plugin.Object{"target_group": groups}
	sticky, was := forward.TargetGroupStickinessConfig, before.Block("stickiness")
	switch {
	case sticky == nil:
	case aws.ToBool(sticky.Enabled):
		block := plugin.Object{"enabled": true}
		put(block, "duration", sticky.DurationSeconds)
		o["stickiness"] = []plugin.Object{block}
	case was != nil:
		o["stickiness"] = []plugin.Object{{"enabled": false, "duration": was["duration"]}}
	}
	return o
}
