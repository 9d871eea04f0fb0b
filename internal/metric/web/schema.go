package web

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
)

const description = "A number out of the answer of any JSON API. An answer whose status is no success, that is no JSON, or of which " +
	"`json_path` selects anything but one finite number, is no answer. `{{color}}`, `{{environment}}` and `{{version}}` in `url`, `body`, " +
	"the two JSONPaths and the values of `require` " +
	"stand for those of the environment that is measured.\n\n" +
	"Loki: `url = \"https://loki.internal/loki/api/v1/query?query=…\"` (the query URL-encoded, as by `urlencode`) with " +
	"`json_path = \"$.data.result[*].value[1]\"`. " +
	"Elasticsearch: `url = \"https://elastic.internal/logs-*/_search?size=0\"`, a `body` of `jsonencode({ query = …, aggs = … })`, " +
	"`json_path = \"$.aggregations.errors.value\"`, `sample_json_path = \"$.hits.total.value\"` and " +
	"`require = { \"$.timed_out\" = \"false\", \"$._shards.failed\" = \"0\" }`. " +
	"Splunk: `url = \"https://splunk.internal:8089/services/search/jobs\"`, a `body` of " +
	"`search=…&exec_mode=oneshot&output_mode=json` (the search URL-encoded), `headers = { \"Content-Type\" = \"application/x-www-form-urlencoded\" }`, " +
	"`json_path = \"$.results[0].error_percent\"` and `require = { \"$.preview\" = \"false\" }`; not `jobs/export`, whose answer begins with lines of previews."

func attribute() schema.SingleNestedAttribute {
	attributes := httpclient.With(httpclient.SwitchAttributes(), map[string]schema.Attribute{
		"url":       schema.StringAttribute{Required: true, MarkdownDescription: "What to ask."},
		"method":    schema.StringAttribute{Optional: true, MarkdownDescription: "The method. Default: `GET`, or `POST` with a body."},
		"body":      schema.StringAttribute{Optional: true, MarkdownDescription: "The body to send. JSON is sent as `application/json`."},
		"json_path": schema.StringAttribute{Required: true, MarkdownDescription: "A JSONPath that must select exactly one value of the answer, a number or text that is one."},
		"sample_json_path": schema.StringAttribute{
			Optional: true, MarkdownDescription: "A JSONPath to how many samples the value stands on, for `min_samples`.",
		},
		"require": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "What else the answer must say to be a whole one: from a JSONPath to the value, as text, that it must select.",
		},
		"timeout": block.DurationAttribute("How long one request may take. Default: `10s`.", time.Millisecond),
	})
	httpclient.With(attributes, block.SecretAttributes("bearer_token", "The token to show."))
	return schema.SingleNestedAttribute{MarkdownDescription: description, Attributes: attributes}
}
