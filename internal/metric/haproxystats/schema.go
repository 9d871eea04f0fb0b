package haproxystats

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
)

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "What HAProxy itself counts, for an analysis without a metrics server. `{{color}}`, `{{environment}}` and " +
			"`{{version}}` in `backend` and `servers` stand for those of the environment that is measured. A reading is about the requests " +
			"since the one before it; the first one takes the counters, waits for `window`, and takes them again. After a reload of " +
			"HAProxy, or when somebody clears its counters, one reading is no answer.",
		Attributes: map[string]schema.Attribute{
			"sockets": schema.ListAttribute{
				Required: true, ElementType: types.StringType, Validators: []validator.List{listvalidator.SizeAtLeast(1)},
				MarkdownDescription: "The `stats socket` of each HAProxy, of any level: `unix:///run/haproxy/admin.sock` or " +
					"`tcp://127.0.0.1:9999`. Their requests are added up, and all must answer.",
			},
			"backend": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The backend that serves the environment: `{{color}}-backend`. The errors that HAProxy itself answers " +
					"with for it count, as its users see them. One that serves both colors tells what all of its users get: at 10 percent, mostly " +
					"the outgoing one. Either this or `servers`.",
			},
			"servers": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "The servers of the environment in a backend that has those of both: `[\"app/{{color}}1\"]`. Connections " +
					"that cannot be opened, and answers that are none, count as errors.",
			},
			"of": schema.StringAttribute{
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(ofErrors, ofTime)},
				MarkdownDescription: "`error_percent`: how many of 100 requests were answered with a status of 5xx. `response_ms`: the time " +
					"until a server's answer begins, in milliseconds, as HAProxy averages it over the last 1024 requests of each row. " +
					"HAProxy has no percentiles. Default: `error_percent`.",
			},
			"min_requests": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
				MarkdownDescription: "How many requests a reading is about at least. With fewer it is no answer, and the next one goes on " +
					"counting from the same point. Default: 1.",
			},
			"window": block.DurationAttribute("How long the first reading counts. Default: `1s`.", time.Millisecond),
		},
	}
}
