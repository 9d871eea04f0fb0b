package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
)

// identityAttributes are what an environment says of itself wherever it is
// named: in its own resource, a switch, and the data source. Whoever is handed
// the whole resource takes these of it.
func identityAttributes(catalog Catalog) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The environment's name, for people: `shop-green`.",
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"version": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "What is released there: a tag, an image digest, a launch template version. The provider " +
				"compares versions and never reads them.",
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
	}
	for _, k := range catalog.Routers {
		attributes[k.Name()] = k.Backend()
	}
	return attributes
}

// environmentAttributes are those of the environment's own resource.
func environmentAttributes(catalog Catalog) map[string]schema.Attribute {
	attributes := value.WithTypes(identityAttributes(catalog))
	for name, a := range catalog.fitness.attributes {
		attributes[name] = a
	}
	attributes["id"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "The environment's name.",
	}
	attributes[value.FitnessName] = schema.StringAttribute{
		Computed: true, Sensitive: true,
		MarkdownDescription: "`health`, `schema`, `checks` and `prewarm` as one JSON string, which a switch takes them from. Marked as " +
			"sensitive, since it repeats arguments that may be.",
	}
	return attributes
}

func healthAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "When the environment is fit for traffic, as the routers see its targets. Left out, all " +
			"targets that are registered must be healthy, and at least one. Every router that can read health must agree.",
		Attributes: map[string]schema.Attribute{
			"min_healthy": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "The least number of healthy targets, 1 or more. Default: 1.",
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"min_healthy_percent": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "The least share of registered targets that are healthy, in percent, 0 to 100. Lower it for an " +
					"environment that scales out while it serves: a new target is not healthy yet, and would end the cutover. Default: 100.",
				Validators: []validator.Int64{int64validator.Between(0, 100)},
			},
			"stable_for": durationAttribute("How long the targets must be healthy without a break before traffic moves. Default: `0s`."),
			"timeout":    durationAttribute("How long to wait for the targets to be healthy before the cutover is refused. Default: `5m`."),
			"failure_limit": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "How many looks in a row are tolerated at which the targets are not healthy enough, once traffic moves: a " +
					"target that restarts is back by the next. Default: 1.",
			},
		},
	}
}

func durationAttribute(description string) schema.StringAttribute {
	return block.DurationAttribute(description, 0)
}
