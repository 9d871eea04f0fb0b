package azurecloud

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "azurecloud"

// credential chooses the one way to sign in that the settings ask for, in the
// order of hashicorp/azurerm: certificate, secret, OIDC, managed identity, CLI.
// It calls nobody.
func (s settings) credential(ctx context.Context, options azcore.ClientOptions) (azcore.TokenCredential, error) {
	switch {
	case s.AccessToken != nil:
		return staticToken(*s.AccessToken), nil
	case s.ClientCertificate != nil || s.ClientCertificatePath != nil:
		return s.certificate(ctx, options)
	case s.ClientSecret != nil:
		return s.secret(options)
	case isTrue(s.UseOIDC):
		return s.oidc(options)
	case isTrue(s.UseMSI):
		return s.managedIdentity(options)
	case s.UseCLI == nil || *s.UseCLI:
		return s.cli()
	default:
		return nil, pkg.Errorf("%w: none are configured: set client_secret, client_certificate_path, use_oidc, use_msi or use_cli "+
			"in the provider's azure block, or the ARM_ variables of the same names", ErrCredentials)
	}
}

// application returns the tenant and the client, which every way to sign in
// as an application needs.
func (s settings) application() (tenant, client string, err error) {
	if s.TenantID == nil {
		err = missing("tenant_id", "ARM_TENANT_ID")
	}
	if s.ClientID == nil {
		err = errors.Join(err, missing("client_id", "ARM_CLIENT_ID"))
	}
	return text(s.TenantID), text(s.ClientID), err
}

func missing(argument, variable string) error {
	return configError(argument, fmt.Errorf("%w: it is missing: set %s in the provider's azure block, or %s", ErrCredentials, argument, variable))
}

func (s settings) certificate(ctx context.Context, options azcore.ClientOptions) (azcore.TokenCredential, error) {
	tenant, client, err := s.application()
	if err != nil {
		return nil, err
	}
	argument := "client_certificate"
	var bundle []byte
	if s.ClientCertificate != nil {
		bundle, err = base64.StdEncoding.DecodeString(*s.ClientCertificate)
	} else {
		argument = "client_certificate_path"
		bundle, err = localfile.Read(ctx, *s.ClientCertificatePath, localfile.Small)
	}
	if err != nil {
		return nil, configError(argument, err)
	}
	remotetext.Hide(string(bundle)) // of one in PEM, each line of the key
	certificates, key, err := azidentity.ParseCertificates(bundle, []byte(text(s.ClientCertificatePassword)))
	if err != nil {
		return nil, configError(argument, fmt.Errorf("a certificate with its private key, PFX or PEM, is needed, "+
			"and client_certificate_password must fit: %w", err))
	}
	return azidentity.NewClientCertificateCredential(tenant, client, certificates, key,
		&azidentity.ClientCertificateCredentialOptions{ClientOptions: options})
}

func (s settings) secret(options azcore.ClientOptions) (azcore.TokenCredential, error) {
	tenant, client, err := s.application()
	if err != nil {
		return nil, err
	}
	return azidentity.NewClientSecretCredential(tenant, client, *s.ClientSecret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: options})
}

func (s settings) managedIdentity(options azcore.ClientOptions) (azcore.TokenCredential, error) {
	o := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: options}
	if s.ClientID != nil {
		o.ID = azidentity.ClientID(*s.ClientID)
	}
	return azidentity.NewManagedIdentityCredential(o)
}

// cli uses the session of az, which takes a tenant or a subscription, not both:
// https://github.com/Azure/azure-cli/issues/32755. Tokens belong to a tenant; a
// subscription only serves to find it.
func (s settings) cli() (azcore.TokenCredential, error) {
	o := &azidentity.AzureCLICredentialOptions{TenantID: text(s.TenantID)}
	if o.TenantID == "" {
		o.Subscription = text(s.SubscriptionID)
	}
	return azidentity.NewAzureCLICredential(o)
}

// staticToken is an access token that the user brought along.
type staticToken string

// GetToken implements azcore.TokenCredential. When the token ends is not
// known; Azure says so when it has.
func (t staticToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(t), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func isLoopback(host string) bool { return host == "localhost" || net.ParseIP(host).IsLoopback() }
