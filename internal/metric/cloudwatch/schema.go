package cloudwatch

import (
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
)

// id is what CloudWatch allows to call a metric in an expression.
var id = regexp.MustCompile(`^[a-z][A-Za-z0-9_]{0,200}$`)

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "One number of Amazon CloudWatch, with the credentials of the provider's `aws` block, which need " +
			"`cloudwatch:GetMetricData`. The newest whole period that has a value counts. An answer that is empty, has several series, or is " +
			"partial is no answer. CloudWatch shows a load balancer's metrics a minute or two late: give `warm_up` and pauses that long.",
		Attributes: map[string]schema.Attribute{
			"metrics": schema.MapNestedAttribute{
				Optional: true,
				Validators: []validator.Map{
					mapvalidator.SizeAtLeast(1),
					mapvalidator.KeysAre(stringvalidator.RegexMatches(id, "a small letter first, then letters, digits and _")),
				},
				MarkdownDescription: "Metrics, each under a name that `expression` uses: `{ errors = { namespace = \"AWS/ApplicationELB\", name = " +
					"\"HTTPCode_Target_5XX_Count\", stat = \"Sum\", dimensions = { TargetGroup = …, LoadBalancer = … } }, hits = { … } }`. In `namespace`, " +
					"`name` and the values of `dimensions` `{{color}}`, `{{environment}}` and `{{version}}` stand for those of the environment that is measured.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"namespace":  schema.StringAttribute{Required: true, MarkdownDescription: "The namespace: `AWS/ApplicationELB`."},
					"name":       schema.StringAttribute{Required: true, MarkdownDescription: "The metric's name."},
					"dimensions": schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "The dimensions, all of them."},
					"stat":       schema.StringAttribute{Required: true, MarkdownDescription: "The statistic: `Sum`, `Average`, `p99`."},
				}},
			},
			"expression": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Metric math over the metrics: `100 * FILL(errors, 0) / hits`. CloudWatch has no value for errors that did " +
					"not happen, hence `FILL`. Or an expression alone, without `metrics`: `SEARCH(…)` within one of `SUM`, `AVG`, `MIN` or `MAX`, or a query of Metrics " +
					"Insights, `SELECT SUM(Errors) FROM …`, each of which must give one series. `{{color}}`, `{{environment}}` and `{{version}}` stand for those of the " +
					"environment here too. Default: the metric, when there is one.",
			},
			"sample_expression": schema.StringAttribute{Optional: true, MarkdownDescription: "How many samples the value stands on, for `min_samples`: `hits`."},
			"region":            schema.StringAttribute{Optional: true, MarkdownDescription: "The region. Default: that of the provider's `aws` block."},
			"period":            block.DurationAttribute("The period, in whole seconds: 1s, 5s, 10s, 20s, 30s or a multiple of 1m. Default: `1m`.", time.Second),
			"window":            block.DurationAttribute("How far back a value may lie. Default: `5m`.", time.Second),
			"timeout":           block.DurationAttribute("How long one reading may take. Default: `20s`.", time.Millisecond),
		},
	}
}
