package haproxystats

import (
	"math"
	"testing"

	. "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext/remotetexttest"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session/haproxyapi"
)

// FuzzSample reads whatever a socket may say: finite counts, or an error that can
// be shown.
func FuzzSample(f *testing.F) {
	Hide()
	f.Add("# pxname,svname,req_tot,hrsp_5xx,rtime,econ,eresp\napp,BACKEND,100,2,3,0,0\napp,s1,100,2,3,0,0\n", "Pid: 7\n")
	f.Add("# pxname,svname,req_tot,hrsp_5xx,rtime,econ,eresp\napp,s1,NaN,+Inf,-3,,1e999\n", "Pid: x\n")
	for _, s := range Spelled() {
		f.Add("# pxname,svname,req_tot,hrsp_5xx,rtime\napp,BACKEND,"+s+",\x1b[2J,3\n", s)
	}
	f.Fuzz(func(t *testing.T, table, info string) {
		_, err := haproxyapi.ParsePID(showInfo, info)
		Check(t, err)
		found, err := haproxyapi.ParseStat(showStat, table)
		Check(t, err)
		for _, columns := range found {
			for _, server := range []string{backendRow, "s1"} {
				counted, err := read(row{"app", server}, columns)
				Check(t, err)
				for _, n := range []float64{counted.requests, counted.errors, counted.response} {
					if err == nil && (math.IsNaN(n) || math.IsInf(n, 0) || n < 0) {
						t.Errorf("%q: %v", table, counted)
					}
				}
			}
		}
	})
}
