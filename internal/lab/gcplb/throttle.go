package gcplb

import (
	"sync"
	"time"
)

// throttle is a token bucket that refills steadily.
type throttle struct {
	mu     sync.Mutex
	rates  *Throttling
	tokens float64
	last   time.Time
}

func (t *throttle) set(rates *Throttling) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rates, t.last = rates, time.Now()
	if rates != nil {
		t.tokens = rates.Burst
	}
}

func (t *throttle) allow() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rates == nil {
		return true
	}
	now := time.Now()
	t.tokens = min(t.rates.Burst, t.tokens+now.Sub(t.last).Seconds()*t.rates.Refill)
	t.last = now
	if t.tokens < 1 {
		return false
	}
	t.tokens--
	return true
}

// SetThrottling replaces the bucket by a full one of these rates; nil ends throttling.
func (l *Lab) SetThrottling(rates *Throttling) { l.throttle.set(rates) }
