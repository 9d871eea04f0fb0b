package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/value"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const switchDescription = "Divides traffic between two environments, and moves it from one to the other when " +
	"`active_color` changes: gates, steps, bake, drain, and back again when anything fails.\n\n" +
	"* **The plan** shows the timetable in `cutover`, and where the live weights differ from what is wanted.\n" +
	"* **Creating** a switch over routers that already send everything to `active_color` moves nothing.\n" +
	"* **Destroying** a switch leaves traffic where it is.\n" +
	"* **Interrupting** an apply (Ctrl-C, a cancelled run) puts the weights back as they were found."

func switchSchema(ctx context.Context, catalog Catalog) schema.Schema {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The switch's name, for people: `shop`.",
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"active_color": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The color that is to serve: `blue` or `green`. Changing it is the cutover.",
			Validators:          []validator.String{stringvalidator.OneOf(traffic.Blue.String(), traffic.Green.String())},
		},
		"blue":  environmentBlock(catalog, traffic.Blue),
		"green": environmentBlock(catalog, traffic.Green),
		"steps": stepsAttribute(),
		"bake":  durationAttribute("How long the incoming color is watched at 100 before the cutover counts as done. Default: `0s`."),
		"drain": durationAttribute("The longest wait, after the bake, for the outgoing color's open work to end. Where clients " +
			"stick to the outgoing color for longer, the drain lasts as long as they may. Default: `0s`, no wait."),
		"rollback_window": durationAttribute("A color that was active this recently, and has the same `version` still, is returned to " +
			"at once: health gate only, no steps, no bake. A color that was itself left at once is not: it goes through the steps again. Default: `0s`, never."),
		"protect_active": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether planning a new `version` of an environment that has traffic is an error. Default: `true`.",
		},
		"timeouts": timeoutsAttribute(ctx),
	}
	for name, a := range computedAttributes() {
		attributes[name] = a
	}
	for name, a := range evidenceOfSwitch(catalog) {
		attributes[name] = a
	}
	for _, k := range catalog.Routers {
		attributes[k.Name()] = k.Router()
	}
	return schema.Schema{MarkdownDescription: switchDescription, Attributes: value.WithTypes(attributes)} //nolint:contextcheck // types need none
}

// timeoutsAttribute is the framework's own, with our words for what is no
// duration.
func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Update: true,
		CreateDescription: "The longest a cutover may take when the switch is created. Default: `1h`.",
		UpdateDescription: "The longest a cutover may take. Default: `1h`. A timetable that is longer is an error at plan.",
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		for name, one := range nested.Attributes {
			if text, ok := one.(schema.StringAttribute); ok {
				text.Validators = []validator.String{block.AtLeast(0)}
				nested.Attributes[name] = text
			}
		}
	}
	return attribute
}

func environmentBlock(catalog Catalog, c traffic.Color) schema.SingleNestedAttribute {
	attributes := identityAttributes(catalog)
	attributes[value.FitnessName] = schema.StringAttribute{
		Required: true, Sensitive: true,
		MarkdownDescription: "When the environment is fit for traffic: the `fitness` of the `bluegreen_environment`, which has its " +
			"`health`, `schema`, `checks` and `prewarm`.",
	}
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "The " + c.String() + " environment: a whole `bluegreen_environment`.",
		Attributes:          attributes,
	}
}

func stepsAttribute() schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Optional:            true,
		MarkdownDescription: "The weights that the incoming color is given before 100, rising. None: straight to 100.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"weight": schema.Float64Attribute{
				Required:            true,
				MarkdownDescription: "Percent of traffic for the incoming color, a whole number from 1 to 99.",
				Validators:          []validator.Float64{wholeWeight{}},
			},
			"pause": durationAttribute("How long the weight is held. Default: `0s`."),
		}},
	}
}

func computedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "The switch's name."},
		"idle_color": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The color that is not active. Unknown in a plan that has a cutover, so that an output of it is true whatever becomes of that.",
		},
		"serving_color": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The color that has all traffic; null while traffic is divided, or when not all routers say where it is. " +
				"Unknown in a plan that has a cutover, as `idle_color` is.",
		},
		"weights": schema.SingleNestedAttribute{
			Computed: true,
			MarkdownDescription: "Percent of traffic for each color. Where several routers differ, those of the router that is " +
				"furthest from `active_color`.",
			Attributes: map[string]schema.Attribute{
				"blue":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Percent of traffic for blue."},
				"green": schema.Int64Attribute{Computed: true, MarkdownDescription: "Percent of traffic for green."},
			},
		},
		"cutover": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "The timetable of the planned cutover: one line a stage, with the longest that it takes. Empty when " +
				"none was ever planned; after an apply, that of its cutover, until the next one is planned.",
		},
		"timetable":    value.TimetableAttribute(),
		"last_cutover": lastCutoverAttribute(),
	}
}

func lastCutoverAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "How the last cutover that moved traffic ended. Null before the first.",
		Attributes: map[string]schema.Attribute{
			"from": schema.StringAttribute{Computed: true, MarkdownDescription: "The outgoing color."},
			"to":   schema.StringAttribute{Computed: true, MarkdownDescription: "The incoming color."},
			"result": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "`promoted`; `rolled_back`; `held` when the analysis failed and `on_failure` is `hold`, or when it began where nobody was served, so that there was nothing to go back to; `stopped` when someone else changed a router meanwhile; or " +
					"`rollback_failed`, when somebody must look.",
			},
			"reason":      schema.StringAttribute{Computed: true, MarkdownDescription: "What ended a cutover that was not promoted."},
			"started_at":  schema.StringAttribute{Computed: true, MarkdownDescription: "When it began (RFC 3339, UTC)."},
			"finished_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When it ended (RFC 3339, UTC)."},
		},
	}
}
