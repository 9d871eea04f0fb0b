package azurecloud

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// audience is for whom GitHub makes the token:
// https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-azure
const audience = "api://AzureADTokenExchange"

// maxToken bounds the answer with a token, in bytes.
const maxToken = 1 << 20

// oidc signs in with the token of a pipeline. The token is got anew each time,
// since a file's is renewed and a run's may end.
func (s settings) oidc(options azcore.ClientOptions) (azcore.TokenCredential, error) {
	tenant, client, err := s.application()
	if err != nil {
		return nil, err
	}
	var assertion func(context.Context) (string, error)
	switch {
	case s.OIDCToken != nil:
		assertion = func(context.Context) (string, error) { return *s.OIDCToken, nil }
	case s.OIDCTokenFilePath != nil:
		assertion = func(ctx context.Context) (string, error) { return readToken(ctx, *s.OIDCTokenFilePath) }
	case s.OIDCRequestURL != nil && s.OIDCRequestToken != nil:
		assertion = s.requestToken
	default:
		return nil, configError("use_oidc", fmt.Errorf("%w: there is no token: set oidc_token, oidc_token_file_path, or oidc_request_url with oidc_request_token; "+
			"in GitHub Actions give the job `permissions: id-token: write`, in Terraform Cloud set TFC_WORKLOAD_IDENTITY_AUDIENCE", ErrCredentials))
	}
	return azidentity.NewClientAssertionCredential(tenant, client, assertion,
		&azidentity.ClientAssertionCredentialOptions{ClientOptions: options})
}

func readToken(ctx context.Context, path string) (string, error) {
	token, err := localfile.Read(ctx, path, localfile.Small)
	if err != nil {
		return "", pkg.Errorf("oidc_token_file_path: %w", err)
	}
	remotetext.HideToken(string(token))
	return strings.TrimSpace(string(token)), nil
}

// requestToken asks GitHub for a token of this job. Errors never show the
// token that is sent.
func (s settings) requestToken(ctx context.Context) (string, error) {
	u, err := url.Parse(*s.OIDCRequestURL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && !isLoopback(u.Hostname())) {
		return "", pkg.New("oidc_request_url is not an https URL")
	}
	query := u.Query()
	if !query.Has("audience") {
		query.Set("audience", audience)
		u.RawQuery = query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return "", pkg.Errorf("oidc_request_url: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Authorization", "Bearer "+*s.OIDCRequestToken)
	response, err := network().Do(request)
	if err != nil {
		return "", pkg.Errorf("oidc_request_url: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // nothing is left to read
	token, err := decodeToken(response)
	remotetext.HideToken(token)
	return token, err
}

func decodeToken(response *http.Response) (string, error) {
	var answer struct {
		Value string `json:"value"`
	}
	if response.StatusCode != http.StatusOK {
		return "", pkg.Errorf("oidc_request_url answered %s: check oidc_request_token, and the job's permission `id-token: write`", remotetext.Clean(response.Status))
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxToken)).Decode(&answer); err != nil || answer.Value == "" {
		return "", pkg.New("oidc_request_url gave no token")
	}
	return answer.Value, nil
}
