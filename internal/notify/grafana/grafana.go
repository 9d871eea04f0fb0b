// Package grafana is the notification by an annotation on Grafana's graphs.
//
// The format is that of https://grafana.com/docs/grafana/latest/developers/http_api/annotations.
package grafana

import (
	"context"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// Kind returns the kind grafana.
func Kind() block.Kind[notify.Notifier] {
	return block.New("grafana", schema.SingleNestedAttribute{
		MarkdownDescription: "An annotation in Grafana, with the tags `bluegreen`, the switch's name, the occasion and the incoming color.",
		Attributes: httpclient.With(block.SecretAttributes("token", "The token of a service account that may write annotations."), map[string]schema.Attribute{
			"tls": httpclient.SwitchTLSAttribute("How the service is known, and how it knows us."),
			"url": schema.StringAttribute{Required: true, MarkdownDescription: "Where Grafana is: `https://grafana.example.com`."},
			"dashboard_uid": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The dashboard to annotate. Left out, the annotation is for every dashboard that asks for its tags.",
			},
		}),
	}, open)
}

type config struct {
	URL          types.String          `tfsdk:"url"`
	Token        types.String          `tfsdk:"token"`
	TokenEnv     types.String          `tfsdk:"token_env"`
	DashboardUID types.String          `tfsdk:"dashboard_uid"`
	TLS          *httpclient.SwitchTLS `tfsdk:"tls"`
}

type grafana struct {
	sender           httpclient.Sender
	url, token, dash string
}

func open(ctx context.Context, _ *session.Sessions, c config) (notify.Notifier, error) {
	if err := httpclient.ValidateURL("url", c.URL.ValueString(), "token or token_env"); err != nil {
		return nil, err
	}
	g := grafana{url: strings.TrimRight(c.URL.ValueString(), "/"), dash: c.DashboardUID.ValueString()}
	var err error
	if g.token, err = httpclient.RequiredSecret("token", c.Token, c.TokenEnv); err != nil {
		return nil, err
	}
	if g.sender, err = httpclient.NewSender(ctx, c.TLS.Arguments()); err != nil {
		return nil, err
	}
	g.sender.Denied = httpclient.Plain
	g.sender.Header = http.Header{"Authorization": {"Bearer " + g.token}}
	return g, nil
}

type annotation struct {
	DashboardUID string   `json:"dashboardUID,omitempty"`
	Time         int64    `json:"time"` // milliseconds since 1970
	Tags         []string `json:"tags"`
	Text         string   `json:"text"`
}

// The limits of Grafana: of all tags together 500 characters, and a text of 64 KB
// where it keeps them in MySQL.
const (
	maxTag    = 400
	maxDetail = 15_000
)

// Notify implements notify.Notifier.
func (g grafana) Notify(ctx context.Context, n notify.Notice) error {
	text := n.Summary
	if n.Detail != "" {
		text += "\n" + httpclient.Clip(n.Detail, maxDetail)
	}
	return g.sender.Post(ctx, g.url+"/api/annotations", annotation{
		DashboardUID: g.dash, Time: n.Time.UnixMilli(), Tags: []string{"bluegreen", httpclient.Clip(n.Switch, maxTag), string(n.Occasion), n.To}, Text: text,
	})
}
