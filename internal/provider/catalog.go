package provider

import (
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
)

// Catalog is everything that the provider is built of.
type Catalog struct {
	Clouds  []cloud.Cloud
	Routers []router.Kind
}
