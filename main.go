// Command terraform-provider-bluegreen is a Terraform provider for blue-green
// cutovers.
package main

import (
	"flag"
	"log"
	"os"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/catalog"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/serve"
)

// version is set by the release build.
var version = "dev"

func main() {
	var debug bool
	flag.BoolVar(&debug, "debug", false, "run so that a debugger can be attached")
	flag.Parse()
	beQuiet()
	serve.SpareCollector()
	err := serve.Serve("registry.terraform.io/terraform-bluegreen/bluegreen", debug, provider.New(version, catalog.New), provider.EnvironmentType)
	if err != nil {
		log.Fatal(err)
	}
}

// beQuiet turns the framework's logs off when nobody asked for any. It writes
// some forty lines a call, which Terraform would read and throw away: a third
// of all the work of an apply of many switches. TF_LOG and its kin turn them on.
func beQuiet() {
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "TF_LOG") && value != "" {
			return
		}
	}
	// It fails for names that are no names; then there are logs.
	_ = os.Setenv("TF_LOG_SDK", "off")
}
