package datadog

import (
	"math"
	"testing"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext/remotetexttest"
)

// FuzzAnswer reads whatever a server may say: one finite number, or an error
// that can be shown.
func FuzzAnswer(f *testing.F) {
	Hide()
	for _, s := range Spelled() {
		f.Add([]byte(`{"errors":"` + s + `"}`))
		f.Add([]byte(`{"errors":[{"title":"` + s + `","detail":"x"}]}`))
	}
	for _, body := range []string{
		`{"data":{"attributes":{"columns":[{"type":"number","values":[1.5]}]}}}`, `{"data":{"attributes":{"columns":[{"type":"number","values":[null]}]}}}`,
		`{"data":{"attributes":{"columns":[{"type":"group","values":[["a"]]},{"type":"number","values":["1"]}]}}}`, `{"data":null}`, `null`, `[]`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		value, err := (&scalar{}).number(body)
		if err == nil && (math.IsNaN(value) || math.IsInf(value, 0)) {
			t.Errorf("%q: %v", body, value)
		}
		Check(t, err)
		CheckText(t, explain(body))
	})
}
