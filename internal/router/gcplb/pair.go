package gcplb

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// named is a resource with the place where the user wrote it.
type named struct {
	link
	at path.Path
}

// parseAll parses the names of one attribute, and tells all that are wrong.
func parseAll(in router.Place, attribute, collection, project string, texts []string) ([]named, error) {
	var (
		all  []named
		errs []error
		seen = make(map[link]bool, len(texts))
	)
	if len(texts) == 0 {
		errs = append(errs, &router.AttributeError{
			In: in, Path: path.Root(attribute), Summary: summaryEmpty,
			Err: fmt.Errorf("gcplb: %s is empty: name at least one", attribute),
		})
	}
	for i, text := range texts {
		at := path.Root(attribute).AtListIndex(i)
		l, err := parseLink(text, collection, project)
		switch {
		case err != nil:
			errs = append(errs, &router.AttributeError{In: in, Path: at, Summary: summaryLink, Err: err})
		case seen[l]:
			errs = append(errs, &router.AttributeError{
				In: in, Path: at, Summary: summaryTwice,
				Err: fmt.Errorf("gcplb: %s is named before: take it out here", l),
			})
		default:
			seen[l] = true
			all = append(all, named{l, at})
		}
	}
	return all, errors.Join(errs...)
}

// pairing finds the backend services of a URL map.
type pairing map[traffic.Color][]named

// newPairing parses the backend services of both environments. Errors are
// *router.AttributeError.
func newPairing(project string, blue, green backendBlock) (pairing, error) {
	b, blueErr := parseAll(router.InBlue, attrServices, backendServices, project, blue.BackendServices)
	g, greenErr := parseAll(router.InGreen, attrServices, backendServices, project, green.BackendServices)
	errs := []error{blueErr, greenErr}
	for _, one := range b {
		for _, other := range g {
			if one.link == other.link {
				errs = append(errs, &router.AttributeError{
					In: router.InGreen, Path: other.at, Summary: summarySameService,
					Err: fmt.Errorf("gcplb: %s is a backend service of the blue environment too: each environment needs its own", other.link),
				})
			}
		}
	}
	return pairing{traffic.Blue: b, traffic.Green: g}, errors.Join(errs...)
}

// of returns the two services for a URL map, and where they stand.
func (p pairing) of(n named) (pair, map[traffic.Color]path.Path, error) {
	blue, blueErr := p.one(n, traffic.Blue)
	green, greenErr := p.one(n, traffic.Green)
	if err := errors.Join(blueErr, greenErr); err != nil {
		return pair{}, nil, err
	}
	return pair{blue: blue.link, green: green.link},
		map[traffic.Color]path.Path{traffic.Blue: blue.at, traffic.Green: green.at}, nil
}

// one returns the service of a color in the URL map's scope; among several,
// that of its project.
func (p pairing) one(n named, c traffic.Color) (named, error) {
	candidates := filter(p[c], func(s named) bool { return s.region == n.region })
	if len(candidates) > 1 {
		if same := filter(candidates, func(s named) bool { return s.project == n.project }); len(same) > 0 {
			candidates = same
		}
	}
	switch len(candidates) {
	case 1:
		return candidates[0], nil
	case 0:
		return named{}, &router.AttributeError{
			In: router.BackendOf(c), Path: path.Root(attrServices), Summary: summaryNoService,
			Err: fmt.Errorf("gcplb: the %s environment has no backend service that is %s, as %s is: add one", c, n.place(), n.link),
		}
	default:
		return named{}, &router.AttributeError{
			In: router.BackendOf(c), Path: candidates[1].at, Summary: summaryTwoServices,
			Err: fmt.Errorf("gcplb: the %s environment has two backend services that are %s, %s and %s, and it cannot be told which is meant for %s: "+
				"keep one, or make an environment and a switch for each", c, n.place(), candidates[0].link, candidates[1].link, n.link),
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
