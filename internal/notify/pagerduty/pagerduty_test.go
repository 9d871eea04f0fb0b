package pagerduty

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

const key = "R0UT1NGK3Y" + notifytest.Secret

func opened(t *testing.T) func(string, httpclient.Pause) notify.Notifier {
	t.Helper()
	return func(url string, pause httpclient.Pause) notify.Notifier {
		p := blocktest.MustOpen(t, Kind(), blocktest.Values{"url": url + "/", "routing_key": key}).(pagerduty)
		p.sender.Pause = pause
		return p
	}
}

func TestDelivery(t *testing.T) { notifytest.Run(t, opened(t)) }

// payloadOf is the payload that a notice should have.
func payloadOf(n notify.Notice, severity string) map[string]any {
	p := map[string]any{
		"summary": n.Summary, "source": "shop", "timestamp": "2026-11-24T03:04:05Z",
		"custom_details": map[string]any{"from": "blue", "to": "green", "version": "2.0.0", "detail": n.Detail, "cutover": "shop-1"},
	}
	if severity != "" {
		p["severity"] = severity
	}
	return p
}

func TestAlerts(t *testing.T) {
	for occasion, severity := range map[notify.Occasion]string{notify.Stuck: "critical", notify.RolledBack: "error"} {
		notice := notifytest.Notice(occasion)
		sent := notifytest.Sent(t, opened(t), notice)
		want := map[string]any{"routing_key": key, "event_action": "trigger", "dedup_key": "bluegreen/shop", "payload": payloadOf(notice, severity)}
		if body := sent.JSON(t); sent.Path != "/v2/enqueue" || !reflect.DeepEqual(body, want) {
			t.Errorf("%s: %s %v", occasion, sent.Path, body)
		}
	}
}

func TestChange(t *testing.T) {
	notice := notifytest.Notice(notify.Started)
	sent := notifytest.Sent(t, opened(t), notice)
	want := map[string]any{"routing_key": key, "payload": payloadOf(notice, "")}
	if body := sent.JSON(t); sent.Path != "/v2/change/enqueue" || !reflect.DeepEqual(body, want) {
		t.Errorf("%s %v", sent.Path, body)
	}
}

// TestPromotedResolves the alert of a cutover before, and is a change.
func TestPromotedResolves(t *testing.T) {
	notice := notifytest.Notice(notify.Promoted)
	sent := notifytest.SentAll(t, opened(t), notice)
	resolve := map[string]any{"routing_key": key, "event_action": "resolve", "dedup_key": "bluegreen/shop"}
	change := map[string]any{"routing_key": key, "payload": payloadOf(notice, "")}
	if len(sent) != 2 || sent[0].Path != "/v2/enqueue" || sent[1].Path != "/v2/change/enqueue" {
		t.Fatalf("%v", sent)
	}
	if !reflect.DeepEqual(sent[0].JSON(t), resolve) || !reflect.DeepEqual(sent[1].JSON(t), change) {
		t.Errorf("%s %s", sent[0].Body, sent[1].Body)
	}
}

// TestLimits are those of the API.
func TestLimits(t *testing.T) {
	notice := notifytest.Notice(notify.Stuck)
	notice.Summary, notice.Switch = strings.Repeat("ü", 2000), strings.Repeat("s", 300)
	body := notifytest.Sent(t, opened(t), notice).JSON(t)
	if summary := body["payload"].(map[string]any)["summary"].(string); len([]rune(summary)) != 1024 || len(body["dedup_key"].(string)) != 255 {
		t.Errorf("%d, %d", len([]rune(summary)), len(body["dedup_key"].(string)))
	}
}

func TestDefaultURL(t *testing.T) {
	if p := blocktest.MustOpen(t, Kind(), blocktest.Values{"routing_key": key}).(pagerduty); p.url != "https://events.pagerduty.com" {
		t.Error(p.url)
	}
}

func TestBadBlocks(t *testing.T) {
	if _, err := blocktest.Open(t, Kind(), blocktest.Values{}); !errors.Is(err, httpclient.ErrSecretMissing) {
		t.Errorf("%v", err)
	}
	if _, err := blocktest.Open(t, Kind(), blocktest.Values{"routing_key": key, "url": "events.pagerduty.com"}); !errors.Is(err, httpclient.ErrConfig) {
		t.Errorf("%v", err)
	}
}
