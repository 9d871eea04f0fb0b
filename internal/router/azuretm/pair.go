package azuretm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// named is an ID with the place where the user wrote it.
type named[ID any] struct {
	id ID
	at path.Path
}

// parseAll parses the IDs of one attribute, and tells all that are wrong.
func parseAll[ID any](in router.Place, attribute string, texts []string, parse func(string) (ID, error)) ([]named[ID], error) {
	var (
		all  []named[ID]
		errs []error
		seen = make(map[string]bool, len(texts))
	)
	for i, text := range texts {
		at := path.Root(attribute).AtListIndex(i)
		id, err := parse(text)
		switch {
		case err != nil:
			errs = append(errs, &router.AttributeError{In: in, Path: at, Summary: summaryID, Err: fmt.Errorf("azuretm: %w", err)})
		case seen[strings.ToLower(text)]:
			errs = append(errs, &router.AttributeError{
				In: in, Path: at, Summary: summaryTwice,
				Err: fmt.Errorf("azuretm: %s is named before: take it out here", text),
			})
		default:
			seen[strings.ToLower(text)] = true
			all = append(all, named[ID]{id, at})
		}
	}
	return all, errors.Join(errs...)
}

// ats are where the endpoints of each color stand.
type ats map[traffic.Color]path.Path

// pairing finds the two endpoints of a profile.
type pairing map[traffic.Color][]named[endpointID]

// newPairing parses the endpoints of both environments. Errors are
// *router.AttributeError.
func newPairing(blue, green backendBlock) (pairing, error) {
	b, blueErr := parseAll(router.InBlue, attrEndpoints, blue.EndpointIDs, parseEndpointID)
	g, greenErr := parseAll(router.InGreen, attrEndpoints, green.EndpointIDs, parseEndpointID)
	errs := []error{blueErr, greenErr}
	for _, one := range b {
		for _, other := range g {
			if strings.EqualFold(one.id.text, other.id.text) {
				errs = append(errs, &router.AttributeError{
					In: router.InGreen, Path: other.at, Summary: summarySameEndpoint,
					Err: fmt.Errorf("azuretm: %s is an endpoint of the blue environment too: each environment needs its own", other.id),
				})
			}
		}
	}
	return pairing{traffic.Blue: b, traffic.Green: g}, errors.Join(errs...)
}

// endpoint returns the one endpoint that a color has in a profile. Errors are
// *router.AttributeError.
func (p pairing) endpoint(profile profileID, c traffic.Color) (named[endpointID], error) {
	var found []named[endpointID]
	for _, e := range p[c] {
		if e.id.profile.key() == profile.key() {
			found = append(found, e)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return named[endpointID]{}, &router.AttributeError{
			In: router.BackendOf(c), Path: path.Root(attrEndpoints), Summary: summaryElsewhere,
			Err: fmt.Errorf("azuretm: no endpoint of the %s environment is in the profile %s: its endpoint_ids are %s; "+
				"add the one that it has in this profile", c, profile, p.list(c)),
		}
	default:
		return named[endpointID]{}, &router.AttributeError{
			In: router.BackendOf(c), Path: found[1].at, Summary: summaryTwoEndpoints,
			Err: fmt.Errorf("azuretm: %s and %s are both in the profile %s: an environment is one endpoint of a profile, so leave one of them",
				found[0].id, found[1].id, profile),
		}
	}
}

func (p pairing) list(c traffic.Color) string {
	texts := make([]string, len(p[c]))
	for i, e := range p[c] {
		texts[i] = e.id.text
	}
	return strings.Join(texts, ", ")
}
