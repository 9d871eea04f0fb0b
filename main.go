// Command terraform-provider-bluegreen is a Terraform provider for blue-green
// cutovers.
package main

import (
	"flag"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"

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
	if !debug {
		// As go-plugin does with SIGINT: some runners send it to all processes
		// of a run that is cancelled. It is for Terraform, which then asks the
		// provider to stop, and waits for the rollback.
		signal.Ignore(syscall.SIGTERM)
	}
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
