// Package opsgenie is the notification by Opsgenie's Alert API: an alert when
// somebody must look, closed when a later cutover promotes.
//
// The format is that of https://docs.opsgenie.com/docs/alert-api.
package opsgenie

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

const (
	defaultURL   = "https://api.opsgenie.com"
	successorURL = "https://api.atlassian.com/jsm/ops/integration"
)

// The limits of the API, in characters.
const (
	maxMessage     = 130
	maxAlias       = 512
	maxDescription = 15000
	maxSource      = 100
	maxDetailValue = 1000 // all details together: 8000
)

// Kind returns the kind opsgenie.
func Kind() block.Kind[notify.Notifier] {
	return block.New("opsgenie", schema.SingleNestedAttribute{
		MarkdownDescription: "Opsgenie. `stuck` raises an alert of priority P1, `rolled_back` one of P3, one for each switch; `promoted` closes it. " +
			"`started` is not sent. Opsgenie's support ends in April 2027. Its successor, Jira Service Management, takes the same alerts and keys of the same kind: " +
			"give `url = \"" + successorURL + "\"`.",
		Attributes: httpclient.With(block.SecretAttributes("api_key", "The key of an API integration."), map[string]schema.Attribute{
			"tls": httpclient.SwitchTLSAttribute("How the service is known, and how it knows us."),
			"url": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Where the API is: `https://api.eu.opsgenie.com` for accounts in Europe. Default: `" + defaultURL + "`.",
			},
		}),
	}, open)
}

type config struct {
	APIKey    types.String          `tfsdk:"api_key"`
	APIKeyEnv types.String          `tfsdk:"api_key_env"`
	URL       types.String          `tfsdk:"url"`
	TLS       *httpclient.SwitchTLS `tfsdk:"tls"`
}

type opsgenie struct {
	sender   httpclient.Sender
	url, key string
}

func open(ctx context.Context, _ *session.Sessions, c config) (notify.Notifier, error) {
	o := opsgenie{url: defaultURL}
	if !c.URL.IsNull() {
		o.url = strings.TrimRight(c.URL.ValueString(), "/")
	}
	if err := httpclient.ValidateURL("url", o.url, "api_key or api_key_env"); err != nil {
		return nil, err
	}
	var err error
	if o.key, err = httpclient.RequiredSecret("api_key", c.APIKey, c.APIKeyEnv); err != nil {
		return nil, err
	}
	if o.sender, err = httpclient.NewSender(ctx, c.TLS.Arguments()); err != nil {
		return nil, err
	}
	o.sender.Denied = httpclient.Plain
	o.sender.Header = http.Header{"Authorization": {"GenieKey " + o.key}}
	return o, nil
}

type alert struct {
	Message     string            `json:"message"`
	Alias       string            `json:"alias"`
	Description string            `json:"description"`
	Priority    string            `json:"priority"`
	Source      string            `json:"source"`
	Details     map[string]string `json:"details"`
}

// Notify implements notify.Notifier.
func (o opsgenie) Notify(ctx context.Context, n notify.Notice) error {
	alias := aliasOf(n)
	switch n.Occasion {
	case notify.Stuck:
		return o.raise(ctx, n, alias, "P1")
	case notify.RolledBack:
		return o.raise(ctx, n, alias, "P3")
	case notify.Promoted:
		return o.sender.Post(ctx, o.url+"/v2/alerts/"+url.PathEscape(alias)+"/close?identifierType=alias", map[string]string{
			"source": httpclient.Clip(n.Switch, maxSource), "note": n.Summary,
		})
	default:
		return nil
	}
}

// aliasOf names the one alert of a switch. It becomes a part of a path, where
// servers are of several minds about a slash, escaped or not.
func aliasOf(n notify.Notice) string {
	return httpclient.Clip("bluegreen:"+strings.ReplaceAll(n.Switch, "/", ":"), maxAlias)
}

func (o opsgenie) raise(ctx context.Context, n notify.Notice, alias, priority string) error {
	return o.sender.Post(ctx, o.url+"/v2/alerts", alert{
		Message: httpclient.Clip(n.Summary, maxMessage), Alias: alias, Description: httpclient.Clip(n.Detail, maxDescription), Priority: priority, Source: httpclient.Clip(n.Switch, maxSource),
		Details: map[string]string{"from": n.From, "to": n.To, "version": httpclient.Clip(n.Version, maxDetailValue), "cutover": n.Key},
	})
}
