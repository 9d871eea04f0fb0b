package azuremonitor

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
		f.Add([]byte(`{"value":[{"name":{"value":"Http5xx"},"errorCode":"` + s + `","errorMessage":"` + s + `"}]}`))
	}
	for _, body := range []string{
		`{"value":[{"name":{"value":"Http5xx"},"errorCode":"Success","timeseries":[{"data":[{"total":3}]}]},{"name":{"value":"Requests"},"timeseries":[{"data":[{"total":7}]}]}]}`,
		`{"value":[{"name":{"value":"http5xx"},"timeseries":[{"data":[{"total":null},{"average":1}]}]}]}`, `{"value":[]}`, `{"value":[null]}`, `null`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, of := range []string{"", "Requests"} {
			reading, err := (&question{metric: "Http5xx", of: of, aggregation: "Total"}).reading(body)
			if err == nil && (math.IsNaN(reading.Value) || math.IsInf(reading.Value, 0)) {
				t.Errorf("%q: %v", body, reading)
			}
			Check(t, err)
		}
	})
}
