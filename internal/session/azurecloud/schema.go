package azurecloud

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

func attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "How to reach Azure. Arguments and environment variables have the names and the meaning that they have in the provider `hashicorp/azurerm`. " +
			"Of several ways to sign in, the first one is used: access token, client certificate, client secret, OIDC, managed identity, Azure CLI. " +
			"A token is asked for when the first call to Azure is made, so that whoever uses no Azure needs none.",
		Attributes: map[string]schema.Attribute{
			"subscription_id": optional("Subscription by which the Azure CLI chooses the account when there is no `tenant_id`. Resources are always found by the subscription in their ID. " +
				"Environment: `ARM_SUBSCRIPTION_ID`."),
			"tenant_id": optional("Tenant to sign in to. Environment: `ARM_TENANT_ID`."),
			"client_id": optional("Application, or user-assigned managed identity, to sign in as. Environment: `ARM_CLIENT_ID`."),
			"client_id_file_path": optional("Path of a file with the `client_id`, as Terraform Cloud gives it to a workspace with several sets of dynamic credentials. " +
				"Environment: `ARM_CLIENT_ID_FILE_PATH`."),
			"client_secret":           secret("Secret of the application. Environment: `ARM_CLIENT_SECRET`."),
			"client_secret_file_path": optional("Path of a file with the secret. Environment: `ARM_CLIENT_SECRET_FILE_PATH`."),
			"client_certificate": secret("Certificate of the application with its private key, PFX or PEM, in base64. " +
				"Environment: `ARM_CLIENT_CERTIFICATE`."),
			"client_certificate_path":     optional("Path of a file with the certificate and its private key, PFX or PEM. Environment: `ARM_CLIENT_CERTIFICATE_PATH`."),
			"client_certificate_password": secret("Password of the certificate. Environment: `ARM_CLIENT_CERTIFICATE_PASSWORD`."),
			"use_oidc":                    flag("Whether to sign in with the OIDC token of a pipeline or a workspace. Environment: `ARM_USE_OIDC`."),
			"oidc_token": secret("The token itself. Environment: `ARM_OIDC_TOKEN`; in Terraform Cloud, `TFC_WORKLOAD_IDENTITY_TOKEN` " +
				"when no other source of a token is set."),
			"oidc_token_file_path": optional("Path of a file with the token, read again at each renewal. Environment: `ARM_OIDC_TOKEN_FILE_PATH`."),
			"oidc_request_url": optional("URL to ask for a token. Environment: `ARM_OIDC_REQUEST_URL`, or `ACTIONS_ID_TOKEN_REQUEST_URL`, " +
				"which GitHub Actions sets."),
			"oidc_request_token": secret("Bearer token for `oidc_request_url`. Environment: `ARM_OIDC_REQUEST_TOKEN`, or `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, " +
				"which GitHub Actions sets."),
			"use_msi": flag("Whether to sign in as the managed identity of this machine; `client_id` chooses a user-assigned one. Environment: `ARM_USE_MSI`."),
			"use_cli": flag("Whether to use the session of the Azure CLI (`az login`) when nothing else is set; true when left out. Environment: `ARM_USE_CLI`."),
			"environment": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{stringvalidator.OneOfCaseInsensitive("public", "usgovernment", "china")},
				MarkdownDescription: "Cloud to call: `public` (when left out), `usgovernment` or `china`. " +
					"Environment: `ARM_ENVIRONMENT`.",
			},
			"access_token": secret("Access token for Azure Resource Manager, used as it is: `az account get-access-token` prints one. " +
				"It is not renewed, and must outlast the longest total of the timetable, or a rollback could not reach Azure."),
			"endpoint": optional("URL of Azure Resource Manager to call instead of the environment's own. Plain `http` is allowed on loopback only."),
		},
	}
}

func optional(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description}
}

func secret(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: description}
}

func flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
}
