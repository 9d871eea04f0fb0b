package slack

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
)

// TestReports has answers that users of Slack, and of what takes its messages,
// report.
func TestReports(t *testing.T) {
	notifytest.Reports(t, opened(t), []notifytest.Report{
		{Of: "cloudfoundry slack-notification-resource 96: a word in HTML", Status: 403, Kind: "text/html", Body: "invalid_token", Want: "403 Forbidden: invalid_token"},
		{Of: "uptime-kuma 941: invalid_blocks", Status: 400, Kind: "text/html", Body: "invalid_blocks", Want: "invalid_blocks"},
		{Of: "flagger 1031: no_text", Status: 400, Kind: "text/html", Body: "no_text", Want: "no_text"},
		{Of: "notification-controller 1176: another URL of Slack", Status: 400, Kind: "text/plain", Body: "Missed timestamp", Want: "Missed timestamp"},
		{Of: "an API that denies with 200", Status: 200, Kind: "application/json", Body: `{"ok":false,"error":"channel_not_found"}`, Want: "channel_not_found"},
		{Of: "Rocket.Chat", Status: 200, Kind: "application/json", Body: `{"success":false,"error":"Invalid integration id or token"}`, Want: "Invalid integration"},
		{Of: "a channel that is archived", Status: 410, Kind: "text/html", Body: "channel_is_archived", Want: "410 Gone: channel_is_archived"},
		{Of: "a page of a proxy", Status: 407, Kind: "text/html", Body: "<html>sign_in</html>", Want: "407"},
		{Of: "a limit", Status: 429, Kind: "application/json", Body: `{"ok":false,"error":"rate_limited"}`, Want: "rate_limited", Asked: 3},
		{Of: "a page to sign in, with 200", Status: 200, Kind: "text/html", Body: "<html>sign in</html>", Want: "a page"},
		{Of: "taken, as text", Status: 200, Kind: "text/html", Body: "ok"},
		{Of: "taken, as JSON", Status: 200, Kind: "application/json", Body: `{"ok":true}`},
	})
}

// TestLimit keeps a message below the 40,000 characters that Slack takes.
func TestLimit(t *testing.T) {
	sent := notifytest.Sent(t, opened(t), notifytest.Long(notify.Stuck)).JSON(t)
	if text, _ := sent["text"].(string); len([]rune(text)) > 40_000 || len(text) < 1000 {
		t.Errorf("%d characters", len([]rune(text)))
	}
}
