package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestStragglers are the clients of whom the weights alone do not tell.
func TestStragglers(t *testing.T) {
	t.Parallel()
	for want, order := range map[string]cutover.Order{
		"": {To: traffic.Green},
		"those that reached green may stay with it for up to 1h": {To: traffic.Green, Facts: []traffic.Facts{{StickyFor: time.Hour}, {}}},
		"Clients follow within 1m; until then":                   {To: traffic.Green, Facts: []traffic.Facts{{}, {ClientTTL: time.Minute}}},
	} {
		if got := stragglers(order); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("stragglers = %q, want %q", got, want)
		}
	}
}
