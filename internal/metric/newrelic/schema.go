package newrelic

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

func attribute() schema.SingleNestedAttribute {
	attributes := map[string]schema.Attribute{
		"account_id": schema.Int64Attribute{Required: true, Validators: []validator.Int64{int64validator.AtLeast(1)}, MarkdownDescription: "The account's number."},
		"query": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "The NRQL query. Its answer must have exactly one number: `SELECT percentage(count(*), WHERE error IS true) " +
				"FROM Transaction WHERE color = '{{color}}' SINCE 2 minutes ago`. `{{color}}`, `{{environment}}` and `{{version}}` stand for " +
				"those of the environment that is measured. Say `SINCE`: New Relic's default is an hour.",
		},
		"sample_query": schema.StringAttribute{
			Optional: true, MarkdownDescription: "A NRQL query that tells how many samples the value stands on, for `min_samples`.",
		},
		"region":  schema.StringAttribute{Optional: true, Validators: []validator.String{stringvalidator.OneOf("US", "EU")}, MarkdownDescription: "`US` or `EU`. Default: `US`."},
		"url":     schema.StringAttribute{Optional: true, MarkdownDescription: "Where NerdGraph answers, instead of the region's address."},
		"timeout": block.DurationAttribute("How long one request may take. Default: `10s`.", time.Millisecond),
	}
	httpclient.With(attributes, block.SecretAttributes("api_key", "A user key of New Relic."))
	return schema.SingleNestedAttribute{
		MarkdownDescription: "One number of New Relic, by NRQL over NerdGraph. An answer that is empty, has several rows or several numbers, " +
			"or comes with an error or a message is no answer.",
		Attributes: attributes,
	}
}
