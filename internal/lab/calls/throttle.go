package calls

import (
	"sync"
	"time"
)

// Rate is the size of a token bucket, and its refill per second.
type Rate struct{ Burst, Refill float64 }

// Buckets are token buckets that refill steadily, by name, all of them full at first. They are safe for
// concurrent use.
type Buckets struct {
	mu  sync.Mutex
	all map[string]*bucket
}

type bucket struct {
	tokens float64
	last   time.Time
}

// Take takes a token out of a bucket, and returns false when it is empty.
func (b *Buckets) Take(name string, rate Rate) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.all == nil {
		b.all = map[string]*bucket{}
	}
	one, ok := b.all[name]
	if !ok {
		one = &bucket{tokens: rate.Burst, last: now}
		b.all[name] = one
	}
	one.tokens = min(rate.Burst, one.tokens+now.Sub(one.last).Seconds()*rate.Refill)
	one.last = now
	if one.tokens < 1 {
		return false
	}
	one.tokens--
	return true
}
