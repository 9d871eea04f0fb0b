package azuretm

import (
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// The summaries of our errors.
const (
	summaryID           = "Not the Right ID"
	summaryTwice        = "Named Twice"
	summarySameEndpoint = "Same Endpoint in Both Environments"
	summaryElsewhere    = "No Endpoint in the Profile"
	summaryTwoEndpoints = "Two Endpoints in One Profile"
	summaryGone         = "Profile Not Found"
	summaryEndpointGone = "Endpoint Not Found"
	summaryMethod       = "Profile Is Not Weighted"
	summaryDisabled     = "Profile Is Disabled"
	summaryNoWeight     = "Both Endpoints Are Disabled"
	summaryInexact      = "Weights Cannot Be Divided"
	summaryStopped      = "Endpoint Is Stopped"
	summaryNested       = "Nested Profile Cannot Be Read"
)

// wrap makes err, seen while doing, an error of the member: on its attribute,
// when what is there is at fault.
func (m *member) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	seen := fmt.Errorf("azuretm: %s profile %s: %w", doing, m.id, err)
	var missing *missingError
	switch {
	case errors.As(err, &missing):
		return m.in(missing.color, summaryEndpointGone, fmt.Errorf("%w: create it, or correct the ID", seen))
	case errors.Is(err, traffic.ErrNotFound):
		return m.here(summaryGone, fmt.Errorf("%w: create it, or correct the ID", seen))
	case errors.Is(err, traffic.ErrNoWeight):
		return m.here(summaryNoWeight, fmt.Errorf("%w: enable the endpoint of the active environment", seen))
	case errors.Is(err, errInexact):
		return m.here(summaryInexact, fmt.Errorf("%w: beside other endpoints the sum of the two weights has to stay, and must be %d to %d: "+
			"multiply all weights of the profile, so that shares stay as they are and this sum is a multiple of 100", seen, leastTotal, maxWeight))
	default:
		return seen
	}
}

// here is an error that the member's own attribute causes.
func (m *member) here(summary string, err error) error {
	return &router.AttributeError{In: router.InRouter, Path: m.at, Summary: summary, Err: err}
}

// in is an error that the endpoint of a color causes.
func (m *member) in(c traffic.Color, summary string, err error) error {
	return &router.AttributeError{In: router.BackendOf(c), Path: m.ourAts[c], Summary: summary, Err: err}
}
