// Command terraform-provider-standin is, in tests, the provider whose name its
// file has: terraform-provider-aws_v6.25.0 is hashicorp/aws. Under its own name
// it lays itself out in a folder, as a filesystem mirror of all of them:
//
//	terraform-provider-standin FOLDER
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/aws"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/azurerm"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/google"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/kubernetes"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

var clouds = map[string]func(*standin.Facts) *plugin.Cloud{
	"aws":        aws.Cloud,
	"azurerm":    azurerm.Cloud,
	"google":     google.Cloud,
	"kubernetes": kubernetes.Cloud,
}

func main() {
	if err := run(os.Args); err != nil {
		log.Fatal(err)
	}
}

func run(args []string) error {
	name := nameOf(args[0])
	switch {
	case name != "standin":
		return serve(name)
	case len(args) == 2:
		binary, err := os.Executable()
		if err != nil {
			return fmt.Errorf("standin: %w", err)
		}
		return standin.Mirror(args[1], binary)
	default:
		return errors.New("usage: terraform-provider-standin FOLDER")
	}
}

// nameOf is the provider's name in the name of a file.
func nameOf(path string) string {
	name := strings.TrimPrefix(filepath.Base(path), "terraform-provider-")
	name, _, _ = strings.Cut(name, "_")
	return name
}

func serve(name string) error {
	cloud, ok := clouds[name]
	if !ok {
		return fmt.Errorf("standin: there is no stand-in for hashicorp/%s", name)
	}
	facts, err := standin.Load(name)
	if err != nil {
		return err
	}
	server, err := plugin.New(facts, cloud(facts), os.Getenv(plugin.HoldVariable))
	if err != nil {
		return err
	}
	return tf6server.Serve("registry.terraform.io/hashicorp/"+name, func() tfprotov6.ProviderServer { return server })
}
