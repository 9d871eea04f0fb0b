package datadog

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

func attribute() schema.SingleNestedAttribute {
	attributes := map[string]schema.Attribute{
		"queries": schema.MapAttribute{
			Required: true, ElementType: types.StringType, Validators: []validator.Map{mapvalidator.SizeAtLeast(1)},
			MarkdownDescription: "Metric queries, each under a name that `formula` uses: " +
				"`{ errors = \"sum:http.errors{color:{{color}}}.as_count()\", hits = \"sum:http.hits{color:{{color}}}.as_count()\" }`. " +
				"`{{color}}`, `{{environment}}` and `{{version}}` stand for those of the environment that is measured.",
		},
		"formula": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "What is made of the queries: `100 * default_zero(errors) / hits`. Default: the query, when there is one.",
		},
		"sample_formula": schema.StringAttribute{Optional: true, MarkdownDescription: "How many samples the value stands on, for `min_samples`: `hits`."},
		"aggregator": schema.StringAttribute{
			Optional: true, Validators: []validator.String{stringvalidator.OneOf("avg", "min", "max", "sum", "last", "mean", "area", "l2norm", "percentile", "stddev")},
			MarkdownDescription: "How Datadog makes one number of each query's `window`. Default: `avg`; counts want `sum`.",
		},
		"window": block.DurationAttribute("How far back the queries reach. Default: `5m`.", time.Second),
		"site": schema.StringAttribute{
			Optional: true, MarkdownDescription: "The Datadog site: `datadoghq.eu`, `us5.datadoghq.com`. Default: `datadoghq.com`.",
		},
		"url":     schema.StringAttribute{Optional: true, MarkdownDescription: "Where the API answers, instead of `https://api.` and the site."},
		"timeout": block.DurationAttribute("How long one request may take. Default: `10s`.", time.Millisecond),
	}
	httpclient.With(attributes, block.SecretAttributes("api_key", "Datadog's API key."))
	httpclient.With(attributes, block.SecretAttributes("app_key", "Datadog's application key, with the scope `timeseries_query`."))
	return schema.SingleNestedAttribute{
		MarkdownDescription: "One number of Datadog's metrics, by its scalar queries. An answer that is empty, has several groups, or comes " +
			"with an error is no answer; so is a rate limit, which is waited out without asking again.",
		Attributes: attributes,
	}
}
