package awslb

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// maxGroups is how many target groups an action may name:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
const maxGroups = 5

// maxWeight is the largest weight of a group in an action.
const maxWeight = 999

// Why a list of actions cannot divide traffic between blue and green.
var (
	errNoForward = errors.New("no forward action")
	errNotOurs   = errors.New("forwards to neither environment")
	// An action is written whole, and what is not known of it would be lost.
	errNewAction = errors.New("an action is of a type that this version does not know, and cannot write back")
	errTooMany   = errors.New("too many target groups")
)

// groups are the ARNs of the two environments' target groups.
type groups struct{ blue, green string }

// of returns the group of a color.
func (g groups) of(c traffic.Color) string {
	if c == traffic.Blue {
		return g.blue
	}
	return g.green
}

// split is what a forward action says of our two groups. The actions that
// it was read from are never changed.
type split struct {
	actions []types.Action
	// at is the index of the forward action.
	at int
	// tuples are all its groups with their weights, also in the old form.
	tuples []types.TargetGroupTuple
	groups groups
}

// splitOf finds the forward action, of which a list has one at most. Errors
// wrap errNoForward, or errNotOurs when neither of our groups is in it.
func splitOf(list []types.Action, g groups) (split, error) {
	tuples, err := forwarded(list)
	if err != nil {
		return split{}, err
	}
	for _, a := range list {
		if !slices.Contains(a.Type.Values(), a.Type) {
			return split{}, fmt.Errorf("%w: %q", errNewAction, a.Type)
		}
	}
	s := split{actions: list, at: slices.IndexFunc(list, isForward), tuples: tuples, groups: g}
	if !s.names(g.blue) && !s.names(g.green) {
		return s, fmt.Errorf("%w: it forwards to %s", errNotOurs, arnsOfTuples(tuples))
	}
	return s, nil
}

func isForward(a types.Action) bool { return a.Type == types.ActionTypeEnumForward }

// forwarded returns the groups of the forward action with their weights. The
// error wraps errNoForward.
func forwarded(list []types.Action) ([]types.TargetGroupTuple, error) {
	at := slices.IndexFunc(list, isForward)
	if at < 0 {
		return nil, fmt.Errorf("%w: the action is %s", errNoForward, kinds(list))
	}
	return tuplesOf(list[at]), nil
}

// tuplesOf returns an action's groups. A group that is alone in
// TargetGroupArn, the form from before there were weights, gets everything.
func tuplesOf(a types.Action) []types.TargetGroupTuple {
	if a.ForwardConfig != nil && len(a.ForwardConfig.TargetGroups) > 0 {
		return slices.Clone(a.ForwardConfig.TargetGroups)
	}
	if a.TargetGroupArn == nil {
		return nil
	}
	return []types.TargetGroupTuple{{TargetGroupArn: a.TargetGroupArn, Weight: aws.Int32(1)}}
}

// attached tells whether both of our groups are named.
func (s split) attached() bool { return s.names(s.groups.blue) && s.names(s.groups.green) }

// shares are the weights of our two groups, and of the others that have any.
func (s split) shares() router.Shares {
	shares := router.Shares{Blue: int64(s.weight(s.groups.blue)), Green: int64(s.weight(s.groups.green)), Most: maxWeight}
	for _, t := range s.tuples {
		if !s.mine(t) && weightOf(t) > 0 {
			shares.Others = append(shares.Others, router.Share{Name: aws.ToString(t.TargetGroupArn), Weight: int64(weightOf(t))})
		}
	}
	return shares
}

func (s split) mine(t types.TargetGroupTuple) bool {
	arn := aws.ToString(t.TargetGroupArn)
	return arn == s.groups.blue || arn == s.groups.green
}

func (s split) names(arn string) bool { return s.index(arn) >= 0 }

func (s split) index(arn string) int {
	return slices.IndexFunc(s.tuples, func(t types.TargetGroupTuple) bool { return aws.ToString(t.TargetGroupArn) == arn })
}

func (s split) weight(arn string) int32 {
	if i := s.index(arn); i >= 0 {
		return weightOf(s.tuples[i])
	}
	return 0
}

// arnsOfTuples names groups: "arn, arn".
func arnsOfTuples(tuples []types.TargetGroupTuple) string {
	if len(tuples) == 0 {
		return "nothing"
	}
	arns := make([]string, len(tuples))
	for i, t := range tuples {
		arns[i] = aws.ToString(t.TargetGroupArn)
	}
	return strings.Join(arns, ", ")
}

// weightOf is a tuple's weight, 0 to 999. One that is left out is 1, as for a
// group that was given without weight.
func weightOf(t types.TargetGroupTuple) int32 {
	if t.Weight == nil {
		return 1
	}
	return max(*t.Weight, 0)
}

// kinds names the kinds of actions: "authenticate-oidc, redirect".
func kinds(actions []types.Action) string {
	if len(actions) == 0 {
		return "none"
	}
	names := make([]string, len(actions))
	for i, a := range actions {
		names[i] = string(a.Type)
	}
	return strings.Join(names, ", ")
}
