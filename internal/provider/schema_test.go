package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/catalog"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider"
)

// TestImplementationsAreValid has the framework judge every schema. That
// Terraform can get them is a test of package catalog.
func TestImplementationsAreValid(t *testing.T) {
	t.Parallel()
	p := provider.New("test", catalog.New)()
	for _, construct := range p.Resources(t.Context()) {
		var resp resource.SchemaResponse
		construct().Schema(t.Context(), resource.SchemaRequest{}, &resp)
		if d := resp.Schema.ValidateImplementation(t.Context()); d.HasError() {
			t.Error(d)
		}
	}
	for _, construct := range p.DataSources(t.Context()) {
		var resp datasource.SchemaResponse
		construct().Schema(t.Context(), datasource.SchemaRequest{}, &resp)
		if d := resp.Schema.ValidateImplementation(t.Context()); d.HasError() {
			t.Error(d)
		}
	}
	validateProvider(t, p)
}

func validateProvider(t *testing.T, p framework.Provider) {
	t.Helper()
	var resp framework.SchemaResponse
	p.Schema(t.Context(), framework.SchemaRequest{}, &resp)
	if d := resp.Schema.ValidateImplementation(t.Context()); d.HasError() {
		t.Error(d)
	}
	functions, ok := p.(framework.ProviderWithFunctions)
	if !ok {
		t.Fatal("the provider has no functions")
	}
	for _, construct := range functions.Functions(t.Context()) {
		var resp function.DefinitionResponse
		construct().Definition(t.Context(), function.DefinitionRequest{}, &resp)
		var valid function.DefinitionValidateResponse
		resp.Definition.ValidateImplementation(t.Context(), function.DefinitionValidateRequest{}, &valid)
		if valid.Diagnostics.HasError() {
			t.Error(valid.Diagnostics)
		}
	}
}
