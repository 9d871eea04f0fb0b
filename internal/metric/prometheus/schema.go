package prometheus

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

func attribute() schema.SingleNestedAttribute {
	attributes := httpclient.With(httpclient.SwitchAttributes(), map[string]schema.Attribute{
		"url": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Where Prometheus, or what speaks like it (Mimir, Thanos, VictoriaMetrics), answers: `http://prometheus:9090`.",
		},
		"query": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "The query, an instant one. It must give exactly one finite number: a scalar, or a vector of one series. " +
				"`{{color}}`, `{{environment}}` and `{{version}}` stand for those of the environment that is measured.",
		},
		"sample_query": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "A query that tells how many samples the value stands on, for `min_samples`.",
		},
		"username": schema.StringAttribute{Optional: true, MarkdownDescription: "The user of HTTP basic authentication."},
		"tenant":   schema.StringAttribute{Optional: true, MarkdownDescription: "The tenant of Mimir, Cortex or Thanos, sent as `X-Scope-OrgID`."},
		"check_query": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether the plan refuses a query that is not PromQL. `false` for what only another language knows, such as MetricsQL's " +
				"`default 0`. Default: `true`.",
		},
		"sigv4": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Sign requests as Amazon Managed Service for Prometheus wants them (Signature Version 4, service `aps`), with the " +
				"credentials of the provider's `aws` block. No other credentials go with it.",
			Attributes: map[string]schema.Attribute{
				"region":   schema.StringAttribute{Optional: true, MarkdownDescription: "The region of the workspace. Default: `region` of the provider's `aws` block."},
				"role_arn": schema.StringAttribute{Optional: true, MarkdownDescription: "A role to assume first, as for a workspace in another account."},
			},
		},
		httpclient.OAuth2Name: httpclient.OAuth2Attribute(),
		"timeout":             block.DurationAttribute("How long one query may take. Default: `10s`.", time.Millisecond),
	})
	httpclient.With(attributes, block.SecretAttributes("bearer_token", "The token to show."))
	httpclient.With(attributes, block.SecretAttributes("password", "The password of HTTP basic authentication."))
	return schema.SingleNestedAttribute{
		MarkdownDescription: "A query to Prometheus. An answer that is empty, has several series, is not a finite number or comes with " +
			"a warning is no answer.",
		Attributes: attributes,
	}
}
