package gcplb

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The summaries of our errors.
const (
	summaryLink        = "Not the Right Name"
	summaryPlace       = "Not One Place in the URL Map"
	summaryServiceGone = "Backend Service Not Found"
	summaryNoBackends  = "Backend Service Has No Backends"
	summaryScheme      = "Different Load Balancing Schemes"
	summaryNoRule      = "Rule Not Found"
)

// notFound makes an answer of the API that something does not exist wrap
// traffic.ErrNotFound. Other errors pass as they are.
func notFound(err error) error {
	var api *gcpcloud.APIError
	if errors.As(err, &api) && api.Status == http.StatusNotFound {
		return fmt.Errorf("%w: %w", traffic.ErrNotFound, err)
	}
	return err
}

// cures are of all reasons why a place cannot be used. The first that fits is
// taken.
var cures = router.Cures{
	{Reason: errNoMatcher, Summary: "Path Matcher Not Found", Text: "correct path_matcher, or add the path matcher to the URL map", At: path.Root(attrMatcher)},
	{Reason: errNoRoute, Summary: summaryNoRule, Text: "correct route_rule, or add the rule to the path matcher", At: path.Root(attrRoute)},
	{Reason: errNoPath, Summary: summaryNoRule, Text: "correct path_rule, or add the rule to the path matcher", At: path.Root(attrPath)},
	{Reason: errRedirect, Summary: "Requests Are Redirected", Text: "name a path matcher or a rule that goes to a backend service, " +
		"leave a URL map that only redirects out of url_maps, or take the redirect out"},
	{Reason: errBucket, Summary: "A Backend Bucket Serves", Text: "name it in backend_buckets of the active environment, or name a path matcher or a rule that goes to a backend service"},
	{Reason: errTwoPairs, Summary: "Not One Pair of Backend Services", Text: "correct the route, or give both environments their backend_services in the same order"},
	{Reason: errTwice, Summary: "Backend Service Named Twice", Text: "give it one entry, with the sum of its weights"},
	{
		Reason: errNotOurs, Summary: "Traffic Goes to Neither Environment",
		Text: "make it go to the backend service of the active environment once, or correct backend_services",
	},
	{Reason: errInexact, Summary: "Share Cannot Be Set Exactly", Text: "make the weights of the two environments 100 together, or leave the steps out"},
	{Reason: errWhole, Summary: "No Partial Weights", Text: "leave the steps out, or migrate to the load balancing scheme EXTERNAL_MANAGED"},
	{Reason: errInvalid, Summary: "URL Map Would Not Be Valid", Text: "correct the URL map or its tests, which must hold with either environment"},
	{Reason: traffic.ErrNotFound, Summary: "URL Map Not Found", Text: "create it, or correct its name"},
}

// wrap makes err, seen while doing, an error of the member: on its attribute,
// when what is there is at fault.
func (m *member) wrap(doing string, err error) error {
	var at *router.AttributeError
	if err == nil || errors.As(err, &at) {
		return err
	}
	return m.onMatchers(cures.Apply(m.at, pkg.Errorf("%s %s: %w", doing, m.name, err)))
}

// onMatchers puts what is wrong with path_matcher where the switch has it.
func (m *member) onMatchers(err error) error {
	var at *router.AttributeError
	if errors.As(err, &at) && at.Path.Equal(path.Root(attrMatcher)) && m.listed {
		at.Path = path.Root(attrMatchers)
	}
	return err
}

// here is an error that the URL map's own attribute causes.
func (m *member) here(summary string, err error) error {
	return &router.AttributeError{In: router.InRouter, Path: m.at, Summary: summary, Err: err}
}

// backendError is an error seen at the backend service of a color.
func (m *member) backendError(l link, c traffic.Color, err error) error {
	seen := pkg.Errorf("backend service %s: %w", l, err)
	on := &router.AttributeError{In: router.BackendOf(c), Path: m.backendAt(l, c)}
	switch {
	case errors.Is(err, errNoBackends):
		on.Summary, on.Err = summaryNoBackends, fmt.Errorf("%w: add an instance group or a network endpoint group to it", seen)
	case errors.Is(err, traffic.ErrNotFound):
		on.Summary, on.Err = summaryServiceGone, fmt.Errorf("%w: create it, or correct its name", seen)
	default:
		return seen
	}
	return on
}

// backendAt is where an environment names a backend.
func (m *member) backendAt(l link, c traffic.Color) path.Path {
	for _, p := range m.pairs {
		if side(p, c) == l {
			return p.Of(c).At
		}
	}
	return path.Empty()
}
