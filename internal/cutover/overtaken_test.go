package cutover_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TestSlowWriteIsOvertaken: a router that takes weights in their order, and
// takes its time. The movement that was given up must not arrive when the
// rollback is long over: a later write overtakes it, even one of the weights
// that the router has.
func TestSlowWriteIsOvertaken(t *testing.T) {
	for _, place := range []string{"step 10", "step 50", "promote"} {
		inBubble(t, place, func(t *testing.T) {
			s := newScene(t, allBlue)
			writes := 0
			s.routers[0].Land = func(_ traffic.Weights, land func()) {
				writes++
				if mine := writes; s.place == place {
					time.AfterFunc(10*time.Minute, func() {
						if mine == writes {
							land()
						}
					})
					return
				}
				land()
			}
			outcome, abort := s.run()
			if outcome.Result != cutover.RolledBack {
				t.Fatalf("%s: %v", outcome.Result, abort)
			}
			<-time.After(time.Hour)
			synctest.Wait()
			if live := s.routers[0].Live(); live != allBlue {
				t.Errorf("traffic is at %s an hour after the rollback", live)
			}
		})
	}
}
