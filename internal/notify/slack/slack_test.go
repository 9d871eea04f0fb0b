package slack

import (
	"errors"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
)

const hook = "/services/T00000000/B00000000/" + notifytest.Secret

func opened(t *testing.T) func(string, httpclient.Pause) notify.Notifier {
	t.Helper()
	return func(url string, pause httpclient.Pause) notify.Notifier {
		s := blocktest.MustOpen(t, Kind(), blocktest.Values{"webhook_url": url + hook}).(slack)
		s.sender.Pause = pause
		return s
	}
}

func TestDelivery(t *testing.T) { notifytest.Run(t, opened(t)) }

// TestMessages have &, < and > escaped, and nothing else, as Slack asks.
func TestMessages(t *testing.T) {
	for occasion, want := range map[notify.Occasion]string{
		notify.Started:    ":arrow_forward: *shop: &lt;green&gt; &amp; \"blue\" started*\nseen: 5 &gt; 3",
		notify.Promoted:   ":white_check_mark: *shop: &lt;green&gt; &amp; \"blue\" promoted*\nseen: 5 &gt; 3",
		notify.RolledBack: ":leftwards_arrow_with_hook: *shop: &lt;green&gt; &amp; \"blue\" rolled_back*\nseen: 5 &gt; 3",
		notify.Stuck:      ":rotating_light: *shop: &lt;green&gt; &amp; \"blue\" stuck*\nseen: 5 &gt; 3",
	} {
		sent := notifytest.Sent(t, opened(t), notifytest.Notice(occasion))
		if body := sent.JSON(t); sent.Path != hook || len(body) != 1 || body["text"] != want {
			t.Errorf("%s: %s %q", occasion, sent.Path, body)
		}
	}
}

func TestWithoutDetail(t *testing.T) {
	sent := notifytest.Sent(t, opened(t), notify.Notice{Occasion: notify.Started, Summary: "shop: started"})
	if body := sent.JSON(t); body["text"] != ":arrow_forward: *shop: started*" {
		t.Errorf("%q", body)
	}
}

func TestWithoutURL(t *testing.T) {
	if _, err := blocktest.Open(t, Kind(), blocktest.Values{}); !errors.Is(err, httpclient.ErrSecretMissing) {
		t.Errorf("%v", err)
	}
}
