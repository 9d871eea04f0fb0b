package value

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func TestDataSourceAttributeKeepsWhatItIs(t *testing.T) {
	t.Parallel()
	nested := map[string]resource.Attribute{"inner": resource.Int64Attribute{Optional: true}}
	for name, a := range map[string]resource.Attribute{
		"string": resource.StringAttribute{Required: true, MarkdownDescription: "text"},
		"int":    resource.Int64Attribute{Optional: true, MarkdownDescription: "text"},
		"bool":   resource.BoolAttribute{Optional: true, MarkdownDescription: "text"},
		"nested": resource.SingleNestedAttribute{Required: true, MarkdownDescription: "text", Attributes: nested},
	} {
		got := OneForDataSource(a)
		if !got.GetType().Equal(a.GetType()) || got.IsRequired() != a.IsRequired() || got.IsOptional() != a.IsOptional() ||
			got.GetMarkdownDescription() != a.GetMarkdownDescription() {
			t.Errorf("%s became %+v", name, got)
		}
	}
}

// TestDefaultsAreOptional has an attribute with a default, which data sources
// do not have.
func TestDefaultsAreOptional(t *testing.T) {
	t.Parallel()
	got, ok := OneForDataSource(resource.BoolAttribute{Computed: true, Optional: true}).(schema.BoolAttribute)
	if !ok || !got.Optional || got.Computed {
		t.Errorf("got %+v", got)
	}
}
