package load

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Totals is what was counted.
type Totals struct {
	Requests int64            // that were answered or lost; those still open are not counted yet
	Failures int64            // answered otherwise than with 2xx, or lost
	Colors   map[string]int64 // answers by color; answers without one are under ""
	Statuses map[int]int64    // answers by status
	Errors   []string         // the first texts of failures, each with the time since the start
	Elapsed  time.Duration
	Slowest  time.Duration // the longest that one request took
}

type outcome struct {
	status int // 0 for none
	color  string
	err    error
	took   time.Duration
}

// tally counts outcomes.
type tally struct {
	mu     sync.Mutex
	totals Totals
	began  time.Time
	ended  time.Time
	errors int // how many texts are kept
}

func (t *tally) start(errorTexts int) {
	t.totals = Totals{Colors: map[string]int64{}, Statuses: map[int]int64{}}
	t.began, t.errors = time.Now(), errorTexts
}

func (t *tally) finish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = time.Now()
}

func (t *tally) count(o outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.totals.Requests++
	t.totals.Slowest = max(t.totals.Slowest, o.took)
	if o.status != 0 {
		t.totals.Statuses[o.status]++
		t.totals.Colors[o.color]++
	}
	if o.err == nil {
		return
	}
	t.totals.Failures++
	if len(t.totals.Errors) < t.errors {
		text := fmt.Sprintf("%s: %v", time.Since(t.began).Round(time.Millisecond), o.err)
		t.totals.Errors = append(t.totals.Errors, text)
	}
}

func (t *tally) snapshot() Totals {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.totals
	now.Colors, now.Statuses = maps.Clone(now.Colors), maps.Clone(now.Statuses)
	now.Errors = slices.Clone(now.Errors)
	now.Elapsed = time.Since(t.began)
	if !t.ended.IsZero() {
		now.Elapsed = t.ended.Sub(t.began)
	}
	return now
}
