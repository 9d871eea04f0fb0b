// Package pagerduty is the notification by PagerDuty's Events API v2: an alert
// when somebody must look, its end when a later cutover promotes, and a change
// event for what went as planned.
//
// The format is that of https://developer.pagerduty.com/docs/events-api-v2-overview.
package pagerduty

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

const defaultURL = "https://events.pagerduty.com"

// Kind returns the kind pagerduty.
func Kind() block.Kind[notify.Notifier] {
	return block.New("pagerduty", schema.SingleNestedAttribute{
		MarkdownDescription: "PagerDuty, by Events API v2. `stuck` raises a critical alert, `rolled_back` one of severity `error`, one for each " +
			"switch; `promoted` resolves it. `started` and `promoted` are change events as well.",
		Attributes: httpclient.With(block.SecretAttributes("routing_key", "The integration key of the service."), map[string]schema.Attribute{
			"tls": httpclient.SwitchTLSAttribute("How the service is known, and how it knows us."),
			"url": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Where the API is: `https://events.eu.pagerduty.com` for accounts in Europe. Default: `" + defaultURL + "`.",
			},
		}),
	}, open)
}

type config struct {
	RoutingKey    types.String          `tfsdk:"routing_key"`
	RoutingKeyEnv types.String          `tfsdk:"routing_key_env"`
	URL           types.String          `tfsdk:"url"`
	TLS           *httpclient.SwitchTLS `tfsdk:"tls"`
}

type pagerduty struct {
	sender   httpclient.Sender
	url, key string
}

func open(ctx context.Context, _ *session.Sessions, c config) (notify.Notifier, error) {
	p := pagerduty{url: defaultURL}
	if !c.URL.IsNull() {
		p.url = strings.TrimRight(c.URL.ValueString(), "/")
	}
	if err := httpclient.ValidateURL("url", p.url, "routing_key or routing_key_env"); err != nil {
		return nil, err
	}
	var err error
	if p.key, err = httpclient.RequiredSecret("routing_key", c.RoutingKey, c.RoutingKeyEnv); err != nil {
		return nil, err
	}
	p.sender, err = httpclient.NewSender(ctx, c.TLS.Arguments())
	p.sender.Denied = httpclient.Plain
	return p, err
}

type event struct {
	RoutingKey string   `json:"routing_key"`
	Action     string   `json:"event_action,omitempty"`
	DedupKey   string   `json:"dedup_key,omitempty"`
	Payload    *payload `json:"payload,omitempty"`
}

type payload struct {
	Summary   string            `json:"summary"`
	Source    string            `json:"source"`
	Severity  string            `json:"severity,omitempty"`
	Timestamp string            `json:"timestamp"`
	Details   map[string]string `json:"custom_details"`
}

// Notify implements notify.Notifier.
func (p pagerduty) Notify(ctx context.Context, n notify.Notice) error {
	switch n.Occasion {
	case notify.Stuck:
		return p.alert(ctx, n, "critical")
	case notify.RolledBack:
		return p.alert(ctx, n, "error")
	case notify.Promoted:
		return errors.Join(p.resolve(ctx, n), p.change(ctx, n))
	default:
		return p.change(ctx, n)
	}
}

// The limits of the API, in characters.
const (
	maxDedup   = 255
	maxSummary = 1024
	maxDetail  = 16_000 // an event has 512 KB
)

// dedup puts all alerts of a switch together, whichever cutover they are of.
func dedup(n notify.Notice) string { return httpclient.Clip("bluegreen/"+n.Switch, maxDedup) }

func (p pagerduty) alert(ctx context.Context, n notify.Notice, severity string) error {
	body := p.payload(n)
	body.Severity = severity
	return p.sender.Post(ctx, p.url+"/v2/enqueue", event{RoutingKey: p.key, Action: "trigger", DedupKey: dedup(n), Payload: body})
}

func (p pagerduty) resolve(ctx context.Context, n notify.Notice) error {
	return p.sender.Post(ctx, p.url+"/v2/enqueue", event{RoutingKey: p.key, Action: "resolve", DedupKey: dedup(n)})
}

func (p pagerduty) change(ctx context.Context, n notify.Notice) error {
	return p.sender.Post(ctx, p.url+"/v2/change/enqueue", event{RoutingKey: p.key, Payload: p.payload(n)})
}

func (p pagerduty) payload(n notify.Notice) *payload {
	return &payload{
		Summary: httpclient.Clip(n.Summary, maxSummary), Source: httpclient.Clip(n.Switch, maxSummary), Timestamp: n.Time.UTC().Format(time.RFC3339),
		Details: map[string]string{"from": n.From, "to": n.To, "version": httpclient.Clip(n.Version, maxSummary), "detail": httpclient.Clip(n.Detail, maxDetail), "cutover": n.Key},
	}
}
