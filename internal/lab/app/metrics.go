package app

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"
)

// buckets are the upper bounds of the histogram of answer times, in seconds.
var buckets = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// metrics counts answers for Prometheus.
type metrics struct {
	mu       sync.Mutex
	statuses map[int]int64
	within   []int64 // answers by bucket, not summed up
	count    int64
	seconds  float64
}

func (m *metrics) observe(status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.statuses == nil {
		m.statuses, m.within = map[int]int64{}, make([]int64, len(buckets)+1)
	}
	m.statuses[status]++
	i, _ := slices.BinarySearch(buckets, took.Seconds())
	m.within[i]++
	m.count++
	m.seconds += took.Seconds()
}

// write sends the text exposition format of Prometheus.
func (m *metrics) write(w io.Writer, environment string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	// A scraper that has gone away does not miss the rest, so errors of writing are not looked at.
	fmt.Fprintln(w, "# TYPE http_requests_total counter")
	for _, status := range slices.Sorted(maps.Keys(m.statuses)) {
		fmt.Fprintf(w, "http_requests_total{environment=%q,status=\"%d\"} %d\n", environment, status, m.statuses[status])
	}
	fmt.Fprintln(w, "# TYPE http_request_duration_seconds histogram")
	sum := int64(0)
	for i, bound := range buckets {
		if m.within != nil {
			sum += m.within[i]
		}
		le := strconv.FormatFloat(bound, 'g', -1, 64)
		fmt.Fprintf(w, "http_request_duration_seconds_bucket{environment=%q,le=%q} %d\n", environment, le, sum)
	}
	fmt.Fprintf(w, "http_request_duration_seconds_bucket{environment=%q,le=\"+Inf\"} %d\n", environment, m.count)
	fmt.Fprintf(w, "http_request_duration_seconds_sum{environment=%q} %g\n", environment, m.seconds)
	fmt.Fprintf(w, "http_request_duration_seconds_count{environment=%q} %d\n", environment, m.count)
}
