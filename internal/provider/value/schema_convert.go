package value

import (
	"fmt"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// ForDataSource returns a resource's attributes as a data source has
// them: the framework has a type of its own for each. It panics on a type of
// attribute that no router uses yet; a test goes through all.
func ForDataSource(attributes map[string]resource.Attribute) map[string]datasource.Attribute {
	converted := make(map[string]datasource.Attribute, len(attributes))
	for name, a := range attributes {
		converted[name] = OneForDataSource(a)
	}
	return converted
}

// OneForDataSource is a resource's attribute as a data source has it.
func OneForDataSource(a resource.Attribute) datasource.Attribute {
	switch a := a.(type) {
	case resource.StringAttribute:
		return datasource.StringAttribute{
			CustomType: a.CustomType, Required: a.Required, Optional: a.Optional, Sensitive: a.Sensitive,
			MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.Int64Attribute:
		return datasource.Int64Attribute{
			Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.Float64Attribute:
		return datasource.Float64Attribute{
			Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.BoolAttribute:
		return datasource.BoolAttribute{
			Required: a.Required, Optional: a.Optional || a.Computed, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.ListAttribute:
		return datasource.ListAttribute{
			ElementType: a.ElementType, Required: a.Required, Optional: a.Optional,
			MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.MapAttribute:
		return datasource.MapAttribute{
			ElementType: a.ElementType, Required: a.Required, Optional: a.Optional,
			MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case resource.ListNestedAttribute:
		return datasource.ListNestedAttribute{
			Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
			NestedObject: datasource.NestedAttributeObject{Attributes: ForDataSource(a.NestedObject.Attributes)},
		}
	case resource.MapNestedAttribute:
		return datasource.MapNestedAttribute{
			Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
			NestedObject: datasource.NestedAttributeObject{Attributes: ForDataSource(a.NestedObject.Attributes)},
		}
	case resource.SingleNestedAttribute:
		return datasource.SingleNestedAttribute{
			Required: a.Required, Optional: a.Optional, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
			Attributes: ForDataSource(a.Attributes),
		}
	default:
		panic(fmt.Sprintf("provider: no data source has an attribute like %T", a))
	}
}
