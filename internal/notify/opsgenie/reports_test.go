package opsgenie

import (
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
)

// TestReports has answers that users of Opsgenie, and of its successor, report.
func TestReports(t *testing.T) {
	notifytest.Reports(t, opened(t), []notifytest.Report{
		{Of: "alertmanager 1045: a message too long", Status: 422, Kind: "application/json", Body: `{"message":"Request body is not processable. Please check the errors.","errors":{"message":"Message can not be longer than 130 characters."}}`, Want: "can not be longer than 130"},
		{Of: "a key of the other region", Status: 422, Kind: "application/json", Body: `{"message":"Key format is not valid!","took":0.0,"requestId":"a"}`, Want: "Key format is not valid!"},
		{Of: "a key without rights", Status: 403, Kind: "application/json", Body: `{"message":"You are not authorized to access this resource."}`, Want: "not authorized"},
		{Of: "a plan that ended", Status: 402, Kind: "application/json", Body: `{"message":"Your plan has ended."}`, Want: "plan has ended"},
		{Of: "of the successor, an account without it", Status: 404, Kind: "application/json", Body: `{"code":404,"message":"Not Found"}`, Want: "Not Found"},
		{Of: "a limit", Status: 429, Kind: "application/json", Body: `{"message":"You are making too many requests!"}`, Want: "too many requests", Asked: 3},
		{Of: "a page of a proxy", Status: 403, Kind: "text/html", Body: "<html>blocked", Want: "403 Forbidden"},
		{Of: "down", Status: 503, Want: "503", Asked: 3},
		{Of: "a page to sign in, with 200", Status: 200, Kind: "text/html", Body: "\n<!DOCTYPE html><html>sign in</html>", Want: "a page"},
		{Of: "taken", Status: 202, Kind: "application/json", Body: `{"result":"Request will be processed","took":0.3,"requestId":"a"}`},
	})
}

// TestLimit keeps what has a limit below it: kibana 291698, onchain-mon 130.
func TestLimit(t *testing.T) {
	body := notifytest.Sent(t, opened(t), notifytest.Long(notify.Stuck)).JSON(t)
	for name, limit := range map[string]int{"message": 130, "alias": 512, "description": 15_000, "source": 100} {
		if text, _ := body[name].(string); text == "" || len([]rune(text)) > limit {
			t.Errorf("%s has %d characters", name, len([]rune(text)))
		}
	}
	all := 0
	details, _ := body["details"].(map[string]any)
	for name, value := range details {
		text, _ := value.(string)
		all += len(name) + len([]rune(text))
	}
	if all > 8000 {
		t.Errorf("details have %d characters", all)
	}
}
