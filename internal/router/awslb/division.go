package awslb

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

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
	errTooMany   = errors.New("too many target groups")
	errInexact   = errors.New("the share is not a whole number of the weight that the two environments have together")
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

// division is what a forward action says of our two groups. The actions that
// it was read from are never changed.
type division struct {
	actions []types.Action
	// at is the index of the forward action.
	at int
	// tuples are all its groups with their weights, also in the old form.
	tuples []types.TargetGroupTuple
	groups groups
}

// divide finds the forward action, of which a list has one at most. Errors
// wrap errNoForward, or errNotOurs when neither of our groups is in it.
func divide(actions []types.Action, g groups) (division, error) {
	at := slices.IndexFunc(actions, func(a types.Action) bool { return a.Type == types.ActionTypeEnumForward })
	if at < 0 {
		return division{}, fmt.Errorf("%w: the action is %s", errNoForward, kinds(actions))
	}
	d := division{actions: actions, at: at, tuples: tuplesOf(actions[at]), groups: g}
	if !d.names(g.blue) && !d.names(g.green) {
		return d, fmt.Errorf("%w: it forwards to %s", errNotOurs, d.list())
	}
	return d, nil
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

// weights returns the percentages of our two groups. It fails with
// traffic.ErrNoWeight when both are at 0.
func (d division) weights() (traffic.Weights, error) {
	return traffic.Shares(uint64(d.weight(d.groups.blue)), uint64(d.weight(d.groups.green)))
}

// attached tells whether both of our groups are named.
func (d division) attached() bool { return d.names(d.groups.blue) && d.names(d.groups.green) }

// total is what our two weights make together. Beside other groups with any
// weight it stays, so that their share of traffic does; alone it is 100.
func (d division) total() int64 {
	for _, t := range d.tuples {
		if !d.mine(t) && weightOf(t) > 0 {
			return d.ours()
		}
	}
	return 100
}

// ours is the sum of our two weights as they are.
func (d division) ours() int64 {
	return int64(d.weight(d.groups.blue)) + int64(d.weight(d.groups.green))
}

// whole tells whether no share between 0 and 100 percent can be set.
func (d division) whole() bool { return d.weightStep() == 100 }

// weightStep is the least percentage whose multiples are whole numbers of what our
// two weights make together.
func (d division) weightStep() int {
	percent := int64(1)
	for d.total()*percent%100 != 0 {
		percent++
	}
	return int(percent)
}

func (d division) mine(t types.TargetGroupTuple) bool {
	arn := aws.ToString(t.TargetGroupArn)
	return arn == d.groups.blue || arn == d.groups.green
}

func (d division) names(arn string) bool { return d.index(arn) >= 0 }

func (d division) index(arn string) int {
	return slices.IndexFunc(d.tuples, func(t types.TargetGroupTuple) bool { return aws.ToString(t.TargetGroupArn) == arn })
}

func (d division) weight(arn string) int32 {
	if i := d.index(arn); i >= 0 {
		return weightOf(d.tuples[i])
	}
	return 0
}

// list names all groups: "arn, arn".
func (d division) list() string {
	if len(d.tuples) == 0 {
		return "nothing"
	}
	arns := make([]string, len(d.tuples))
	for i, t := range d.tuples {
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
