// Package teams is the notification by a workflow of Microsoft Teams that
// posts what a webhook request brings: an Adaptive Card.
//
// The format is that of https://learn.microsoft.com/connectors/teams (trigger
// "When a Teams webhook request is received"). The older Office 365 connectors
// are retired.
package teams

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// Kind returns the kind teams.
func Kind() block.Kind[notify.Notifier] {
	return block.New("teams", schema.SingleNestedAttribute{
		MarkdownDescription: "A workflow of Microsoft Teams that takes webhook requests.",
		Attributes: httpclient.With(block.SecretAttributes("webhook_url", "The workflow's URL, which is a secret."), map[string]schema.Attribute{
			"tls": httpclient.SwitchTLSAttribute("How the service is known, and how it knows us."),
		}),
	}, open)
}

type config struct {
	WebhookURL    types.String          `tfsdk:"webhook_url"`
	WebhookURLEnv types.String          `tfsdk:"webhook_url_env"`
	TLS           *httpclient.SwitchTLS `tfsdk:"tls"`
}

type teams struct {
	sender httpclient.Sender
	url    string
}

func open(ctx context.Context, _ *session.Sessions, c config) (notify.Notifier, error) {
	sender, url, err := httpclient.NewWebhook(ctx, c.WebhookURL, c.WebhookURLEnv, c.TLS.Arguments())
	sender.Denied = denied
	return teams{sender, url}, err
}

// failed matches what a connector says, with status 200, when Teams did not take
// a card: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
var failed = regexp.MustCompile(`(?i)delivery failed(?:.*HTTP error (\d{3}))?`)

func denied(body []byte) (status int, denied bool) {
	found := failed.FindSubmatch(body)
	if found == nil {
		return 0, false
	}
	status, err := strconv.Atoi(string(found[1]))
	if err != nil {
		return 0, true
	}
	return status, true
}

// Notify implements notify.Notifier.
func (t teams) Notify(ctx context.Context, n notify.Notice) error {
	return t.sender.Post(ctx, t.url, message{Type: "message", Attachments: []attachment{{
		ContentType: "application/vnd.microsoft.card.adaptive",
		Content: card{
			Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4", Body: body(n),
		},
	}}})
}

type message struct {
	Type        string       `json:"type"`
	Attachments []attachment `json:"attachments"`
}

type attachment struct {
	ContentType string `json:"contentType"`
	Content     card   `json:"content"`
}

type card struct {
	Schema  string      `json:"$schema"`
	Type    string      `json:"type"`
	Version string      `json:"version"`
	Body    []textBlock `json:"body"`
}

type textBlock struct {
	Type   string `json:"type"`
	Text   string `json:"text"`
	Weight string `json:"weight,omitempty"`
	Color  string `json:"color,omitempty"`
	Wrap   bool   `json:"wrap"`
}

// These keep a message below the 28 KB that Teams takes,
// whatever characters it has.
const (
	maxSummary = 400
	maxDetail  = 3400
	maxLines   = 40
)

// colors are those of Adaptive Cards.
var colors = map[notify.Occasion]string{
	notify.Started: "Accent", notify.Promoted: "Good", notify.RolledBack: "Warning", notify.Stuck: "Attention",
}

func body(n notify.Notice) []textBlock {
	blocks := []textBlock{{Type: "TextBlock", Text: httpclient.Clip(n.Summary, maxSummary), Weight: "Bolder", Color: colors[n.Occasion], Wrap: true}}
	// A block for each line: within one, cards run lines together.
	for _, line := range strings.SplitN(httpclient.Clip(n.Detail, maxDetail), "\n", maxLines) {
		if line = strings.TrimSpace(line); line != "" {
			blocks = append(blocks, textBlock{Type: "TextBlock", Text: line, Wrap: true})
		}
	}
	return blocks
}
