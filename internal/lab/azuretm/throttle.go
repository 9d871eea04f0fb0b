package azuretm

import (
	"net/http"
	"sync"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/calls"
)

// throttle holds a bucket for reads and one for writes in each subscription.
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

func (t *throttle) allow(subscription, method string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.rates == nil:
		return true
	case method == http.MethodGet:
		return t.buckets.Take(subscription+"/read", calls.Rate{Burst: t.rates.ReadBurst, Refill: t.rates.ReadRefill})
	default:
		return t.buckets.Take(subscription+"/write", calls.Rate{Burst: t.rates.WriteBurst, Refill: t.rates.WriteRefill})
	}
}

// SetThrottling replaces the buckets by full ones of these rates; nil ends throttling.
func (l *Lab) SetThrottling(rates *Throttling) { l.throttle.set(rates) }
