// Package all lists the kinds of router and the clouds that the provider
// serves. To add one is to add a line here.
package all

import (
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cloud/awscloud"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/awslb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router/haproxy"
)

// Kinds returns the kinds of router, made anew: each configured provider has
// its own, with what they share among their routers.
func Kinds() []router.Kind {
	return []router.Kind{
		awslb.New(),
		haproxy.New(),
	}
}

// Clouds returns the provider's optional blocks.
func Clouds() []cloud.Cloud {
	return []cloud.Cloud{
		awscloud.New(),
	}
}
