package prewarm

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// tally counts answers and errors.
type tally struct {
	allowed int
	enough  func() // called when there are more errors than allowed

	mu     sync.Mutex
	took   []time.Duration
	failed int
	first  error
}

func newTally(allowed int, enough func()) *tally { return &tally{allowed: allowed, enough: enough} }

// count counts one request.
func (t *tally) count(took time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.took = append(t.took, took)
		return
	}
	if t.first == nil {
		t.first = err
	}
	t.failed++
	if t.failed > t.allowed {
		t.enough()
	}
}

// The rest is for when all requests have ended.

func (t *tally) tooMany() bool { return t.failed > t.allowed }

func (t *tally) sent() int { return len(t.took) + t.failed }

// String is the report.
func (t *tally) String() string {
	text := fmt.Sprintf("%d requests, %d failed", t.sent(), t.failed)
	if len(t.took) == 0 {
		return text
	}
	slices.Sort(t.took)
	return fmt.Sprintf("%s, latency p50 %s, p95 %s, max %s",
		text, rounded(t.percentile(50)), rounded(t.percentile(95)), rounded(t.percentile(100)))
}

// percentile returns the latency that n percent of the answers did not exceed.
// They are sorted.
func (t *tally) percentile(n int) time.Duration {
	rank := (len(t.took)*n + 99) / 100
	return t.took[max(rank, 1)-1]
}

// rounded is a latency as people read it.
func rounded(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}
