package gcpcloud

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Google Cloud, needed by the blocks `gcp_lb` and `google_cloud_monitoring`. Arguments are named as in hashicorp/google. " +
			"Left out, everything comes from the environment, and credentials are asked for when a resource first needs them.",
		Attributes: map[string]schema.Attribute{
			"project": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Project of URL maps and backend services that are given by a short name. " +
					"Or `GOOGLE_PROJECT`, `GOOGLE_CLOUD_PROJECT`, `GCLOUD_PROJECT` or `CLOUDSDK_CORE_PROJECT`.",
			},
			"region": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Taken for configurations that are shared with hashicorp/google, and not needed: URL maps and backend services " +
					"say their own region, and a short name is that of a global one.",
			},
			"credentials": schema.StringAttribute{
				Optional: true, Sensitive: true,
				Validators: []validator.String{stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("access_token"))},
				MarkdownDescription: "Path or content of a service account's key file, or of a workload identity federation's configuration. " +
					"Or `GOOGLE_CREDENTIALS`, `GOOGLE_CLOUD_KEYFILE_JSON` or `GCLOUD_KEYFILE_JSON`. " +
					"Without these and `access_token`, application default credentials are used (`GOOGLE_APPLICATION_CREDENTIALS`, " +
					"`gcloud auth application-default login`, the metadata server).",
			},
			"access_token": schema.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "OAuth 2.0 access token. It is not renewed. Or `GOOGLE_OAUTH_ACCESS_TOKEN`.",
			},
			"impersonate_service_account": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Service account that is impersonated for all calls. It takes the role *Service Account Token Creator* on it. " +
					"Or `GOOGLE_IMPERSONATE_SERVICE_ACCOUNT`.",
			},
			"impersonate_service_account_delegates": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "The chain of service accounts by which the impersonated one is reached.",
			},
			"user_project_override": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Count calls against `billing_project`, or without one against the project of the resource, " +
					"and not against that of the credentials. Or `USER_PROJECT_OVERRIDE`.",
			},
			"billing_project": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Project that calls are counted against when `user_project_override` is set. Or `GOOGLE_BILLING_PROJECT`.",
			},
			"universe_domain": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Domain of the Google Cloud universe; `googleapis.com` by default. Or `GOOGLE_UNIVERSE_DOMAIN`.",
			},
			"endpoint": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Base address of the Compute Engine API instead of Google's, as in `compute_custom_endpoint`. " +
					"On a loopback address no credentials are needed, and none are sent unless `credentials` or `access_token` are given. " +
					"Or `GOOGLE_COMPUTE_CUSTOM_ENDPOINT`.",
			},
			"monitoring_endpoint": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Address of the Cloud Monitoring API instead of Google's, as in `monitoring_custom_endpoint` but without a version. " +
					"Or `GOOGLE_MONITORING_CUSTOM_ENDPOINT`.",
			},
			"request_timeout": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "How long one HTTP request may take before it is tried again, `120s` by default.",
			},
		},
	}
}
