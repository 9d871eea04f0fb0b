// Command terraform-provider-standin is, in tests, the provider whose name its
// file has: terraform-provider-aws_v6.25.0 is hashicorp/aws.
package main

import (
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
	if err := serve(nameOf(os.Args[0])); err != nil {
		log.Fatal(err)
	}
}

// nameOf is the provider's name in the name of a file.
func nameOf(path string) string {
	name := strings.TrimPrefix(filepath.Base(path), "terraform-provider-")
	name, _, _ = strings.Cut(name, "_")
	return strings.TrimSuffix(name, ".exe")
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
