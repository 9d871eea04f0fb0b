package acctest

import (
	"fmt"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestPrometheusBehindSigV4 judges by a real Prometheus that answers signed
// requests alone: a release that fails is caught, a good one is promoted, and
// neither without a signature.
func TestPrometheusBehindSigV4(t *testing.T) {
	t.Parallel()
	m := measuredBy(t, "", warm, metricOf("error_rate", errorPercent, "max = 5"))
	behind, err := url.Parse(m.prometheus.URL())
	if err != nil {
		t.Fatal(err)
	}
	gateway := httptest.NewServer(m.s.Lab.Behind("aps", m.s.Region, httputil.NewSingleHostReverseProxy(behind)))
	t.Cleanup(gateway.Close)
	address := func(more string) {
		m.rewrite(t, func(c *config) {
			c.args = strings.Replace(c.args, fmt.Sprintf("%q", m.prometheus.URL()), fmt.Sprintf("%q%s", gateway.URL, more), 1)
			c.args = strings.Replace(c.args, fmt.Sprintf("%q,", gateway.URL), fmt.Sprintf("%q%s,", gateway.URL, more), 1)
		})
	}
	address("")
	_, err = m.Apply(t.Context(), to(traffic.Green)...)
	failed(t, err, "Cutover Refused, No Traffic Moved", "missing Authentication Token")

	address(`, sigv4 = { role_arn = "arn:aws:iam::123456789012:role/prometheus-reader" }`)
	eachApp(m.s.Green.Apps, failing(0.2))
	loaded(t, m.s.URL())
	m.caught(t, `Metric "error_rate" failed once`, "is above 5")
	if m.s.Lab.CallCounts()["AssumeRole"] == 0 {
		t.Error("the role was not assumed")
	}
	eachApp(m.s.Green.Apps, failing(0))
	m.apply(t, to(traffic.Green)...)
	m.wantResult(t, "promoted")
}
