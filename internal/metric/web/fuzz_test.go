package web

import (
	"math"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/metric"
	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext/remotetexttest"
)

// FuzzAnswer reads whatever an API may say: one finite number, or an error that
// can be shown.
func FuzzAnswer(f *testing.F) {
	Hide()
	for _, s := range Spelled() {
		f.Add([]byte(`{"status":"`+s+`","value":"`+s+`"}`), s)
	}
	for _, body := range []string{`{"status":"ok","value":"1.5","hits":7}`, `{"status":"ok","value":1e999}`, `{"status":"ok","value":"NaN"}`, `[1,[2]]`, "\xef\xbb\xbf{}", "{}{}", "<html>"} {
		f.Add([]byte(body), "green")
	}
	f.Fuzz(func(t *testing.T, body []byte, name string) {
		q := &question{value: "$.value", samples: "$['{{environment}}','hits']", required: map[string]string{"$.status": "ok"}}
		reading, err := q.reading(body, metric.Subject{Color: "green", Environment: name})
		if err == nil && (math.IsNaN(reading.Value) || math.IsInf(reading.Value, 0)) {
			t.Errorf("%q: %v", body, reading)
		}
		if name == "green" {
			Check(t, err)
		}
	})
}
