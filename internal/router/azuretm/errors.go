package azuretm

import (
	"errors"
	"fmt"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "azuretm"

// The summaries of our errors.
const (
	summaryID           = "Not the Right ID"
	summaryGone         = "Profile Not Found"
	summaryEndpointGone = "Endpoint Not Found"
	summaryMethod       = "Profile Is Not Weighted"
	summaryDisabled     = "Profile Is Disabled"
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
	seen := pkg.Errorf("%s profile %s: %w", doing, m.id, err)
	var missing *missingError
	if errors.As(err, &missing) {
		return m.in(missing.color, summaryEndpointGone, fmt.Errorf("%w: create it, or correct the ID", seen))
	}
	return cures.Apply(m.at, seen)
}

// cures say what to do about a profile that cannot be used.
var cures = router.Cures{
	{Reason: traffic.ErrNotFound, Summary: summaryGone, Text: "create it, or correct the ID"},
	{Reason: errInexact, Summary: summaryInexact, Text: fmt.Sprintf("beside other endpoints the sum of the two weights has to stay, and must be %d to %d: "+
		"multiply all weights of the profile, so that shares stay as they are and this sum is a multiple of 100", leastTotal, maxWeight)},
}

// here is an error that the member's own attribute causes.
func (m *member) here(summary string, err error) error {
	return &router.AttributeError{In: router.InRouter, Path: m.at, Summary: summary, Err: err}
}

// in is an error that the endpoint of a color causes.
func (m *member) in(c traffic.Color, summary string, err error) error {
	return &router.AttributeError{In: router.BackendOf(c), Path: m.pair.Of(c).At, Summary: summary, Err: err}
}
