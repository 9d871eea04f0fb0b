package gcpcloud

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"time"

	"cloud.google.com/go/auth"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// lifetime of an impersonated token; one hour is the API's most without a
// policy that allows more.
const lifetime = "3600s"

// impersonated gets tokens of a service account from the IAM Service Account
// Credentials API. Google's own library for it draws in gRPC and telemetry, two
// megabytes for this one call:
// https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
type impersonated struct {
	source    auth.TokenProvider
	client    *http.Client
	url       string
	delegates []string
}

// impersonate returns tokens of principal, kept while they are valid.
func impersonate(source auth.TokenProvider, client *http.Client, principal string, s settings) auth.TokenProvider {
	universe := value(s.UniverseDomain)
	if universe == "" {
		universe = defaultUniverse
	}
	var delegates []string
	for _, d := range s.Delegates {
		delegates = append(delegates, "projects/-/serviceAccounts/"+d)
	}
	return auth.NewCachedTokenProvider(impersonated{
		source: source, client: client, delegates: delegates,
		url: "https://iamcredentials." + universe + "/v1/projects/-/serviceAccounts/" + url.PathEscape(principal) + ":generateAccessToken",
	}, nil)
}

// Token implements auth.TokenProvider.
func (i impersonated) Token(ctx context.Context) (*auth.Token, error) {
	own, err := i.source.Token(ctx)
	if err != nil {
		return nil, err
	}
	remotetext.HideToken(own.Value)
	body, err := json.Marshal(map[string]any{"delegates": i.delegates, "scope": []string{scope}, "lifetime": lifetime})
	if err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, i.url, bytes.NewReader(body))
	if err != nil {
		return nil, pkg.Errorf("%w", err)
	}
	req.Header.Set("Authorization", "Bearer "+own.Value)
	req.Header.Set("Content-Type", "application/json")
	return i.ask(req)
}

func (i impersonated) ask(req *http.Request) (*auth.Token, error) {
	resp, err := i.client.Do(req)
	if err != nil {
		return nil, pkg.Errorf("impersonation: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body) // which the client bounds
	if err != nil {
		return nil, pkg.Errorf("impersonation: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, pkg.Errorf("impersonation: %w", parseError(resp.StatusCode, content))
	}
	var answer struct {
		AccessToken string    `json:"accessToken"`
		ExpireTime  time.Time `json:"expireTime"`
	}
	if err := json.Unmarshal(content, &answer); err != nil {
		return nil, pkg.Errorf("impersonation: %w", err)
	}
	return &auth.Token{Value: answer.AccessToken, Type: "Bearer", Expiry: answer.ExpireTime}, nil
}
