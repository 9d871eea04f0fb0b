package pagerduty

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
)

// TestReports has answers that users of PagerDuty report.
func TestReports(t *testing.T) {
	const invalid = `{"status":"invalid event","message":"Event object is invalid","errors":[`
	notifytest.Reports(t, opened(t), []notifytest.Report{
		{Of: "dagster 19567: too long", Status: 400, Kind: "application/json", Body: invalid + `"'summary' is too long (maximum is 1024 characters)"]}`, Want: "is too long"},
		{Of: "a key of another kind", Status: 400, Kind: "application/json", Body: invalid + `"'routing_key' is invalid"]}`, Want: "is invalid"},
		{Of: "api-schema 263: an answer in no form", Status: 400, Kind: "application/json", Body: `"bad"`, Want: "400 Bad Request: bad"},
		{Of: "forbidden", Status: 403, Kind: "text/html", Body: "<html>", Want: "403 Forbidden"},
		{Of: "a service that is gone", Status: 404, Kind: "application/json", Body: `{"status":"not found","message":"no service"}`, Want: "no service"},
		{Of: "too large", Status: 413, Want: "413"},
		{Of: "a limit", Status: 429, Kind: "application/json", Body: `{"status":"throttle exceeded","message":"Requests for this service are arriving too quickly."}`, Want: "too quickly", Asked: 3},
		{Of: "down", Status: 500, Want: "500", Asked: 3},
		{Of: "a page to sign in, with 200", Status: 200, Kind: "text/html", Body: "\n<!DOCTYPE html><html>sign in</html>", Want: "a page"},
		{Of: "taken", Status: 202, Kind: "application/json", Body: `{"status":"success","message":"Event processed","dedup_key":"bluegreen/shop"}`},
	})
}

// TestLimit keeps what has a limit below it: alertmanager 1700.
func TestLimit(t *testing.T) {
	sent := notifytest.Sent(t, opened(t), notifytest.Long(notify.Stuck))
	body := sent.JSON(t)
	payload, _ := body["payload"].(map[string]any)
	summary, _ := payload["summary"].(string)
	source, _ := payload["source"].(string)
	dedup, _ := body["dedup_key"].(string)
	if len([]rune(summary)) > 1024 || len([]rune(source)) > 1024 || len([]rune(dedup)) > 255 || len(sent.Body) > 512<<10 {
		t.Errorf("summary %d, source %d, dedup_key %d, all %d", len(summary), len(source), len(dedup), len(sent.Body))
	}
}
