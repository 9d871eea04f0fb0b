package webhook

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
)

// TestReports has answers that receivers of webhooks give.
func TestReports(t *testing.T) {
	notifytest.Reports(t, openedWith(t, blocktest.Values{"secret": key}), []notifytest.Report{
		{Of: "Datadog: events with a key that is wrong", Status: 403, Kind: "application/json", Body: `{"errors":[{"status":"403","title":"Forbidden","detail":"Invalid API key"}]}`, Want: "Invalid API key: Forbidden"},
		{Of: "Datadog: JSON:API with a place", Status: 400, Kind: "application/vnd.api+json", Body: `{"errors":[{"title":"Bad Request","detail":"missing attribute","source":{"pointer":"/data/attributes/title"}}]}`, Want: "missing attribute: Bad Request"},
		{Of: "Datadog: the older form", Status: 400, Kind: "application/json", Body: `{"errors":["Payload is not in the expected format"]}`, Want: "not in the expected format"},
		{Of: "a problem of RFC 9457", Status: 422, Kind: "application/problem+json", Body: `{"type":"about:blank","title":"Unprocessable","detail":"time is missing"}`, Want: "time is missing: Unprocessable"},
		{Of: "GitHub: a token without rights", Status: 403, Kind: "application/json", Body: `{"message":"Resource not accessible by integration","documentation_url":"https://docs"}`, Want: "not accessible by integration"},
		{Of: "a gateway of AWS", Status: 403, Kind: "application/json", Body: `{"message":"Missing Authentication Token"}`, Want: "Missing Authentication Token"},
		{Of: "Jenkins: a crumb is missing", Status: 403, Kind: "text/html", Body: "<html>No valid crumb", Want: "403 Forbidden"},
		{Of: "a receiver that is asleep", Status: 504, Want: "504", Asked: 3},
		{Of: "taken without a word", Status: 204},
		{Of: "taken, in words of its own", Status: 200, Kind: "application/json", Body: `{"ok":false}`},
	})
}

// TestLong is sent whole: what has no limit is not clipped.
func TestLong(t *testing.T) {
	notice := notifytest.Long(notify.Stuck)
	if body := notifytest.Sent(t, openedWith(t, blocktest.Values{"secret": key}), notice).JSON(t); body["detail"] != notice.Detail || body["version"] != notice.Version {
		t.Error("it is clipped")
	}
}
