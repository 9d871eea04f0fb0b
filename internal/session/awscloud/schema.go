package awscloud

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// settings is the block as Terraform hands it over. Left-out arguments are nil.
type settings struct {
	Region                 *string      `tfsdk:"region"`
	Profile                *string      `tfsdk:"profile"`
	AccessKey              *string      `tfsdk:"access_key"`
	SecretKey              *string      `tfsdk:"secret_key"`
	Token                  *string      `tfsdk:"token"`
	SharedConfigFiles      []string     `tfsdk:"shared_config_files"`
	SharedCredentialsFiles []string     `tfsdk:"shared_credentials_files"`
	MaxRetries             *int64       `tfsdk:"max_retries"`
	UseFIPSEndpoint        *bool        `tfsdk:"use_fips_endpoint"`
	UseDualStackEndpoint   *bool        `tfsdk:"use_dualstack_endpoint"`
	CustomCABundle         *string      `tfsdk:"custom_ca_bundle"`
	HTTPProxy              *string      `tfsdk:"http_proxy"`
	AssumeRole             *assumeRole  `tfsdk:"assume_role"`
	WebIdentity            *webIdentity `tfsdk:"assume_role_with_web_identity"`
	Endpoints              *endpoints   `tfsdk:"endpoints"`
}

type assumeRole struct {
	RoleARN           string            `tfsdk:"role_arn"`
	SessionName       *string           `tfsdk:"session_name"`
	ExternalID        *string           `tfsdk:"external_id"`
	Duration          *string           `tfsdk:"duration"`
	Policy            *string           `tfsdk:"policy"`
	PolicyARNs        []string          `tfsdk:"policy_arns"`
	SourceIdentity    *string           `tfsdk:"source_identity"`
	Tags              map[string]string `tfsdk:"tags"`
	TransitiveTagKeys []string          `tfsdk:"transitive_tag_keys"`
}

type webIdentity struct {
	RoleARN     string   `tfsdk:"role_arn"`
	SessionName *string  `tfsdk:"session_name"`
	Duration    *string  `tfsdk:"duration"`
	Policy      *string  `tfsdk:"policy"`
	PolicyARNs  []string `tfsdk:"policy_arns"`
	Token       *string  `tfsdk:"web_identity_token"`
	TokenFile   *string  `tfsdk:"web_identity_token_file"`
}

type endpoints struct {
	ELBv2                  *string `tfsdk:"elbv2"`
	ElasticLoadBalancingV2 *string `tfsdk:"elasticloadbalancingv2"`
	CloudWatch             *string `tfsdk:"cloudwatch"`
	STS                    *string `tfsdk:"sts"`
}

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How to reach AWS. Arguments have the names and the meaning that they have in the provider `hashicorp/aws`. " +
			"Left out, the environment decides, as it does for the AWS CLI: `AWS_PROFILE`, `AWS_ACCESS_KEY_ID`, `AWS_REGION`, " +
			"`~/.aws/config`, SSO, a web identity, the role of a container or of an instance. " +
			"Credentials are asked for when the first call to AWS is made, so that whoever uses no AWS needs none.",
		Attributes: map[string]schema.Attribute{
			"region": text("Region for calls whose region no ARN tells: those to STS, and to CloudWatch and Prometheus for metrics that name none. Load balancers are always called in the region of their ARN. " +
				"Environment: `AWS_REGION` or `AWS_DEFAULT_REGION`."),
			"profile":    text("Name of the profile in the shared configuration files. Environment: `AWS_PROFILE`."),
			"access_key": keyed("Access key. Environment: `AWS_ACCESS_KEY_ID`.", "secret_key"),
			"secret_key": keyed("Secret key. Environment: `AWS_SECRET_ACCESS_KEY`.", "access_key"),
			"token":      keyed("Session token of temporary credentials. Environment: `AWS_SESSION_TOKEN`.", "access_key"),
			"shared_config_files": texts("Paths of shared configuration files instead of `~/.aws/config`. " +
				"Environment: `AWS_CONFIG_FILE`."),
			"shared_credentials_files": texts("Paths of shared credentials files instead of `~/.aws/credentials`. " +
				"Environment: `AWS_SHARED_CREDENTIALS_FILE`."),
			"max_retries": schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "How often a call that failed in passing (a lost connection, an internal error of AWS) is tried again; 10 when left out. Environment: `AWS_MAX_ATTEMPTS`, which counts the first try too. " +
					"Throttled calls are not counted: they are tried until the timeout of the resource, at the rate that AWS allows.",
			},
			"use_fips_endpoint":             flag("Whether to use endpoints with FIPS 140 cryptography. Environment: `AWS_USE_FIPS_ENDPOINT`."),
			"use_dualstack_endpoint":        flag("Whether to use endpoints that answer on IPv6 as well. Environment: `AWS_USE_DUALSTACK_ENDPOINT`."),
			"custom_ca_bundle":              text("Path of a file with certificates, PEM, that are trusted for HTTPS. Environment: `AWS_CA_BUNDLE`."),
			"http_proxy":                    text("URL of a proxy for all calls to AWS but those to the metadata service of an instance or a container. Left out, the environment decides: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`."),
			"assume_role":                   assumeRoleAttribute(),
			"assume_role_with_web_identity": webIdentityAttribute(),
			"endpoints":                     endpointsAttribute(),
		},
	}
}

func assumeRoleAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Role to assume, with the credentials that the rest of the block gives. " +
			"Together with `assume_role_with_web_identity`, that one is assumed first.",
		Attributes: map[string]schema.Attribute{
			"role_arn":        schema.StringAttribute{Required: true, MarkdownDescription: "ARN of the role."},
			"session_name":    text("Name of the session in CloudTrail."),
			"external_id":     text("External identifier that the role's trust policy asks for."),
			"duration":        text("How long credentials last before they are renewed, such as `1h`; 15 minutes when left out."),
			"policy":          text("IAM policy, JSON, that narrows what the role allows."),
			"policy_arns":     set("ARNs of IAM policies that narrow what the role allows."),
			"source_identity": text("Source identity of the session."),
			"tags": schema.MapAttribute{
				Optional: true, ElementType: types.StringType, MarkdownDescription: "Tags of the session.",
			},
			"transitive_tag_keys": set("Keys of the tags that go on to further sessions."),
		},
	}
}

func webIdentityAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Role to assume with a token of an OpenID Connect provider, such as that of a pipeline. " +
			"One of `web_identity_token` and `web_identity_token_file` is needed.",
		Attributes: map[string]schema.Attribute{
			"role_arn":     schema.StringAttribute{Required: true, MarkdownDescription: "ARN of the role."},
			"session_name": text("Name of the session in CloudTrail."),
			"duration":     text("How long credentials last before they are renewed, such as `1h`."),
			"policy":       text("IAM policy, JSON, that narrows what the role allows."),
			"policy_arns":  set("ARNs of IAM policies that narrow what the role allows."),
			"web_identity_token": schema.StringAttribute{
				Optional: true, Sensitive: true, MarkdownDescription: "The token itself.",
				Validators: []validator.String{
					stringvalidator.ExactlyOneOf(path.MatchRelative().AtParent().AtName("web_identity_token_file")),
				},
			},
			"web_identity_token_file": text("Path of a file with the token, which is read again at each renewal."),
		},
	}
}

func endpointsAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "URLs to call instead of those of AWS.",
		Attributes: map[string]schema.Attribute{
			"elbv2":                  text("Elastic Load Balancing, for all regions. Environment: `AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2`."),
			"elasticloadbalancingv2": text("The same as `elbv2`."),
			"cloudwatch":             text("CloudWatch, for all regions. Environment: `AWS_ENDPOINT_URL_CLOUDWATCH`."),
			"sts":                    text("Security Token Service. Environment: `AWS_ENDPOINT_URL_STS`."),
		},
	}
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description}
}

// keyed is a part of static credentials, which needs the other part.
func keyed(description, other string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Sensitive: true, MarkdownDescription: description,
		Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName(other))},
	}
}

func texts(description string) schema.ListAttribute {
	return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description}
}

func set(description string) schema.SetAttribute {
	return schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description}
}

func flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
}
