package httpclient_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/httpclient"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// TestWords has what services say when they refuse.
func TestWords(t *testing.T) {
	remotetext.Hide("w0rds-s3cret")
	plain := http.Header{"Content-Type": {"text/plain; charset=utf-8"}}
	for body, want := range map[string]string{
		`{"errors":[{"status":"403","title":"Forbidden","detail":"Failed permission authorization checks"}]}`: "Failed permission authorization checks: Forbidden",
		`{"errors":["Forbidden"]}`: "Forbidden", `{"message":"Unauthorized"}`: "Unauthorized",
		`{"status":"invalid event","message":"Event object is invalid","errors":["'routing_key' is invalid"]}`: "Event object is invalid: 'routing_key' is invalid",
		`{"error":{"code":"BadRequest","message":"The trigger is disabled."}}`:                                 "The trigger is disabled.",
		`{"error":"invalid_client","error_description":"no such client"}`:                                      "invalid_client: no such client",
		`channel_is_archived`:  "channel_is_archived",
		`<html>sign in</html>`: "",
		"":                     "", `{"a":1}`: "", `[]`: "", `{"errors":[[[[[["deep"]]]]]]}`: "deep",
		"it quotes w0rds-s3cret \x1b[2J": `it quotes (secret) \x1b[2J`,
		`{"message":"` + base64.StdEncoding.EncodeToString([]byte("w0rds-s3cret")) + `"}`: "(secret)",
	} {
		if got := httpclient.Words(plain, []byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	if got := httpclient.Words(plain, []byte(strings.Repeat("x", 3<<20))); len(got) > 260 || !strings.Contains(got, "left out") {
		t.Errorf("%d characters: %.80s", len(got), got)
	}
	if got := httpclient.Words(http.Header{"Content-Type": {"text/html"}}, []byte("sign in")); got != "" {
		t.Errorf("of a page: %q", got)
	}
}

// FuzzWords: no panic, no secret, no end.
func FuzzWords(f *testing.F) {
	remotetext.Hide("fuzz-s3cret-w0rds")
	for _, seed := range []string{`{"errors":[{"detail":"fuzz-s3cret-w0rds"}]}`, "fuzz-s3cret-w0rds", `{"message":"ZnV6ei1zM2NyZXQtdzByZHM="}`, `[["a"]]`, `{"error":{"message":"x"}}`, "\x1b[2J", `{"message":"fuzz%2ds3cret-w0rds"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := httpclient.Words(http.Header{"Content-Type": {"text/plain"}}, body)
		if strings.Contains(got, "fuzz-s3cret-w0rds") || len([]rune(got)) > 260 || strings.ContainsRune(got, 0x1b) {
			t.Errorf("%q", got)
		}
	})
}
