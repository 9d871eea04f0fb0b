package moduletest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/prometheus"
)

// The history of a cutover that goes wrong: nobody is served, then both colors
// are and all is well, then a pod of green answers with errors alone, then the
// pods of green start anew and count from 0, then nobody is served.
//
// Green has a pod that is asked 30 times a second and answers fast, and one that
// is asked 10 times and answers slowly, the one with the errors: a mean of what
// pods say is another number than what all their users get. Blue is asked 5 times
// a second and is always well.
const (
	tick  = 15 * time.Second
	phase = 6 * time.Minute

	greenPerSecond, bluePerSecond = 40, 5
	greenErrors                   = 25 // percent, while there are any
	openInPod                     = 7
)

// moments are when the history is asked, after its beginning.
var moments = map[string]time.Duration{
	"before": phase, "well": 2 * phase, "errors": 3 * phase, "anew": 3*phase + time.Minute, "idle": 5 * phase,
}

// shape is what one pod of an exporter has: the selectors of its series.
type shape struct {
	good    string   // a counter of answers that are good
	bad     []string // counters of those that are not, which share them evenly
	buckets func(le string) string
	unit    float64 // of the buckets, in a second
	average string  // the gauge of seconds, where there is one
	open    string  // the gauge of open requests, where there is one
	noise   []string
}

// pod is one that runs, with what it counted.
type pod struct {
	shape
	perSecond float64
	slow      bool
	good, bad float64
	seen      bool // some was bad: only then a series of that is there
}

var bounds = []float64{0.1, 0.5, 1}

// history writes what an exporter's pods had.
func history(begin time.Time, shaped func(color, pod string) shape) string {
	pods := map[string][]*pod{
		"green": {{shape: shaped("green", "a"), perSecond: 30}, {shape: shaped("green", "b"), perSecond: 10, slow: true}},
		"blue":  {{shape: shaped("blue", "c"), perSecond: bluePerSecond}},
	}
	var b strings.Builder
	for at := time.Duration(0); at <= 5*phase; at += tick {
		now := at / phase
		if at%phase == 0 && now > 0 {
			now-- // what is counted at a time happened before it
		}
		if at <= phase {
			continue // nobody was served yet, and nothing is there
		}
		for _, color := range slices.Sorted(maps.Keys(pods)) {
			for _, p := range pods[color] {
				if color == "green" && now == 3 && at == 3*phase+tick {
					p.good, p.bad = 0, 0
				}
				p.serve(color == "green" && now >= 2, now < 4)
				p.write(&b, begin.Add(at))
			}
		}
	}
	b.WriteString("# EOF\n")
	return b.String()
}

// serve counts what a pod is asked until the next tick.
func (p *pod) serve(ill, asked bool) {
	requests := p.perSecond * tick.Seconds()
	switch {
	case !asked:
	case ill && p.slow:
		p.bad += requests
		p.seen = true
	default:
		p.good += requests
	}
}

func (p *pod) write(b *strings.Builder, at time.Time) {
	line := func(series string, value float64) { fmt.Fprintf(b, "%s %g %d\n", series, value, at.Unix()) }
	line(p.shape.good, p.good)
	if p.seen {
		for _, series := range p.shape.bad {
			line(series, p.bad/float64(len(p.shape.bad)))
		}
	}
	if p.buckets != nil {
		for i, bound := range bounds {
			count := p.good + p.bad
			if p.slow && i < len(bounds)-1 {
				count = 0
			}
			line(p.buckets(fmt.Sprintf("%g", bound*p.unit)), count)
		}
		line(p.buckets("+Inf"), p.good+p.bad)
	}
	if p.average != "" {
		line(p.average, map[bool]float64{false: 0.1, true: 0.9}[p.slow])
	}
	if p.open != "" {
		line(p.open, openInPod)
	}
	for _, series := range p.noise {
		line(series, 1000*float64(at.Unix()%1_000_000))
	}
}

// past starts a Prometheus with a history that has just ended, and returns how to
// ask about each of its moments: the address at which Prometheus takes that moment
// for now.
func past(t *testing.T, write func(begin time.Time) string) func(moment string) string {
	t.Helper()
	begin := time.Now().Add(-5 * phase).Truncate(time.Minute)
	server := prometheus.StartT(t, prometheus.Config{History: write(begin), Interval: time.Hour})
	return func(moment string) string {
		after, ok := moments[moment]
		if !ok {
			t.Fatalf("there is no moment %s", moment)
		}
		return asOf(t, server.URL(), begin.Add(after))
	}
}

// asOf is the address of a Prometheus for which a time is now.
func asOf(t *testing.T, address string, now time.Time) string {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		query := r.In.Form
		query.Set("time", fmt.Sprint(now.Unix()))
		r.Out.Method, r.Out.Body, r.Out.ContentLength = http.MethodGet, http.NoBody, 0
		r.Out.URL.RawQuery = query.Encode()
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
