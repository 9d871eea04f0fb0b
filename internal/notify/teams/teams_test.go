package teams

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
)

const hook = "/workflows/8f1b/triggers/manual/paths/invoke?api-version=2016-06-01&sig=" + notifytest.Secret

func opened(t *testing.T) func(string, httpclient.Pause) notify.Notifier {
	t.Helper()
	return func(url string, pause httpclient.Pause) notify.Notifier {
		n := blocktest.MustOpen(t, Kind(), blocktest.Values{"webhook_url": url + hook}).(teams)
		n.sender.Pause = pause
		return n
	}
}

func TestDelivery(t *testing.T) { notifytest.Run(t, opened(t)) }

// TestCards are messages with one Adaptive Card each, as the trigger wants them.
func TestCards(t *testing.T) {
	for occasion, color := range map[notify.Occasion]string{
		notify.Started: "Accent", notify.Promoted: "Good", notify.RolledBack: "Warning", notify.Stuck: "Attention",
	} {
		notice := notifytest.Notice(occasion)
		sent := notifytest.Sent(t, opened(t), notice)
		want := map[string]any{"type": "message", "attachments": []any{map[string]any{
			"contentType": "application/vnd.microsoft.card.adaptive",
			"content": map[string]any{
				"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
				"body": []any{
					map[string]any{"type": "TextBlock", "text": notice.Summary, "weight": "Bolder", "color": color, "wrap": true},
					map[string]any{"type": "TextBlock", "text": notice.Detail, "wrap": true},
				},
			},
		}}}
		if body := sent.JSON(t); sent.Path != hook || !reflect.DeepEqual(body, want) {
			t.Errorf("%s: %s %v", occasion, sent.Path, body)
		}
	}
}

// TestLines has several failing gates, each of which is a block of its own.
func TestLines(t *testing.T) {
	notice := notifytest.Notice(notify.RolledBack)
	notice.Detail = "Two gates failed:\n  checks.smoke: status 503\n\n  gates.schema: the schema is at 41\n"
	text := string(notifytest.Sent(t, opened(t), notice).Body)
	for _, want := range []string{`"text":"Two gates failed:"`, `"text":"checks.smoke: status 503"`, `"text":"gates.schema: the schema is at 41"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s lacks %s", text, want)
		}
	}
	notice.Detail = strings.Repeat("<\n", 100_000)
	if sent := notifytest.Sent(t, opened(t), notice); len(sent.Body) > 28<<10 {
		t.Errorf("%d bytes", len(sent.Body))
	}
}

// TestLongDetail stays below what Teams takes, even when all is escaped.
func TestLongDetail(t *testing.T) {
	notice := notifytest.Notice(notify.Stuck)
	notice.Detail = strings.Repeat("<", 100_000)
	if sent := notifytest.Sent(t, opened(t), notice); len(sent.Body) > 28<<10 {
		t.Errorf("%d bytes", len(sent.Body))
	}
}

func TestWithoutURL(t *testing.T) {
	if _, err := blocktest.Open(t, Kind(), blocktest.Values{}); !errors.Is(err, httpclient.ErrSecretMissing) {
		t.Errorf("%v", err)
	}
}
