package httpcheck

import (
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/webclient"
)

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Asks a URL and judges the answer. Redirects are not followed.",
		Attributes: webclient.With(webclient.Attributes(), map[string]schema.Attribute{
			"url":    schema.StringAttribute{Required: true, MarkdownDescription: "What to ask."},
			"method": schema.StringAttribute{Optional: true, MarkdownDescription: "The method. Default: `GET`."},
			"body":   schema.StringAttribute{Optional: true, MarkdownDescription: "The body to send."},
			"status": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "The statuses that pass: numbers (`200`) and ranges (`\"200-204\"`). Default: `[\"200-299\"]`.",
			},
			"body_contains": schema.StringAttribute{Optional: true, MarkdownDescription: "Text that the answer must contain."},
			"body_matches":  schema.StringAttribute{Optional: true, MarkdownDescription: "A regular expression (RE2) that the answer must match."},
			"json_path":     schema.StringAttribute{Optional: true, MarkdownDescription: "A JSONPath that must select exactly one value of the answer: `$.status`."},
			"json_equals":   schema.StringAttribute{Optional: true, MarkdownDescription: "What that value must be, as text: `ok`, `3`, `true`."},
			"max_latency":   duration("The longest that the whole answer may take. Default: no limit but `timeout`."),
			"timeout":       duration("How long one try may take. Default: `5s`."),
			"retries": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.Between(0, 100)},
				MarkdownDescription: "How many more tries there are when one fails. Default: 0.",
			},
			"backoff": duration("The wait before the first retry; it doubles with each, up to 30s. Default: `1s`."),
		}),
	}
}

func duration(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, CustomType: timetypes.GoDurationType{}, MarkdownDescription: description}
}
