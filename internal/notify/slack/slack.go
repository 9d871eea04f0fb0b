// Package slack is the notification by an incoming webhook of Slack.
//
// The message format is that of https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// Kind returns the kind slack.
func Kind() block.Kind[notify.Notifier] {
	return block.New("slack", schema.SingleNestedAttribute{
		MarkdownDescription: "An incoming webhook of Slack, or of what takes the same messages (Mattermost, Rocket.Chat).",
		Attributes: httpclient.With(block.SecretAttributes("webhook_url", "The webhook's URL, which is a secret."), map[string]schema.Attribute{
			"tls": httpclient.SwitchTLSAttribute("How the service is known, and how it knows us."),
		}),
	}, open)
}

type config struct {
	WebhookURL    types.String          `tfsdk:"webhook_url"`
	WebhookURLEnv types.String          `tfsdk:"webhook_url_env"`
	TLS           *httpclient.SwitchTLS `tfsdk:"tls"`
}

type slack struct {
	sender httpclient.Sender
	url    string
}

func open(ctx context.Context, _ *session.Sessions, c config) (notify.Notifier, error) {
	sender, url, err := httpclient.NewWebhook(ctx, c.WebhookURL, c.WebhookURLEnv, c.TLS.Arguments())
	sender.Denied = denied
	return slack{sender, url}, err
}

// denied finds what Slack's API, and others that take its messages, answer with
// status 200 when they did not.
func denied(body []byte) (status int, denied bool) {
	var answer struct {
		OK      *bool `json:"ok"`
		Success *bool `json:"success"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return 0, false
	}
	return 0, answer.OK != nil && !*answer.OK || answer.Success != nil && !*answer.Success
}

// maxSummary and maxDetail keep a message below the 40,000 characters that Slack takes, whatever
// is escaped in it.
const (
	maxSummary = 900
	maxDetail  = 7000
)

// marks stand before the first line.
var marks = map[notify.Occasion]string{
	notify.Started: ":arrow_forward:", notify.Promoted: ":white_check_mark:", notify.RolledBack: ":leftwards_arrow_with_hook:", notify.Stuck: ":rotating_light:",
}

// escape is what Slack asks of text.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// Notify implements notify.Notifier.
func (s slack) Notify(ctx context.Context, n notify.Notice) error {
	text := fmt.Sprintf("%s *%s*", marks[n.Occasion], escape.Replace(httpclient.Clip(n.Summary, maxSummary)))
	if n.Detail != "" {
		text += "\n" + escape.Replace(httpclient.Clip(n.Detail, maxDetail))
	}
	return s.sender.Post(ctx, s.url, map[string]string{"text": text})
}
