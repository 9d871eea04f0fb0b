package prewarm

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Requests that are sent once all gates hold and before traffic moves, unless the environment has traffic " +
			"already or had it a short while ago (`rollback_window`). A request fails when it has no answer, a status from 400 on, or a redirect.",
		Attributes: httpclient.With(httpclient.Attributes(), map[string]schema.Attribute{
			"urls": schema.ListAttribute{
				Required: true, ElementType: types.StringType, Validators: []validator.List{listvalidator.SizeAtLeast(1)},
				MarkdownDescription: "What to ask with `GET`, in turn.",
			},
			"requests": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.Between(1, 1_000_000)},
				MarkdownDescription: "How many requests there are in all. Default: 100.",
			},
			"concurrency": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.Between(1, 1000)},
				MarkdownDescription: "How many are under way at the same time, each on a connection of its own (HTTP/1.1). Default: 10.",
			},
			"rate": schema.Float64Attribute{
				Optional: true, Validators: []validator.Float64{float64validator.Between(0.01, 10_000)},
				MarkdownDescription: "How many are sent in a second, however long answers take, instead of `concurrency`.",
			},
			"timeout": block.DurationAttribute("How long one request may take. Default: `10s`.", time.Millisecond),
			"max_error_percent": schema.Float64Attribute{
				Optional: true, Validators: []validator.Float64{float64validator.Between(0, 100)},
				MarkdownDescription: "How many of all requests may fail, in percent. When it is certain that more will, prewarming ends, " +
					"and the cutover is refused. Default: 0.",
			},
		}),
	}
}
