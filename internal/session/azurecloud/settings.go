package azurecloud

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	azcloud "github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// settings is the block as Terraform hands it over. Left-out arguments are nil.
type settings struct {
	SubscriptionID            *string `tfsdk:"subscription_id"`
	TenantID                  *string `tfsdk:"tenant_id"`
	ClientID                  *string `tfsdk:"client_id"`
	ClientIDFilePath          *string `tfsdk:"client_id_file_path"`
	ClientSecret              *string `tfsdk:"client_secret"`
	ClientSecretFilePath      *string `tfsdk:"client_secret_file_path"`
	ClientCertificate         *string `tfsdk:"client_certificate"`
	ClientCertificatePath     *string `tfsdk:"client_certificate_path"`
	ClientCertificatePassword *string `tfsdk:"client_certificate_password"`
	UseOIDC                   *bool   `tfsdk:"use_oidc"`
	OIDCToken                 *string `tfsdk:"oidc_token"`
	OIDCTokenFilePath         *string `tfsdk:"oidc_token_file_path"`
	OIDCRequestURL            *string `tfsdk:"oidc_request_url"`
	OIDCRequestToken          *string `tfsdk:"oidc_request_token"`
	UseMSI                    *bool   `tfsdk:"use_msi"`
	UseCLI                    *bool   `tfsdk:"use_cli"`
	Environment               *string `tfsdk:"environment"`
	AccessToken               *string `tfsdk:"access_token"`
	Endpoint                  *string `tfsdk:"endpoint"`
}

// withEnvironment fills what was left out from the variables that
// hashicorp/azurerm reads, in its order. As there, an empty argument is one
// that was left out.
func (s settings) withEnvironment() settings {
	for _, v := range []struct {
		argument  **string
		variables []string
	}{
		{&s.SubscriptionID, []string{"ARM_SUBSCRIPTION_ID"}},
		{&s.TenantID, []string{"ARM_TENANT_ID"}},
		{&s.ClientID, []string{"ARM_CLIENT_ID"}},
		{&s.ClientIDFilePath, []string{"ARM_CLIENT_ID_FILE_PATH"}},
		{&s.ClientSecret, []string{"ARM_CLIENT_SECRET"}},
		{&s.ClientSecretFilePath, []string{"ARM_CLIENT_SECRET_FILE_PATH"}},
		{&s.ClientCertificate, []string{"ARM_CLIENT_CERTIFICATE"}},
		{&s.ClientCertificatePath, []string{"ARM_CLIENT_CERTIFICATE_PATH"}},
		{&s.ClientCertificatePassword, []string{"ARM_CLIENT_CERTIFICATE_PASSWORD"}},
		{&s.OIDCToken, []string{"ARM_OIDC_TOKEN"}},
		{&s.OIDCTokenFilePath, []string{"ARM_OIDC_TOKEN_FILE_PATH"}},
		{&s.OIDCRequestURL, []string{"ARM_OIDC_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_URL"}},
		{&s.OIDCRequestToken, []string{"ARM_OIDC_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"}},
		{&s.Environment, []string{"ARM_ENVIRONMENT"}},
		{&s.AccessToken, nil},
		{&s.Endpoint, nil},
	} {
		if text(*v.argument) == "" {
			*v.argument = variable(v.variables...)
		}
	}
	for name, argument := range map[string]**bool{
		"ARM_USE_OIDC": &s.UseOIDC, "ARM_USE_MSI": &s.UseMSI, "ARM_USE_CLI": &s.UseCLI,
	} {
		if b, err := strconv.ParseBool(os.Getenv(name)); *argument == nil && err == nil {
			*argument = &b
		}
	}
	return s.withTerraformCloud()
}

// withTerraformCloud takes the token that Terraform Cloud gives to each run,
// when OIDC is asked for and no other source of a token is there:
// https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/workload-identity-tokens
func (s settings) withTerraformCloud() settings {
	if isTrue(s.UseOIDC) && s.OIDCToken == nil && s.OIDCTokenFilePath == nil && s.OIDCRequestURL == nil {
		s.OIDCToken = variable("TFC_WORKLOAD_IDENTITY_TOKEN")
	}
	return s
}

// variable returns the first of the environment variables that is not empty.
func variable(names ...string) *string {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return &value
		}
	}
	return nil
}

// environments are the national clouds, by azurerm's names.
var environments = map[string]azcloud.Configuration{
	"public":       azcloud.AzurePublic,
	"usgovernment": azcloud.AzureGovernment,
	"china":        azcloud.AzureChina,
}

// cloud returns the cloud to call, and whether its Resource Manager is spoken
// to without TLS, which is allowed on this machine only.
func (s settings) cloud() (azcloud.Configuration, bool, error) {
	name := "public"
	if s.Environment != nil {
		name = *s.Environment
	}
	config, ok := environments[strings.ToLower(name)]
	if !ok {
		return config, false, configError("environment", fmt.Errorf("there is no environment %q: use public, usgovernment or china", name))
	}
	if s.Endpoint == nil {
		return config, false, nil
	}
	u, err := session.Endpoint(*s.Endpoint)
	if err != nil {
		return config, false, configError("endpoint", err)
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return config, false, configError("endpoint", errors.New("http is for loopback addresses only, since credentials would be sent in the clear: use https"))
	}
	manager := config.Services[azcloud.ResourceManager]
	manager.Endpoint = strings.TrimSuffix(*s.Endpoint, "/")
	config.Services = map[azcloud.ServiceName]azcloud.ServiceConfiguration{azcloud.ResourceManager: manager}
	return config, u.Scheme == "http", nil
}

// configError is an error that the named argument of the block causes.
func configError(argument string, err error) error {
	return pkg.Errorf("%w: azure.%s: %w", session.ErrConfig, argument, err)
}

func isTrue(b *bool) bool { return b != nil && *b }

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
