package provider

import (
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// Catalog is everything that the provider is built of.
type Catalog struct {
	Sessions []session.Kind
	Routers  []router.Kind
	// Checks are what an environment's checks and a switch's gates may be.
	Checks []block.Kind[check.Check]
	// Gates are what a switch's gates may be besides.
	Gates []block.Kind[check.Check]
	// Prewarm is what an environment's prewarm block is.
	Prewarm   block.Kind[check.Check]
	Metrics   []block.Kind[metric.Metric]
	Notifiers []block.Kind[notify.Notifier]

	fitness *fitness // worked out of the above, once
}
