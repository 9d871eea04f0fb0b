package teams

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
)

// TestReports has answers that users of Teams report.
func TestReports(t *testing.T) {
	const lies = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error "
	notifytest.Reports(t, opened(t), []notifytest.Report{
		{Of: "msteams-docs 1810: too large, with 200", Status: 200, Kind: "text/plain", Body: lies + "413 with ContextId tcid=6", Want: "413 Request Entity Too Large: Webhook message delivery failed"},
		{Of: "msteams-docs 400: the channel is gone, with 200", Status: 200, Kind: "text/plain", Body: lies + "400 with ContextId tcid=3", Want: "400 Bad Request"},
		{Of: "msteams-docs 7425: a limit, with 200", Status: 200, Kind: "text/plain", Body: lies + "429 with ContextId tcid=0", Want: "429 Too Many Requests", Asked: 3},
		{Of: "a failure without a number", Status: 200, Kind: "text/plain", Body: "Webhook message delivery failed with error: timed out", Want: "delivery failed with error: timed out"},
		{Of: "a workflow that is disabled", Status: 400, Kind: "application/json", Body: `{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"The trigger is disabled."}}`, Want: "The trigger is disabled."},
		{Of: "a signature that is old", Status: 401, Kind: "application/json", Body: `{"error":{"code":"DirectApiAuthorizationRequired","message":"The OAuth authorization scheme is required."}}`, Want: "authorization scheme"},
		{Of: "an address that ended", Status: 404, Kind: "text/plain", Body: "Invalid webhook URL", Want: "404 Not Found: Invalid webhook URL"},
		{Of: "go-teams-notify 59: taken by a connector", Status: 200, Kind: "text/plain", Body: "1"},
		{Of: "a page to sign in, with 200", Status: 200, Kind: "text/html", Body: "<html>sign in</html>", Want: "a page"},
		{Of: "taken by a workflow", Status: 202},
		{Of: "a page of a proxy", Status: 502, Kind: "text/html", Body: "<html>bad gateway", Want: "502 Bad Gateway", Asked: 3},
	})
}

// TestLimit keeps a card below the 28 KB that Teams takes.
func TestLimit(t *testing.T) {
	if body := notifytest.Sent(t, opened(t), notifytest.Long(notify.Stuck)).Body; len(body) > 28<<10 {
		t.Errorf("%d bytes", len(body))
	}
}
