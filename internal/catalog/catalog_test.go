package catalog_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/catalog"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider"
)

// TestSchema gets the whole schema as Terraform does before anything else. A
// kind that brings an attribute of a type that none had before may break it.
func TestSchema(t *testing.T) {
	server := providerserver.NewProtocol6(provider.New("test", catalog.New)())()
	answer, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range answer.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	for _, name := range []string{"bluegreen_environment", "bluegreen_switch"} {
		if answer.ResourceSchemas[name] == nil {
			t.Errorf("there is no resource %s", name)
		}
	}
	if answer.DataSourceSchemas["bluegreen_traffic"] == nil {
		t.Error("there is no data source bluegreen_traffic")
	}
}

// TestImportExamples are identifiers that are taken, as the error for those
// that are not says.
func TestImportExamples(t *testing.T) {
	for _, k := range catalog.New().Routers {
		if len(k.ImportExamples()) == 0 {
			t.Errorf("%s has none", k.Name())
		}
		for _, id := range k.ImportExamples() {
			if _, ok := k.Import(t.Context(), id); !ok {
				t.Errorf("%s does not take %s", k.Name(), id)
			}
		}
	}
}
