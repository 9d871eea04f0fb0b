package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/check"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
)

// What a switch does when its analysis fails.
const (
	onFailureRollback = "rollback"
	onFailureHold     = "hold"
)

func (c Catalog) checks() choices[check.Check] {
	return choices[check.Check]{name: "checks", kinds: c.Checks}
}

func (c Catalog) gates() choices[check.Check] {
	return choices[check.Check]{name: "gates", kinds: append(append(c.Gates[:0:0], c.Checks...), c.Gates...)}
}

func (c Catalog) metrics() choices[metric.Metric] {
	return choices[metric.Metric]{name: "metrics", kinds: c.Metrics}
}

func (c Catalog) notifiers() choices[notify.Notifier] {
	return choices[notify.Notifier]{name: "notify", kinds: c.Notifiers}
}

// evidenceOfEnvironment is what an environment says besides its routers.
func evidenceOfEnvironment(catalog Catalog) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	if len(catalog.Checks) > 0 {
		attributes["checks"] = catalog.checks().attribute("What the environment is asked before it serves, each under a name of "+
			"yours: when it is created, when its `version` changes, and again before traffic moves to it. All are tried at the "+
			"same time, and all failures are reported.", nil)
	}
	if catalog.Prewarm != nil {
		attributes["prewarm"] = catalog.Prewarm.Attribute()
	}
	if len(catalog.Gates) > 0 {
		attributes["schema"] = schemaRangeAttribute()
	}
	return attributes
}

func schemaRangeAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "The versions of the database schema that this release works with. A switch's `sql` gate with a " +
			"`migrations` table holds only while the database is within them, whichever way traffic moves, a rollback included.",
		Attributes: map[string]schema.Attribute{
			"one_of": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "The states of the schema that the release works with, one of which must be there, as while a schema is expanded and contracted: two heads of Alembic, two versions.",
			},
			"not_applied": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Migrations that must not be applied: what takes away something that the release still needs.",
			},
			"min_version": schema.StringAttribute{Optional: true, MarkdownDescription: "The oldest version, included."},
			"max_version": schema.StringAttribute{Optional: true, MarkdownDescription: "The newest version, included."},
		},
	}
}

// evidenceOfSwitch is what a switch says besides its routers and its times.
func evidenceOfSwitch(catalog Catalog) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	if len(catalog.Gates) > 0 {
		attributes["gates"] = catalog.gates().attribute("Conditions that must hold before any traffic moves, each under a name of "+
			"yours. All are tried at the same time, and all failures are reported.", nil)
	}
	if len(catalog.Metrics) > 0 {
		attributes["analysis"] = analysisAttribute(catalog)
	}
	if len(catalog.Notifiers) > 0 {
		attributes["notify"] = catalog.notifiers().attribute("Who is told, each under a name of yours. A notification that fails "+
			"is a warning, and changes nothing else.", map[string]schema.Attribute{
			"on": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "When: any of `started`, `promoted`, `rolled_back` (a refused cutover included) and `stuck`. Default: always.",
				Validators: []validator.List{listvalidator.ValueStringsAre(stringvalidator.OneOf(
					string(notify.Started), string(notify.Promoted), string(notify.RolledBack), string(notify.Stuck)))},
			},
		})
	}
	return attributes
}

func analysisAttribute(catalog Catalog) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "What is measured during every pause and the bake. A metric that fails, or gives no answer, more " +
			"often in a row than is tolerated ends the cutover, and the weights go back as they were found.",
		Attributes: map[string]schema.Attribute{
			"interval": block.DurationAttribute("The time between two measurements of a metric, "+cutover.LeastInterval.String()+
				" or more. Default: `10s`.", cutover.LeastInterval),
			"warm_up": durationAttribute("How long after each movement of traffic the first measurement is taken, so that it is " +
				"about the new weights. Default: `0s`."),
			"failure_limit": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "How many failed measurements in a row are tolerated. Default: 0.",
			},
			"inconclusive_limit": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "How many readings in a row without an answer (no data, NaN, several series, an error) are tolerated. Default: 3.",
			},
			"on_failure": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(onFailureRollback, onFailureHold)},
				MarkdownDescription: "`rollback` puts the weights back as they were found; `hold` keeps them where they are, for people to " +
					"decide. Default: `rollback`.",
			},
			"metrics": catalog.metrics().attribute("What is measured, each under a name of yours.", conditionAttributes()),
		},
	}
}

// conditionAttributes are what every metric has besides its kind.
func conditionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"max": schema.Float64Attribute{Optional: true, MarkdownDescription: "The greatest value that passes."},
		"min": schema.Float64Attribute{Optional: true, MarkdownDescription: "The least value that passes."},
		"within": schema.ListAttribute{
			Optional: true, ElementType: types.Float64Type,
			MarkdownDescription: "The least and the greatest value that pass, as `[min, max]`.",
			Validators:          []validator.List{listvalidator.SizeBetween(2, 2)},
		},
		"max_ratio_to_other": schema.Float64Attribute{
			Optional: true,
			MarkdownDescription: "How many times the value of the outgoing color passes. The query is asked for both colors, so it " +
				"must name the color as `{{color}}` or the environment as `{{environment}}`. Not judged in the bake, when the outgoing " +
				"color has no traffic to compare with: give `max` or `min` as well for that.",
		},
		"min_samples": schema.Float64Attribute{
			Optional: true, Validators: []validator.Float64{float64validator.AtLeast(0)},
			MarkdownDescription: "The least number of samples that a value must stand on; with fewer it is no answer. For kinds that count them.",
		},
		"dry_run": schema.BoolAttribute{Optional: true, MarkdownDescription: "Measure and record, but do not judge. Default: `false`."},
	}
}
