package acctest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

const (
	slackPath = "/services/T0/B0/slack-s3cret"
	hookPath  = "/hooks/hook-s3cret"
	hmacKey   = "hmac-s3cret"
)

// told has a secret in a write-only argument and one in the environment.
const told = `notify = {
    chat = { slack = { webhook_url = var.slack_url } }
    desk = { webhook = { url_env = "BLUEGREEN_TEST_HOOK", secret = var.hmac_key }, on = ["promoted", "rolled_back"] }
  }`

// toldShop is a shop that tells a chat and a desk.
func toldShop(t *testing.T, binary string, chat, desk *notifytest.Service) *shop {
	t.Helper()
	return opened(t, cli.Options{Binary: binary, Env: []string{
		"TF_VAR_slack_url=" + chat.URL + slackPath, "TF_VAR_hmac_key=" + hmacKey, "BLUEGREEN_TEST_HOOK=" + desk.URL + hookPath,
	}}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
		*c = c.with(watched).with(told).secretly(bestWay(t, binary), "slack_url", "hmac_key")
	})
}

func TestNotices(t *testing.T) {
	withCLIs(t, func(t *testing.T, binary string) {
		chat, desk := notifytest.New(t, notifytest.Taken), notifytest.New(t, notifytest.Taken)
		sh := toldShop(t, binary, chat, desk)
		if len(chat.Requests()) != 0 {
			t.Error("somebody was told of a switch that moved nothing")
		}
		remove := sh.at(50, func() { sh.setHealth(t, awselb.StateUnhealthy) })
		_, err := sh.Apply(t.Context(), to(traffic.Green)...)
		remove()
		failed(t, err, "Cutover Rolled Back")
		sh.setHealth(t, "")
		sh.plan(t, append(to(traffic.Green), "-out=cutover.plan")...)
		sh.run(t, "apply", "-no-color", "cutover.plan")
		sh.wantWeights(t, traffic.All(traffic.Green))
		sh.wantNoChanges(t, to(traffic.Green)...)

		wantTexts(t, chat, slackPath,
			":arrow_forward: *shop: cutover from blue to green started*",
			":leftwards_arrow_with_hook: *shop: cutover from blue to green rolled back*\n"+
				"Health failed 2 times in a row: green in "+sh.s.ListenerARN,
			":arrow_forward: *shop: cutover from blue to green started*",
			":white_check_mark: *shop: green has all traffic*")
		wantOccasions(t, desk, "rolled_back", "promoted")
	})
}

// wantTexts compares the beginnings of what a chat was told.
func wantTexts(t *testing.T, chat *notifytest.Service, path string, wants ...string) {
	t.Helper()
	requests := chat.Requests()
	if len(requests) != len(wants) {
		t.Fatalf("%d messages, want %d", len(requests), len(wants))
	}
	for i, r := range requests {
		text, _ := r.JSON(t)["text"].(string)
		if r.Path != path || len(text) < len(wants[i]) || text[:len(wants[i])] != wants[i] {
			t.Errorf("%s was sent %q, want %q", r.Path, text, wants[i])
		}
	}
}

// wantOccasions compares what a desk was told, and checks its signatures.
func wantOccasions(t *testing.T, desk *notifytest.Service, wants ...string) {
	t.Helper()
	var occasions []string
	for _, r := range desk.Requests() {
		body := r.JSON(t)
		occasions = append(occasions, body["occasion"].(string))
		if r.Path != hookPath || body["version"] != "2.0.0" || body["from"] != "blue" || body["to"] != "green" {
			t.Errorf("%s was sent %v", r.Path, body)
		}
		mac := hmac.New(sha256.New, []byte(hmacKey))
		mac.Write([]byte(r.Header.Get("X-Bluegreen-Timestamp") + "." + string(r.Body)))
		if r.Header.Get("X-Bluegreen-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("the signature is wrong: %v", r.Header)
		}
	}
	if !slices.Equal(occasions, wants) {
		t.Errorf("told of %v, want %v", occasions, wants)
	}
}

// TestNoticeNotDelivered is a warning, and the cutover is done.
func TestNoticeNotDelivered(t *testing.T) {
	t.Parallel()
	chat := notifytest.New(t, notifytest.Taken)
	desk := notifytest.New(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	sh := toldShop(t, terraform(t), chat, desk)
	out := sh.apply(t, to(traffic.Green)...)
	wantText(t, out, "Warning: Notification Not Delivered", "notify = {", "The cutover went on without it. notify.desk, promoted:",
		"The notice was not taken: status 500 Internal Server Error", "Apply complete!")
	wantNoText(t, out, "s3cret")
	sh.wantWeights(t, traffic.All(traffic.Green))
	sh.wantResult(t, "promoted")
	sh.wantNoChanges(t, to(traffic.Green)...)
}

// TestNoticeWithoutItsSecret is a warning at plan and at apply: it only tells, and
// the cutover is done.
func TestNoticeWithoutItsSecret(t *testing.T) {
	t.Parallel()
	sh := opened(t, cli.Options{}, awselb.ScenarioOptions{Attach: true}, func(c *config) {
		*c = c.with(`notify = { chat = { slack = { webhook_url_env = "BLUEGREEN_TEST_UNSET" } } }`)
	})
	missed := []string{
		"Environment Variable Not Set", "BLUEGREEN_TEST_UNSET is not set, or empty, where Terraform runs", `The attribute is notify["chat"].slack.webhook_url_env`,
	}
	wantText(t, sh.plan(t, to(traffic.Green)...), append(missed, "Warning: Notification Cannot Be Sent")...)
	wantText(t, sh.apply(t, to(traffic.Green)...), append(missed, "Warning: Notification Not Delivered", "Apply complete!")...)
	sh.wantWeights(t, traffic.All(traffic.Green))
}
