package gcpcloud

import (
	"testing"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext/remotetexttest"
)

// FuzzErrors reads whatever an API may say when it refuses: an error that can be
// shown.
func FuzzErrors(f *testing.F) {
	Hide()
	for _, s := range Spelled() {
		f.Add(403, []byte(`{"error":{"message":"`+s+`","errors":[{"reason":"`+s+`"}],"details":[{"reason":"A"},{"reason":"B"}]}}`))
	}
	f.Add(502, []byte("<html>"))
	f.Add(429, []byte(`{"error":{"errors":[null],"details":null}}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) { Check(t, explain(parseError(status, body))) })
}
