package httpclient

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/block"
)

// TestPause waits on virtual time, and no longer than its context.
func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if !(Sender{}).pause(t.Context(), 3*time.Second) || time.Since(began) != 3*time.Second {
			t.Errorf("paused for %s", time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if (Sender{}).pause(ctx, time.Hour) || time.Since(began) != 4*time.Second {
			t.Errorf("paused for %s", time.Since(began))
		}
	})
}

// TestAnswerCutOff is a success: the notice was taken.
func TestAnswerCutOff(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "ok")
	}))
	t.Cleanup(server.Close)
	sender, err := NewSender(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Post(t.Context(), server.URL, "hello"); err != nil {
		t.Error(err)
	}
}

func TestBodyThatIsNoJSON(t *testing.T) {
	if err := (Sender{}).Post(t.Context(), "https://a", func() {}); err == nil {
		t.Error("a function was sent")
	}
}

// TestValuesFromOutside are no errors of a configuration.
func TestValuesFromOutside(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_URL", "nonsense")
	text, none := types.StringValue, types.StringNull()
	for want, get := range map[bool]func() error{
		true:  func() error { _, err := SecretURL("url", none, text("BLUEGREEN_TEST_URL")); return err },
		false: func() error { _, err := SecretURL("url", text("nonsense"), none); return err },
	} {
		var attribute *block.AttributeError
		if err := get(); !errors.As(err, &attribute) || attribute.Outside != want {
			t.Errorf("outside: %t, %v", want, err)
		}
	}
	missing, certificate := filepath.Join(t.TempDir(), "key.pem"), "x"
	_, err := (&TLS{Certificate: &certificate, KeyFile: &missing}).Config(t.Context())
	var attribute *block.AttributeError
	if !errors.As(err, &attribute) || !attribute.Outside {
		t.Errorf("a file: %v", err)
	}
}

func TestSecret(t *testing.T) {
	t.Setenv("BLUEGREEN_TEST_KEY", "k3y")
	null := types.StringNull()
	if got, err := RequiredSecret("key", null, types.StringValue("BLUEGREEN_TEST_KEY")); got != "k3y" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := RequiredSecret("key", types.StringValue(""), null); !errors.Is(err, ErrSecretMissing) {
		t.Errorf("%v", err)
	}
	if _, err := RequiredSecret("key", null, types.StringValue("BLUEGREEN_TEST_UNSET")); !errors.Is(err, block.ErrUnset) {
		t.Errorf("%v", err)
	}
}

func TestClip(t *testing.T) {
	for _, test := range []struct {
		text  string
		limit int
		want  string
	}{{"", 3, ""}, {"ab", 3, "ab"}, {"äöü", 3, "äöü"}, {"äöüß", 3, "äöü"}} {
		if got := Clip(test.text, test.limit); got != test.want {
			t.Errorf("%q to %d: %q", test.text, test.limit, got)
		}
	}
}
