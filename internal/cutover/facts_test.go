package cutover_test

import (
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestLongestFacts: routers move together, so the slowest of them sets the time.
func TestLongestFacts(t *testing.T) {
	o := order(allBlue, allBlue, allBlue)
	if o.StickyFor() != 0 || o.ClientTTL() != 0 {
		t.Errorf("without facts: %s, %s", o.StickyFor(), o.ClientTTL())
	}
	o.Facts = []traffic.Facts{{StickyFor: time.Minute}, {StickyFor: time.Hour, ClientTTL: time.Second}}
	if o.StickyFor() != time.Hour || o.ClientTTL() != time.Second {
		t.Errorf("of three: %s, %s", o.StickyFor(), o.ClientTTL())
	}
}
