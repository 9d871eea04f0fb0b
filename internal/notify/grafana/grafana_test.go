package grafana

import (
	"errors"
	"reflect"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
)

const token = "glsa_" + notifytest.Secret

func openedWith(t *testing.T, more blocktest.Values) func(string, httpclient.Pause) notify.Notifier {
	t.Helper()
	return func(url string, pause httpclient.Pause) notify.Notifier {
		values := blocktest.Values{"url": url + "/grafana/", "token": token}
		for name, v := range more {
			values[name] = v
		}
		g := blocktest.MustOpen(t, Kind(), values).(grafana)
		g.sender.Pause = pause
		return g
	}
}

func TestDelivery(t *testing.T) { notifytest.Run(t, openedWith(t, nil)) }

func TestAnnotations(t *testing.T) {
	for _, occasion := range []notify.Occasion{notify.Started, notify.Promoted, notify.RolledBack, notify.Stuck} {
		notice := notifytest.Notice(occasion)
		sent := notifytest.Sent(t, openedWith(t, blocktest.Values{"dashboard_uid": "jcIIG-07z"}), notice)
		want := map[string]any{
			"dashboardUID": "jcIIG-07z", "time": float64(1795489445600), "tags": []any{"bluegreen", "shop", string(occasion), "green"},
			"text": notice.Summary + "\n" + notice.Detail,
		}
		if body := sent.JSON(t); sent.Path != "/grafana/api/annotations" || sent.Header.Get("Authorization") != "Bearer "+token || !reflect.DeepEqual(body, want) {
			t.Errorf("%s: %s %v", occasion, sent.Path, body)
		}
	}
}

// TestEveryDashboard has no dashboard: one that is empty would be one.
func TestEveryDashboard(t *testing.T) {
	body := notifytest.Sent(t, openedWith(t, nil), notify.Notice{Summary: "shop: started"}).JSON(t)
	if _, ok := body["dashboardUID"]; ok || body["text"] != "shop: started" {
		t.Errorf("%v", body)
	}
}

func TestBadBlocks(t *testing.T) {
	if _, err := blocktest.Open(t, Kind(), blocktest.Values{"url": "https://grafana.example.com"}); !errors.Is(err, httpclient.ErrSecretMissing) {
		t.Errorf("%v", err)
	}
	if _, err := blocktest.Open(t, Kind(), blocktest.Values{"url": "grafana", "token": token}); !errors.Is(err, httpclient.ErrConfig) {
		t.Errorf("%v", err)
	}
}
