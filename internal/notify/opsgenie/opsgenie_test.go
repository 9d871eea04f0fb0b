package opsgenie

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

const key = "eb243592-faa2-4ba2-a551-" + notifytest.Secret

func opened(t *testing.T) func(string, httpclient.Pause) notify.Notifier {
	t.Helper()
	return func(url string, pause httpclient.Pause) notify.Notifier {
		o := blocktest.MustOpen(t, Kind(), blocktest.Values{"url": url + "/", "api_key": key}).(opsgenie)
		o.sender.Pause = pause
		return o
	}
}

func TestDelivery(t *testing.T) { notifytest.Run(t, opened(t)) }

func TestAlerts(t *testing.T) {
	for occasion, priority := range map[notify.Occasion]string{notify.Stuck: "P1", notify.RolledBack: "P3"} {
		notice := notifytest.Notice(occasion)
		sent := notifytest.Sent(t, opened(t), notice)
		want := map[string]any{
			"message": notice.Summary, "alias": "bluegreen:shop", "description": notice.Detail, "priority": priority, "source": "shop",
			"details": map[string]any{"from": "blue", "to": "green", "version": "2.0.0", "cutover": "shop-1"},
		}
		if body := sent.JSON(t); sent.Path != "/v2/alerts" || sent.Header.Get("Authorization") != "GenieKey "+key || !reflect.DeepEqual(body, want) {
			t.Errorf("%s: %s %v", occasion, sent.Path, body)
		}
	}
}

// TestPromotedCloses the alert of a cutover before, by its alias.
func TestPromotedCloses(t *testing.T) {
	notice := notifytest.Notice(notify.Promoted)
	notice.Switch = "team a/shop"
	sent := notifytest.Sent(t, opened(t), notice)
	want := map[string]any{"source": "team a/shop", "note": notice.Summary}
	if sent.Path != "/v2/alerts/bluegreen:team%20a:shop/close?identifierType=alias" || !reflect.DeepEqual(sent.JSON(t), want) {
		t.Errorf("%s %s", sent.Path, sent.Body)
	}
}

func TestStartedIsNotSent(t *testing.T) {
	if sent := notifytest.SentAll(t, opened(t), notifytest.Notice(notify.Started)); len(sent) != 0 {
		t.Errorf("%v", sent)
	}
}

// TestLimits are those of the API.
func TestLimits(t *testing.T) {
	notice := notifytest.Notice(notify.Stuck)
	notice.Summary, notice.Detail, notice.Switch = strings.Repeat("ü", 200), strings.Repeat("d", 20000), strings.Repeat("s", 600)
	body := notifytest.Sent(t, opened(t), notice).JSON(t)
	for name, most := range map[string]int{"message": 130, "description": 15000, "source": 100, "alias": 512} {
		if n := len([]rune(body[name].(string))); n != most {
			t.Errorf("%s has %d characters", name, n)
		}
	}
}

func TestBadBlocks(t *testing.T) {
	if _, err := blocktest.Open(t, Kind(), blocktest.Values{}); !errors.Is(err, httpclient.ErrSecretMissing) {
		t.Errorf("%v", err)
	}
	if _, err := blocktest.Open(t, Kind(), blocktest.Values{"api_key": key, "url": "api.opsgenie.com"}); !errors.Is(err, httpclient.ErrConfig) {
		t.Errorf("%v", err)
	}
}
