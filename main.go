// Command terraform-provider-bluegreen is a Terraform provider for blue-green
// cutovers.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/catalog"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider"
)

// version is set by the release build.
var version = "dev"

func main() {
	var debug bool
	flag.BoolVar(&debug, "debug", false, "run so that a debugger can be attached")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version, catalog.New), providerserver.ServeOpts{
		Address: "registry.terraform.io/terraform-bluegreen/bluegreen",
		Debug:   debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
