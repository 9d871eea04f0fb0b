package awslb

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/smithy-go"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The summaries of our errors.
const (
	summaryARN         = "Not the Right ARN"
	summaryEmpty       = "No Listener and No Rule"
	summaryGone        = "Listener or Rule Not Found"
	summaryGroupGone   = "Target Group Not Found"
	summaryNoForward   = "Nothing Is Forwarded"
	summaryNotOurs     = "Forwards to Neither Environment"
	summaryTooMany     = "Too Many Target Groups"
	summaryInexact     = "Share Cannot Be Set Exactly"
	summaryDefaultRule = "Default Rule Cannot Be Changed"
	summaryElsewhere   = "Target Group of Another Load Balancer"
	summaryVPC         = "Target Groups in Different VPCs"
	summaryProtocol    = "Target Group Has Another Protocol"
	summarySticky      = "Group Stickiness Is Off"
	summaryNewAction   = "Action Not Known"
	summaryWeightless  = "Load Balancer Takes No Weights"
)

// errDefaultRule reports a listener's default rule among the rules.
var errDefaultRule = errors.New("the default rule is changed through its listener")

// notFound makes an answer of the API that something does not exist wrap
// traffic.ErrNotFound. Other errors, and none, pass as they are.
func notFound(err error) error {
	var (
		listener *types.ListenerNotFoundException
		rule     *types.RuleNotFoundException
		group    *types.TargetGroupNotFoundException
		balancer *types.LoadBalancerNotFoundException
	)
	if errors.As(err, &listener) || errors.As(err, &rule) || errors.As(err, &group) || errors.As(err, &balancer) {
		return fmt.Errorf("%w: %w", traffic.ErrNotFound, err)
	}
	return err
}

// errSticky reports groups with sticky targets in an action without group
// stickiness: AWS takes one such group alone, and refuses to have another one
// attached.
var errSticky = errors.New("sticky targets need stickiness of target groups too")

// errWeightless reports a Network Load Balancer where AWS has not introduced
// weights for them.
var errWeightless = errors.New("no weights on this kind of load balancer")

// refusal makes an answer to a write wrap what it means, as notFound does.
func refusal(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) && strings.Contains(strings.ToLower(api.ErrorMessage()), "target group weight on load balancers of type") {
		return fmt.Errorf("%w: %w", errWeightless, err)
	}
	var invalid *types.InvalidConfigurationRequestException
	if errors.As(err, &invalid) && strings.Contains(strings.ToLower(invalid.ErrorMessage()), "stickiness") {
		return fmt.Errorf("%w: %w", errSticky, err)
	}
	return notFound(err)
}

// cures say for each reason why a listener or a rule cannot be used how it is
// called and what to do.
var cures = router.Cures{
	{Reason: errNoForward, Summary: summaryNoForward, Text: "give it a forward action to the target group of the active environment"},
	{
		Reason: errNotOurs, Summary: summaryNotOurs,
		Text: "make it forward to the target group of the active environment once, or correct target_group_arns",
	},
	{Reason: errTooMany, Summary: summaryTooMany, Text: "take target groups that are no longer needed out of its forward action"},
	{
		Reason: router.ErrInexact, Summary: summaryInexact,
		Text: "choose steps that are whole numbers of it, or make the weights of the two environments a multiple of 100 together",
	},
	{
		Reason: errSticky, Summary: summarySticky,
		Text: "turn stickiness on in its forward action, or off in the attributes of both target groups",
	},
	{Reason: errNewAction, Summary: summaryNewAction, Text: "use a newer version of the provider"},
	{
		Reason: errWeightless, Summary: summaryWeightless,
		Text: "in this region Network Load Balancers do not divide traffic yet; divide it by rules of an Application Load Balancer, or before it, by DNS",
	},
	{Reason: errDefaultRule, Summary: summaryDefaultRule, Text: "take it out of rule_arns"},
}

// wrap makes err, seen while doing, an error of the member: on its attribute,
// when what is there is at fault.
func (m *member) wrap(doing string, err error) error {
	var attribute *router.AttributeError
	if err == nil || errors.As(err, &attribute) {
		return err
	}
	seen := pkg.Errorf("%s %s %s: %w", doing, m.actions.noun(), m.name, err)
	if cured := cures.Apply(m.at, seen); errors.As(cured, &attribute) || !errors.Is(err, traffic.ErrNotFound) {
		return cured
	}
	for _, c := range traffic.Colors() {
		if n, ok := m.goneGroup(c, err); ok {
			return groupGone(c, n, seen)
		}
	}
	if isAnyGroupGone(err) {
		g := m.choice.groups()
		return m.here(summaryGroupGone, fmt.Errorf("%w: it must name target groups that exist; the two environments have %s and %s", seen, g.blue, g.green))
	}
	return m.here(summaryGone, fmt.Errorf("%w: create it, or correct the ARN", seen))
}

// goneGroup returns the group of a color of which err says that it does not
// exist.
func (m *member) goneGroup(c traffic.Color, err error) (named, bool) {
	for _, n := range m.choice.byColor[c] {
		if isGroupGone(err, n.ID.String()) {
			return n, true
		}
	}
	return named{}, false
}

// on is an error that the target group n of a color causes.
func on(c traffic.Color, n named, summary string, err error) error {
	return &router.AttributeError{In: router.BackendOf(c), Path: n.At, Summary: summary, Err: err}
}

func groupGone(c traffic.Color, n named, err error) error {
	return on(c, n, summaryGroupGone, fmt.Errorf("%w: create the target group %s, or correct the ARN", err, n.ID))
}

// isGroupGone tells whether the API says that it does not know the target
// group. Some of its messages name the one that is meant, others say "one or
// more".
func isGroupGone(err error, arn string) bool {
	var gone *types.TargetGroupNotFoundException
	return errors.As(err, &gone) && strings.Contains(gone.ErrorMessage(), arn)
}

func isAnyGroupGone(err error) bool {
	var gone *types.TargetGroupNotFoundException
	return errors.As(err, &gone)
}
