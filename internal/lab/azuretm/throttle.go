package azuretm

import (
	"net/http"
	"sync"
	"time"
)

// bucket is a token bucket that refills steadily.
type bucket struct {
	tokens float64
	last   time.Time
}

func (b *bucket) take(now time.Time, burst, refill float64) bool {
	if b.last.IsZero() {
		b.tokens = burst
	} else {
		b.tokens = min(burst, b.tokens+now.Sub(b.last).Seconds()*refill)
	}
	b.last = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// throttle holds a bucket for reads and one for writes in each subscription.
type throttle struct {
	mu      sync.Mutex
	rates   *Throttling
	buckets map[string]*bucket
}

func (t *throttle) set(rates *Throttling) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rates, t.buckets = rates, map[string]*bucket{}
}

func (t *throttle) allow(subscription, method string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rates == nil {
		return true
	}
	kind, burst, refill := "write", t.rates.WriteBurst, t.rates.WriteRefill
	if method == http.MethodGet {
		kind, burst, refill = "read", t.rates.ReadBurst, t.rates.ReadRefill
	}
	b := t.buckets[subscription+"/"+kind]
	if b == nil {
		b = &bucket{}
		t.buckets[subscription+"/"+kind] = b
	}
	return b.take(time.Now(), burst, refill)
}

// SetThrottling replaces the buckets by full ones of these rates; nil ends throttling.
func (l *Lab) SetThrottling(rates *Throttling) { l.throttle.set(rates) }
