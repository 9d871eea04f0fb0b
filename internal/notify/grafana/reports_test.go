package grafana

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
)

// TestReports has answers that users of Grafana report.
func TestReports(t *testing.T) {
	notifytest.Reports(t, openedWith(t, nil), []notifytest.Report{
		{Of: "sitespeed.io 2750: a key that is wrong", Status: 401, Kind: "application/json", Body: `{"message":"Invalid API key"}`, Want: "Invalid API key"},
		{Of: "grafana 46736: no right to annotate", Status: 403, Kind: "application/json", Body: `{"accessErrorId":"ACE1","message":"You need additional permissions: annotations:create","title":"Access denied"}`, Want: "annotations:create: Access denied"},
		{Of: "grafana 32431: not valid", Status: 400, Kind: "application/json", Body: `{"message":"Failed to save annotation","error":"text field should not be empty"}`, Want: "text field should not be empty"},
		{Of: "tags that are too long", Status: 400, Kind: "application/json", Body: `{"message":"Failed to save annotation","error":"tags length (900) exceeds the maximum allowed (500)"}`, Want: "exceeds the maximum allowed"},
		{Of: "a dashboard that is gone", Status: 404, Kind: "application/json", Body: `{"message":"Dashboard not found"}`, Want: "Dashboard not found"},
		{Of: "Grafana Cloud: a stack that is paused", Status: 503, Kind: "text/html", Body: "<html>Your instance is loading", Want: "503", Asked: 3},
		{Of: "a page of a proxy", Status: 403, Kind: "text/html", Body: "<html>", Want: "403 Forbidden"},
		{Of: "a limit", Status: 429, Kind: "application/json", Body: `{"message":"rate limited"}`, Want: "rate limited", Asked: 3},
		{Of: "a page to sign in, with 200", Status: 200, Kind: "text/html", Body: "\n<!DOCTYPE html><html>sign in</html>", Want: "a page"},
		{Of: "taken", Status: 200, Kind: "application/json", Body: `{"id":792,"message":"Annotation added"}`},
	})
}

// TestLimit keeps tags below the 500 characters, and the time in milliseconds:
// grafana 25011.
func TestLimit(t *testing.T) {
	notice := notifytest.Long(notify.Stuck)
	body := notifytest.Sent(t, openedWith(t, nil), notice).JSON(t)
	all := 0
	tags, _ := body["tags"].([]any)
	for _, tag := range tags {
		text, _ := tag.(string)
		all += len([]rune(text))
	}
	text, _ := body["text"].(string)
	if all > 500 || len(text) > 64<<10 {
		t.Errorf("tags %d, text %d", all, len(text))
	}
	if at, _ := body["time"].(float64); int64(at) != notice.Time.UnixMilli() {
		t.Errorf("time %v", body["time"])
	}
}
