package gcplb

import (
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/calls"
)

// throttle holds one bucket for all calls.
type throttle struct {
	mu      sync.Mutex
	rates   *Throttling
	buckets *calls.Buckets
}

func (t *throttle) set(rates *Throttling) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rates, t.buckets = rates, &calls.Buckets{}
}

func (t *throttle) allow() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rates == nil || t.buckets.Take("", calls.Rate(*t.rates))
}

// SetThrottling replaces the bucket by a full one of these rates; nil ends throttling.
func (l *Lab) SetThrottling(rates *Throttling) { l.throttle.set(rates) }
