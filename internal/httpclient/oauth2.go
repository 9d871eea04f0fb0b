package httpclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// ErrToken reports that a server of tokens gave none.
var ErrToken = errors.New("no token")

// OAuth2Name is the name of the block oauth2.
const OAuth2Name = "oauth2"

// OAuth2 are the arguments of the block oauth2: a client that shows its own
// credentials for a token (RFC 6749, section 4.4).
type OAuth2 struct {
	TokenURL        types.String      `tfsdk:"token_url"`
	ClientID        types.String      `tfsdk:"client_id"`
	ClientSecret    types.String      `tfsdk:"client_secret"`
	ClientSecretEnv types.String      `tfsdk:"client_secret_env"`
	Scopes          []string          `tfsdk:"scopes"`
	EndpointParams  map[string]string `tfsdk:"endpoint_params"`
	TLS             *SwitchTLS        `tfsdk:"tls"`
}

// OAuth2Attribute returns the schema of the block oauth2, of what a switch alone
// has. It is decoded into an *OAuth2.
func OAuth2Attribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Get a token by OAuth 2.0, as a client with credentials of its own (`client_credentials`), and show that. It is renewed before it ends. " +
			"No other credentials go with it.",
		Attributes: With(block.SecretAttributes("client_secret", "The client's secret."), map[string]schema.Attribute{
			"token_url": schema.StringAttribute{Required: true, MarkdownDescription: "Where tokens are given: `https://login.internal/oauth2/token`."},
			"client_id": schema.StringAttribute{Required: true, MarkdownDescription: "The client's name."},
			"scopes":    schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "The scopes to ask for."},
			"endpoint_params": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "What else the server of tokens wants to know: `{ audience = \"prometheus\" }`. It is in plan and state.",
			},
			"tls": SwitchTLSAttribute("How the server of tokens is known, and how it knows us."),
		}),
	}
}

// Tokens has each request of the client carry a token of the server that the
// block names. The server is asked when the first request is made. An error is
// an *block.AttributeError below "oauth2".
func (c *Client) Tokens(ctx context.Context, o *OAuth2) error {
	source, err := o.open(ctx)
	if err != nil {
		return below(OAuth2Name, err)
	}
	c.sent.authorize = source.authorize
	c.sent.refused = source.drop
	return nil
}

func (o *OAuth2) open(ctx context.Context) (*tokens, error) {
	if err := ValidateURL("token_url", o.TokenURL.ValueString(), "client_id with client_secret or client_secret_env"); err != nil {
		return nil, err
	}
	secret, err := RequiredSecret("client_secret", o.ClientSecret, o.ClientSecretEnv)
	if err != nil {
		return nil, err
	}
	id := o.ClientID.ValueString()
	remotetext.HideLogin(id, secret)
	remotetext.HideLogin(url.QueryEscape(id), url.QueryEscape(secret)) // as they are sent
	client, err := New(ctx, o.TLS.Arguments(), nil, nil)
	if err != nil {
		return nil, err
	}
	params := url.Values{}
	for name, value := range o.EndpointParams {
		params.Set(name, value)
	}
	return &tokens{client: client.HTTP(), config: &clientcredentials.Config{
		ClientID: id, ClientSecret: secret, TokenURL: o.TokenURL.ValueString(), Scopes: o.Scopes, EndpointParams: params,
	}}, nil
}

// tokens hands out one token for as long as it is good. It is safe for
// concurrent use.
type tokens struct {
	client *http.Client
	config *clientcredentials.Config

	mu   sync.Mutex
	held *oauth2.Token // nil before the first
}

// authorize shows a token with a request.
func (t *tokens) authorize(r *http.Request) error {
	token, err := t.token(r.Context())
	if err != nil {
		return err
	}
	remotetext.HideToken(token.AccessToken)
	token.SetAuthHeader(r)
	return nil
}

func (t *tokens) token(ctx context.Context) (*oauth2.Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held.Valid() {
		return t.held, nil
	}
	token, err := t.config.Token(context.WithValue(ctx, oauth2.HTTPClient, t.client))
	if err != nil {
		return nil, t.explain(err)
	}
	t.held = token
	return token, nil
}

// drop forgets the token: it was refused before its time.
func (t *tokens) drop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held = nil
}

// explain says why there is no token, without the answer, which may have one.
func (t *tokens) explain(err error) error {
	where := Redacted(t.config.TokenURL)
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.Response == nil {
		return fmt.Errorf("%w from %s: %w", ErrToken, where, remotetext.Error(Bare(err)))
	}
	said := strings.Trim(refused.ErrorCode+": "+refused.ErrorDescription, ": ")
	text := fmt.Sprintf("status %d", refused.Response.StatusCode)
	if said = cmp.Or(remotetext.Clean(said), Words(refused.Response.Header, refused.Body)); said != "" {
		text += ": " + said
	}
	return fmt.Errorf("%w from %s: %s", ErrToken, where, text)
}

// below puts an error on an attribute below another one.
func below(name string, err error) error {
	var attribute *block.AttributeError
	if !errors.As(err, &attribute) {
		return err
	}
	attribute.Path = block.Extend(path.Root(name), attribute.Path)
	return err
}
