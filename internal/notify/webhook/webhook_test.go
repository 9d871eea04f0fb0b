package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block/blocktest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/notify/notifytest"
)

const (
	hook = "/hooks/" + notifytest.Secret + "?key=" + notifytest.Secret
	key  = "hmac-" + notifytest.Secret
)

func openedWith(t *testing.T, more blocktest.Values) func(string, httpclient.Pause) notify.Notifier {
	t.Helper()
	return func(url string, pause httpclient.Pause) notify.Notifier {
		values := blocktest.Values{"url": url + hook}
		for name, v := range more {
			values[name] = v
		}
		w := blocktest.MustOpen(t, Kind(), values).(webhook)
		w.sender.Pause = pause
		return w
	}
}

func TestDelivery(t *testing.T) { notifytest.Run(t, openedWith(t, blocktest.Values{"secret": key})) }

func TestBody(t *testing.T) {
	for _, occasion := range []notify.Occasion{notify.Started, notify.Promoted, notify.RolledBack, notify.Stuck} {
		notice := notifytest.Notice(occasion)
		sent := notifytest.Sent(t, openedWith(t, nil), notice)
		want := map[string]any{
			"occasion": string(occasion), "switch": "shop", "from": "blue", "to": "green", "version": "2.0.0",
			"summary": notice.Summary, "detail": notice.Detail, "time": "2026-11-24T03:04:05.6Z", "cutover": "shop-1",
		}
		if sent.Path != hook || !reflect.DeepEqual(sent.JSON(t), want) {
			t.Errorf("%s %s", sent.Path, sent.Body)
		}
		if sent.Header.Get(SignatureHeader) != "" || sent.Header.Get(TimestampHeader) != "" {
			t.Error("it is signed without a secret")
		}
	}
}

// TestSignature is checked as a receiver would, with none of our own code.
func TestSignature(t *testing.T) {
	sent := notifytest.Sent(t, openedWith(t, blocktest.Values{"secret": key}), notifytest.Notice(notify.Promoted))
	timestamp := sent.Header.Get("X-Bluegreen-Timestamp")
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(timestamp))
	mac.Write([]byte("."))
	mac.Write(sent.Body)
	if got := sent.Header.Get("X-Bluegreen-Signature"); timestamp != "1795489445" || got != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
		t.Errorf("%s at %s", got, timestamp)
	}
}

// TestKnownSignature is what documentation can show, made with another program:
// printf '1795489445.{}' | openssl dgst -sha256 -hmac key.
func TestKnownSignature(t *testing.T) {
	if got := Sign("key", "1795489445", []byte("{}")); got != "sha256=2736f3a69b067e933203d2793bf67b91415328597bafaf87691a5e81d56ba0ba" {
		t.Error(got)
	}
}

func TestHeaders(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_TOKEN", "Bearer "+notifytest.Secret)
	sent := notifytest.Sent(t, openedWith(t, blocktest.Values{
		"headers": map[string]string{"x-team": "shop"}, "headers_env": map[string]string{"Authorization": "BLUEGREEN_TEST_TOKEN"},
	}), notifytest.Notice(notify.Promoted))
	if sent.Header.Get("X-Team") != "shop" || sent.Header.Get("Authorization") != "Bearer "+notifytest.Secret {
		t.Errorf("%v", sent.Header)
	}
}

// TestFromTheEnvironment names the argument that gave a URL which is none.
func TestFromTheEnvironment(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_URL", notifytest.Secret)
	_, err := blocktest.Open(t, Kind(), blocktest.Values{"url_env": "BLUEGREEN_TEST_URL"})
	var attribute *block.AttributeError
	if !errors.As(err, &attribute) || !errors.Is(err, httpclient.ErrConfig) || !attribute.Path.Equal(path.Root("url_env")) {
		t.Errorf("%v", err)
	}
	t.Setenv("BLUEGREEN_TEST_URL", "https://hooks.example.com"+hook)
	if w := blocktest.MustOpen(t, Kind(), blocktest.Values{"url_env": "BLUEGREEN_TEST_URL"}).(webhook); w.url != "https://hooks.example.com"+hook {
		t.Error("the URL is not that of the environment")
	}
}

func TestBadBlocks(t *testing.T) {
	for name, test := range map[string]struct {
		values blocktest.Values
		want   error
	}{
		"no URL":        {blocktest.Values{}, httpclient.ErrSecretMissing},
		"no whole URL":  {blocktest.Values{"url": "hooks/" + notifytest.Secret}, httpclient.ErrConfig},
		"secret twice":  {blocktest.Values{"url": "https://a", "secret": key, "secret_env": "HOME"}, block.ErrSecret},
		"unset secret":  {blocktest.Values{"url": "https://a", "secret_env": "BLUEGREEN_TEST_UNSET"}, block.ErrUnset},
		"bad authority": {blocktest.Values{"url": "https://a", "tls": blocktest.Values{"ca_cert": "none"}}, httpclient.ErrConfig},
	} {
		if _, err := blocktest.Open(t, Kind(), test.values); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
