package httpcheck

import (
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Asks a URL and judges the answer. Redirects are not followed. " +
			"Among a switch's `gates` it asks what is not about one environment: a change calendar, a freeze.",
		Attributes: httpclient.With(httpclient.With(httpclient.Attributes(), block.TryAttributes(defaultTimeout)), map[string]schema.Attribute{
			"url": schema.StringAttribute{Required: true, MarkdownDescription: "What to ask."},
			"method": schema.StringAttribute{
				Optional: true, MarkdownDescription: "The method. Default: `GET`.",
				Validators: []validator.String{stringvalidator.RegexMatches(regexp.MustCompile(`^[A-Za-z]+$`), "a method is a word such as GET or HEAD")},
			},
			"body": schema.StringAttribute{Optional: true, MarkdownDescription: "The body to send."},
			"status": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "The statuses that pass: numbers (`200`) and ranges (`\"200-204\"`). Default: `[\"200-299\"]`. " +
					"A redirect passes only when it is named as such: `302`, `\"300-399\"`.",
			},
			"body_contains": schema.StringAttribute{Optional: true, MarkdownDescription: "Text that the answer must contain."},
			"body_matches":  schema.StringAttribute{Optional: true, MarkdownDescription: "A regular expression (RE2) that the answer must match."},
			"json_path":     schema.StringAttribute{Optional: true, MarkdownDescription: "A JSONPath that must select exactly one value of the answer: `$.status`."},
			"json_equals":   schema.StringAttribute{Optional: true, MarkdownDescription: "What that value must be, as text: `ok`, `3`, `true`."},
			"h2c":           schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether to speak HTTP/2 without TLS, as a server of gRPC alone wants it. For `http://`."},
			"json_all":      schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether `json_path` may select several values, of which each must be `json_equals`: all parts of a service are `UP`."},
			"json_null":     schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether the value must be `null`, instead of `json_equals`. It must be there."},
			"max_latency":   block.DurationAttribute("The longest that the whole answer may take. Default: no limit but `timeout`.", time.Millisecond),
		}),
	}
}
