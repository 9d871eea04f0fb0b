package prometheus

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/awscloud"
)

// ErrCredentials reports credentials that exclude each other.
var ErrCredentials = errors.New("credentials given twice")

// service is what Amazon Managed Service for Prometheus signs as.
const service = "aps"

// sigv4 is the block of the same name.
type sigv4 struct {
	Region  types.String `tfsdk:"region"`
	RoleARN types.String `tfsdk:"role_arn"`
}

// client opens what requests are sent by, with one kind of credentials or none.
func (c config) client(ctx context.Context, sessions *session.Sessions) (*httpclient.Client, error) {
	headers, err := c.headers()
	if err != nil {
		return nil, err
	}
	if err := c.oneWay(); err != nil {
		return nil, err
	}
	client, err := httpclient.New(ctx, c.TLS.Arguments(), headers, c.HeadersEnv)
	if err != nil {
		return nil, err
	}
	switch {
	case c.SigV4 != nil:
		client.Authorize(c.SigV4.sign(sessions))
	case c.OAuth2 != nil:
		err = client.Tokens(ctx, c.OAuth2)
	}
	return client, err
}

// oneWay returns an error that names both when two ways to sign in are given.
func (c config) oneWay() error {
	var given []string
	for _, way := range []struct {
		name string
		has  bool
	}{
		{"sigv4", c.SigV4 != nil},
		{httpclient.OAuth2Name, c.OAuth2 != nil},
		{"bearer_token", !c.BearerToken.IsNull()},
		{"bearer_token_env", !c.BearerTokenEnv.IsNull()},
		{"username", !c.Username.IsNull()},
		{"password", !c.Password.IsNull()},
		{"password_env", !c.PasswordEnv.IsNull()},
		{"the header Authorization", hasAuthorization(c.Headers) || hasAuthorization(c.HeadersEnv)},
	} {
		if way.has {
			given = append(given, way.name)
		}
	}
	if len(given) < 2 || allOf(given, "username", "password") {
		return nil
	}
	at := strings.TrimPrefix(given[0], "the header ")
	if at == "Authorization" {
		at = "headers"
	}
	return &block.AttributeError{
		Path: path.Root(at), Summary: "Credentials Given Twice",
		Err: fmt.Errorf("%w: give one of %s, not both", ErrCredentials, strings.Join(given, " and ")),
	}
}

// allOf tells whether each name begins as one of those that go together.
func allOf(given []string, together ...string) bool {
	return !slices.ContainsFunc(given, func(name string) bool {
		return !slices.ContainsFunc(together, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	})
}

func hasAuthorization(headers map[string]string) bool {
	for name := range headers {
		if strings.EqualFold(name, "Authorization") {
			return true
		}
	}
	return false
}

// headers are the user's, with credentials and tenant.
func (c config) headers() (map[string]string, error) {
	password, err := block.Secret("password", c.Password, c.PasswordEnv)
	if err != nil {
		return nil, err
	}
	token, err := block.Secret("bearer_token", c.BearerToken, c.BearerTokenEnv)
	if err != nil {
		return nil, err
	}
	headers := map[string]string{}
	maps.Copy(headers, c.Headers)
	switch {
	case token != "":
		headers["Authorization"] = "Bearer " + token
	case !c.Username.IsNull():
		pair := c.Username.ValueString() + ":" + password
		headers["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
	}
	if !c.Tenant.IsNull() {
		headers[tenantHeader] = c.Tenant.ValueString()
	}
	return headers, nil
}

// sign returns what signs a request with the credentials of the provider's aws
// block, which is opened when the first request is made.
func (s *sigv4) sign(sessions *session.Sessions) func(*http.Request) error {
	signer := awscloud.NewSigner(sessions, service, s.Region.ValueString(), s.RoleARN.ValueString())
	return signer.Sign
}
