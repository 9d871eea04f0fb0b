package azuremonitor

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
)

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "One number of a resource's metrics in Azure Monitor, with the credentials of the provider's `azure` block, which need " +
			"`Microsoft.Insights/metrics/read` (the role *Monitoring Reader*). An answer that is empty, has several series, or is not a success is " +
			"no answer. `{{color}}`, `{{environment}}` and `{{version}}` in `resource_id` and `filter` stand for those of the environment that is measured.",
		Attributes: map[string]schema.Attribute{
			"resource_id": schema.StringAttribute{Required: true, MarkdownDescription: "The resource whose metric it is: `/subscriptions/…/sites/shop-{{color}}`."},
			"metric":      schema.StringAttribute{Required: true, MarkdownDescription: "The metric's name: `Http5xx`."},
			"percent_of": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Another metric of the resource, of which `metric` is taken in percent: `Requests`. Its own value counts as the samples " +
					"for `min_samples`; without any there is no answer.",
			},
			"namespace": schema.StringAttribute{Optional: true, MarkdownDescription: "The namespace of the metrics, for those that are not the resource's own."},
			"aggregation": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf("Average", "Count", "Maximum", "Minimum", "Total")},
				MarkdownDescription: "What is made of the `window`. Default: `Average`, or `Total` with `percent_of`.",
			},
			"filter":  schema.StringAttribute{Optional: true, MarkdownDescription: "An OData filter of the metric's dimensions: `Instance eq 'shop-{{color}}'`."},
			"window":  block.DurationAttribute("The time until now that is measured. Default: `5m`. Azure has most metrics by the minute, a minute or two late.", time.Minute),
			"timeout": block.DurationAttribute("How long one reading may take. Default: `20s`.", time.Millisecond),
		},
	}
}
