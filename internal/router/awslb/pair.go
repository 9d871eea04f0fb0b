package awslb

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// named is an ARN with the place where the user wrote it.
type named struct {
	resource
	at path.Path
}

// parseAll parses the ARNs of one attribute, and tells all that are wrong.
func parseAll(in router.Place, attribute, kind string, texts []string) ([]named, error) {
	var (
		all  []named
		errs []error
		seen = make(map[string]bool, len(texts))
	)
	for i, text := range texts {
		at := path.Root(attribute).AtListIndex(i)
		r, err := parse(text, kind)
		switch {
		case err != nil:
			errs = append(errs, &router.AttributeError{In: in, Path: at, Summary: summaryARN, Err: err})
		case seen[text]:
			errs = append(errs, &router.AttributeError{
				In: in, Path: at, Summary: summaryTwice,
				Err: fmt.Errorf("awslb: %s is named before: take it out here", text),
			})
		default:
			seen[text] = true
			all = append(all, named{r, at})
		}
	}
	return all, errors.Join(errs...)
}

// pairing finds the target groups of a listener or a rule.
type pairing map[traffic.Color][]named

// newPairing parses the target groups of both environments. Errors are
// *router.AttributeError.
func newPairing(blue, green backendBlock) (pairing, error) {
	b, blueErr := parseAll(router.InBlue, attrGroups, kindTargetGroup, blue.TargetGroupARNs)
	g, greenErr := parseAll(router.InGreen, attrGroups, kindTargetGroup, green.TargetGroupARNs)
	errs := []error{blueErr, greenErr}
	for _, one := range b {
		for _, other := range g {
			if one.String() == other.String() {
				errs = append(errs, &router.AttributeError{
					In: router.InGreen, Path: other.at, Summary: summarySameGroup,
					Err: fmt.Errorf("awslb: %s is a target group of the blue environment too: each environment needs its own", other),
				})
			}
		}
	}
	return pairing{traffic.Blue: b, traffic.Green: g}, errors.Join(errs...)
}

// of returns the two groups for a listener or a rule, and where they stand.
func (p pairing) of(n named) (groups, paths, error) {
	blue, blueErr := p.one(n, traffic.Blue)
	green, greenErr := p.one(n, traffic.Green)
	if err := errors.Join(blueErr, greenErr); err != nil {
		return groups{}, nil, err
	}
	return groups{blue: blue.String(), green: green.String()},
		paths{traffic.Blue: blue.at, traffic.Green: green.at}, nil
}

// one returns the group of a color in the listener's region; among several,
// that of its account.
func (p pairing) one(n named, c traffic.Color) (named, error) {
	candidates := filter(p[c], func(g named) bool { return g.Partition == n.Partition && g.Region == n.Region })
	if len(candidates) > 1 {
		if same := filter(candidates, func(g named) bool { return g.AccountID == n.AccountID }); len(same) > 0 {
			candidates = same
		}
	}
	switch len(candidates) {
	case 1:
		return candidates[0], nil
	case 0:
		return named{}, &router.AttributeError{
			In: router.BackendOf(c), Path: path.Root(attrGroups), Summary: summaryNoGroup,
			Err: fmt.Errorf("awslb: the %s environment has no target group in %s, where %s is: add one", c, n.Region, n),
		}
	default:
		return named{}, &router.AttributeError{
			In: router.BackendOf(c), Path: candidates[1].at, Summary: summaryTwoGroups,
			Err: fmt.Errorf("awslb: the %s environment has two target groups in %s, %s and %s, and it cannot be told which is meant for %s: "+
				"keep one, or make an environment and a switch for each", c, n.Region, candidates[0], candidates[1], n),
		}
	}
}

func filter(all []named, keep func(named) bool) []named {
	var kept []named
	for _, n := range all {
		if keep(n) {
			kept = append(kept, n)
		}
	}
	return kept
}
