package newrelic

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
		f.Add([]byte(`{"errors":[{"message":"` + s + `"}]}`))
		f.Add([]byte(`{"data":{"actor":{"account":{"nrql":{"results":[{"a":1}],"metadata":{"messages":["` + s + `"]}}}}}}`))
	}
	for _, body := range []string{
		`{"data":{"actor":{"account":{"nrql":{"results":[{"percentage":1.5}]}}}}}`, `{"data":{"actor":{"account":{"nrql":{"results":[{"p":{"99":0.5}}]}}}}}`,
		`{"data":{"actor":{"account":{"nrql":{"results":[{"a":null,"b":"x"},{}]}}}}}`, `{"data":{"actor":{"account":null}}}`, `null`, `[]`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		value, err := (&nrql{account: 1}).number(body)
		if err == nil && (math.IsNaN(value) || math.IsInf(value, 0)) {
			t.Errorf("%q: %v", body, value)
		}
		Check(t, err)
	})
}
