package gcplb

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/gcpcloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The summaries of our errors.
const (
	summaryLink        = "Not the Right Name"
	summaryEmpty       = "No URL Map"
	summaryTwice       = "Named Twice"
	summarySameService = "Same Backend Service in Both Environments"
	summaryNoService   = "No Backend Service in the Scope"
	summaryTwoServices = "Two Backend Services in One Scope"
	summaryPlace       = "Not One Place in the URL Map"
	summaryGone        = "URL Map Not Found"
	summaryServiceGone = "Backend Service Not Found"
	summaryNoBackends  = "Backend Service Has No Backends"
	summaryNoCheck     = "Backend Service Has No Health Check"
	summaryScheme      = "Different Load Balancing Schemes"
	summaryNoMatcher   = "Path Matcher Not Found"
	summaryNoRule      = "Rule Not Found"
	summaryRedirect    = "Requests Are Redirected"
	summaryBucket      = "A Backend Bucket Serves"
	summaryNotOurs     = "Traffic Goes to Neither Environment"
	summaryNoWeight    = "Neither Environment Has Any Weight"
	summaryInexact     = "Share Cannot Be Set Exactly"
	summaryWhole       = "No Partial Weights"
	summaryInvalid     = "URL Map Would Not Be Valid"
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

// cures say for each reason why a place cannot be used which attribute causes
// it, how it is called, and what to do. The first that fits is taken.
var cures = []struct {
	reason             error
	attribute, summary string
	cure               string
}{
	{errNoMatcher, attrMatcher, summaryNoMatcher, "correct path_matcher, or add the path matcher to the URL map"},
	{errNoRoute, attrRoute, summaryNoRule, "correct route_rule, or add the rule to the path matcher"},
	{errNoPath, attrPath, summaryNoRule, "correct path_rule, or add the rule to the path matcher"},
	{errRedirect, "", summaryRedirect, "name a path matcher or a rule that goes to a backend service, or take the redirect out"},
	{errBucket, "", summaryBucket, "name a path matcher or a rule that goes to a backend service"},
	{errNotOurs, "", summaryNotOurs, "make it go to the backend service of the active environment once, or correct backend_services"},
	{traffic.ErrNoWeight, "", summaryNoWeight, "give the backend service of the active environment a weight above 0"},
	{errInexact, "", summaryInexact, "make the weights of the two environments 100 together, or leave the steps out"},
	{errWhole, "", summaryWhole, "leave the steps out, or migrate to the load balancing scheme EXTERNAL_MANAGED"},
	{errInvalid, "", summaryInvalid, "correct the URL map or its tests, which must hold with either environment"},
	{traffic.ErrNotFound, "", summaryGone, "create it, or correct its name"},
}

// wrap makes err, seen while doing, an error of the member: on its attribute,
// when what is there is at fault.
func (m *member) wrap(doing string, err error) error {
	var at *router.AttributeError
	if err == nil || errors.As(err, &at) {
		return err
	}
	seen := fmt.Errorf("gcplb: %s %s: %w", doing, m.name, err)
	for _, c := range cures {
		if !errors.Is(err, c.reason) {
			continue
		}
		where := m.at
		if c.attribute != "" {
			where = pathOf(c.attribute)
		}
		return &router.AttributeError{In: router.InRouter, Path: where, Summary: c.summary, Err: fmt.Errorf("%w: %s", seen, c.cure)}
	}
	return seen
}

// here is an error that the URL map's own attribute causes.
func (m *member) here(summary string, err error) error {
	return &router.AttributeError{In: router.InRouter, Path: m.at, Summary: summary, Err: err}
}

// serviceError is an error seen at the backend service of a color.
func (m *member) serviceError(c traffic.Color, err error) error {
	seen := fmt.Errorf("gcplb: backend service %s: %w", m.pair.of(c), err)
	on := &router.AttributeError{In: router.BackendOf(c), Path: m.serviceAt[c]}
	switch {
	case errors.Is(err, errNoBackends):
		on.Summary, on.Err = summaryNoBackends, fmt.Errorf("%w: add an instance group or a network endpoint group to it", seen)
	case errors.Is(err, errNoCheck):
		on.Summary, on.Err = summaryNoCheck, fmt.Errorf("%w: give it one (a service of serverless network endpoint groups "+
			"cannot have one, and cannot be cut over to)", seen)
	case errors.Is(err, traffic.ErrNotFound):
		on.Summary, on.Err = summaryServiceGone, fmt.Errorf("%w: create it, or correct its name", seen)
	default:
		return seen
	}
	return on
}
