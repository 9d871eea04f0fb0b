// Package webhook is the notification by a signed request to any URL.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/errs"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// pkg is what the errors of this package begin with.
const pkg errs.Package = "webhook"

// The headers of a signed request.
const (
	SignatureHeader = "X-Bluegreen-Signature" // "sha256=" and the HMAC in hex, see Sign
	TimestampHeader = "X-Bluegreen-Timestamp" // seconds since 1970, part of what is signed
)

// Kind returns the kind webhook.
func Kind() block.Kind[notify.Notifier] {
	attributes := httpclient.With(httpclient.SwitchAttributes(), block.SecretAttributes("url", "Where to send the notice; it may be a secret."))
	httpclient.With(attributes, block.SecretAttributes("secret", "The key of the signature. Without it requests are not signed."))
	return block.New("webhook", schema.SingleNestedAttribute{
		MarkdownDescription: "A `POST` of the notice as JSON to any URL: `occasion`, `switch`, `from`, `to`, `version`, `summary`, `detail`, `time` and " +
			"`cutover`, which is the same for all notices of one cutover. With a `secret`, `" + SignatureHeader + "` is `sha256=` and the HMAC-SHA256 " +
			"in hex of `" + TimestampHeader + "`, a full stop, and the body.",
		Attributes: attributes,
	}, open)
}

type config struct {
	URL        types.String          `tfsdk:"url"`
	URLEnv     types.String          `tfsdk:"url_env"`
	Secret     types.String          `tfsdk:"secret"`
	SecretEnv  types.String          `tfsdk:"secret_env"`
	Headers    map[string]string     `tfsdk:"headers"`
	HeadersEnv map[string]string     `tfsdk:"headers_env"`
	TLS        *httpclient.SwitchTLS `tfsdk:"tls"`
}

type webhook struct {
	sender httpclient.Sender
	url    string
	secret string
}

func open(ctx context.Context, _ *session.Sessions, c config) (notify.Notifier, error) {
	var w webhook
	var err error
	if w.url, err = httpclient.SecretURL("url", c.URL, c.URLEnv); err != nil {
		return nil, err
	}
	if w.secret, err = block.Secret("secret", c.Secret, c.SecretEnv); err != nil {
		return nil, err
	}
	client, err := httpclient.New(ctx, c.TLS.Arguments(), c.Headers, c.HeadersEnv)
	if err != nil {
		return nil, err
	}
	client.SecretPath = true
	w.sender = httpclient.Sender{Client: client}
	return w, nil
}

// body is the schema of the request.
type body struct {
	Occasion notify.Occasion `json:"occasion"`
	Switch   string          `json:"switch"`
	From     string          `json:"from"`
	To       string          `json:"to"`
	Version  string          `json:"version"`
	Summary  string          `json:"summary"`
	Detail   string          `json:"detail"`
	Time     time.Time       `json:"time"`
	Cutover  string          `json:"cutover"`
}

// Notify implements notify.Notifier.
func (w webhook) Notify(ctx context.Context, n notify.Notice) error {
	encoded, err := json.Marshal(body{n.Occasion, n.Switch, n.From, n.To, n.Version, n.Summary, n.Detail, n.Time.UTC(), n.Key})
	if err != nil {
		return pkg.Errorf("%w", err)
	}
	return w.sender.PostBytes(ctx, w.url, encoded, w.signature(encoded, n.Time))
}

func (w webhook) signature(body []byte, at time.Time) http.Header {
	if w.secret == "" {
		return nil
	}
	timestamp := strconv.FormatInt(at.Unix(), 10)
	return http.Header{TimestampHeader: {timestamp}, SignatureHeader: {Sign(w.secret, timestamp, body)}}
}

// Sign returns the signature of a request: what a receiver compares, in
// constant time, with the header.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
