package awslb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// words are what messages call the backends of an environment.
var words = router.Words{Attribute: attrGroups, Noun: "Target Group", Place: "Region", Wrong: summaryARN}

type (
	named = router.Named[resource]
	pair  = router.Pair[resource]
)

// choice is between which target groups a listener or a rule divides traffic:
// the only ones that its region has, or else those that its action tells. It
// is safe for use by several goroutines.
type choice struct {
	backends router.Backends[resource]
	search   router.Search[resource]
	byColor  map[traffic.Color][]named
	made     atomic.Pointer[pair]
}

// newChoice looks for the target groups of r, a listener or a rule, in its
// region; among several, for those of its account. Errors are
// *router.AttributeError.
func newChoice(r resource, backends router.Backends[resource]) (*choice, error) {
	c := &choice{backends: backends, byColor: make(map[traffic.Color][]named, 2), search: router.Search[resource]{
		For: r, Where: r.Region,
		Fits:   func(g resource) bool { return g.Partition == r.Partition && g.Region == r.Region },
		Prefer: func(g resource) bool { return g.AccountID == r.AccountID },
	}}
	var errs []error
	for _, color := range traffic.Colors() {
		all, err := backends.Candidates(color, c.search)
		c.byColor[color] = all
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	blue, green := c.byColor[traffic.Blue], c.byColor[traffic.Green]
	if len(blue) == 1 && len(green) == 1 {
		c.made.Store(&pair{Blue: blue[0], Green: green[0]})
	}
	return c, nil
}

// text names all groups that may be meant.
func (c *choice) text() string {
	var text strings.Builder
	for _, color := range traffic.Colors() {
		for _, n := range c.byColor[color] {
			text.WriteString(color.String() + " " + n.ID.Key() + "\n")
		}
	}
	return text.String()
}

// pair returns the two groups, and false while the actions have not told.
func (c *choice) pair() (pair, bool) {
	if p := c.made.Load(); p != nil {
		return *p, true
	}
	return pair{}, false
}

// groups are the ARNs of the pair, and none while there is no pair.
func (c *choice) groups() groups {
	p, ok := c.pair()
	if !ok {
		return groups{}
	}
	return groups{blue: p.Blue.ID.String(), green: p.Green.ID.String()}
}

// decide makes the choice by a list of actions: the groups that it forwards to
// are meant. Where it has only one color yet, the other color's group is the one
// that is alike, as a group for gRPC is not like one for HTTP. Errors wrap
// errNoForward or errNotOurs, or are *router.AttributeError.
func (c *choice) decide(ctx context.Context, list []types.Action, from *region) error {
	if _, ok := c.pair(); ok {
		return nil
	}
	tuples, err := forwarded(list)
	if err != nil {
		return err
	}
	blue, blueErr := c.told(traffic.Blue, tuples)
	green, greenErr := c.told(traffic.Green, tuples)
	if err := errors.Join(blueErr, greenErr); err != nil {
		return err
	}
	switch {
	case blue == nil && green == nil:
		return fmt.Errorf("%w: it forwards to %s", errNotOurs, arnsOfTuples(tuples))
	case blue == nil:
		blue, err = c.partner(ctx, traffic.Blue, *green, from)
	case green == nil:
		green, err = c.partner(ctx, traffic.Green, *blue, from)
	}
	if err == nil {
		c.made.Store(&pair{Blue: *blue, Green: *green})
	}
	return err
}

// told returns the group of a color that an action forwards to, nil when there
// is none.
func (c *choice) told(color traffic.Color, tuples []types.TargetGroupTuple) (*named, error) {
	var found []named
	for _, n := range c.byColor[color] {
		for _, t := range tuples {
			if aws.ToString(t.TargetGroupArn) == n.ID.String() {
				found = append(found, n)
			}
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return &found[0], nil
	default:
		return nil, c.backends.Ambiguous(color, c.search, found, "its action forwards to each of them; take all but one out of the action")
	}
}

// partner returns the group of a color that is like one of the other color.
func (c *choice) partner(ctx context.Context, color traffic.Color, other named, from *region) (*named, error) {
	all := c.byColor[color]
	if len(all) == 1 {
		return &all[0], nil
	}
	arns := []string{other.ID.String()}
	for _, n := range all {
		arns = append(arns, n.ID.String())
	}
	groups, err := from.named(ctx, arns...)
	if err != nil {
		return nil, err
	}
	var alike []named
	for _, n := range all {
		if isAlike(groups[n.ID.String()], groups[other.ID.String()]) {
			alike = append(alike, n)
		}
	}
	if len(alike) == 1 {
		return &alike[0], nil
	}
	if len(alike) == 0 {
		alike = all
	}
	return nil, c.backends.Ambiguous(color, c.search, alike, fmt.Sprintf("its action forwards to %s, and not exactly one of them has the "+
		"protocol, version, port and target type of that; add the one that is meant to the action with weight 0, or make an environment and a switch for each", other.ID))
}

// isAlike tells whether two groups take the same kind of traffic.
func isAlike(a, b types.TargetGroup) bool {
	return a.Protocol == b.Protocol && aws.ToString(a.ProtocolVersion) == aws.ToString(b.ProtocolVersion) &&
		aws.ToInt32(a.Port) == aws.ToInt32(b.Port) && a.TargetType == b.TargetType
}
